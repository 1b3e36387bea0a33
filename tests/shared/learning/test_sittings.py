"""Two rates over sittings: found again where the model is the truth, whatever is missing, or refused."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import pytest

from shared.learning.sittings import NAMES, Rates, Sitting, fit_sittings
from shared.learning.spec import LearningError
from shared.training.error_based import MODE, TWO_RATE_TRIALS, Params
from shared.training.spec import TrialContext, TrialSetup

if TYPE_CHECKING:
    from collections.abc import Mapping

TRUTH = {"af": 0.6, "as": 0.991, "bf": 0.2, "bs": 0.03}


def setup(at: int, phase: str = "practice", purpose: str = "assess") -> TrialSetup:
    context = TrialContext(
        phase=phase,  # type: ignore[arg-type]
        index_in_phase=at, trials_in_phase=400, trial_in_practice=at, practice_total=400, target=0,
        purpose=purpose,  # type: ignore[arg-type]
        bias_deg=8.0, target_radius_m=0.012, mode_version=2,
    )  # fmt: skip
    found: TrialSetup = MODE.setup(Params(schedule="two_rate"), None, context)
    return found


def sitting(
    truth: Mapping[str, float], seed: int, *, bias: float = 2.0, kept: float = 0.0, noise: float = 3.0,
    repeats: float = 0.0,
) -> Sitting:  # fmt: skip
    """Somebody who is exactly as the model says, through the schedule as it is played."""
    random = np.random.default_rng(seed)
    fast, slow, repeated = 0.0, kept, 0.0
    error, hand = [], []
    for at in range(TWO_RATE_TRIALS):
        trial = setup(at)
        scatter = noise * random.standard_normal()
        angle = bias + fast + slow + repeated + scatter
        seen = angle + trial.rotation_deg
        shown = trial.feedback == "path_error"
        counted = float(np.clip(seen, -6.0, 6.0)) if shown else 0.0
        fast = truth["af"] * fast - truth["bf"] * counted
        slow = truth["as"] * slow - truth["bs"] * counted
        repeated += repeats * scatter if shown else 0.0
        error.append(seen if shown else np.nan)
        hand.append(angle)
    return Sitting(np.array(error), np.array(hand))


def holds(found: Rates, truth: Mapping[str, float]) -> list[bool]:
    inside = []
    for name in NAMES:
        interval = found.interval(name)
        assert interval is not None
        inside.append(interval[0] <= truth[name] <= interval[1])
    return inside


# ---- the schedule


def test_the_schedule_holds_reverses_hides_and_alternates() -> None:
    turns = [setup(at) for at in range(TWO_RATE_TRIALS)]
    assert TWO_RATE_TRIALS == 336
    assert {each.shows for each in turns} == {"nothing"}, "nothing can be corrected on the way"
    assert {(each.cue_strength, each.aim_deg) for each in turns} == {(1.0, 0.0)}
    turned = [None if each.feedback == "none" else each.rotation_deg for each in turns]
    runs = [(turn, len(list(same))) for turn, same in groupby(turned)]
    assert runs[:4] == [(0.0, 40), (20.0, 60), (-20.0, 10), (None, 30)]
    assert runs[4:15] == [(20.0 if run % 2 == 0 else -20.0, 8) for run in range(11)]
    assert runs[15:] == [(-20.0, 68), (20.0, 10), (None, 30)], "the last quick one goes on into the long one"
    assert {setup(at).rotation_deg for at in (336, 400)} == {0.0}
    for phase in ("baseline", "washout"):
        assert (setup(0, phase).rotation_deg, setup(0, phase).feedback) == (0.0, "path_error")
    assert setup(0, "probe").feedback == "none"


def test_the_schedule_is_for_assessment_and_has_no_ramp() -> None:
    trained = setup(100, purpose="train")
    assert trained.shows == "cursor" and trained.rotation_deg == pytest.approx(0.8 * 8.0)
    assert MODE.ramp_trials(Params(schedule="two_rate"), 336) == 0
    assert MODE.ramp_trials(Params(), 336) == 40


# ---- the fit


def test_without_noise_the_rates_are_found_exactly() -> None:
    found = fit_sittings([sitting(TRUTH, 1, noise=1e-4)])
    for name in NAMES:
        assert found.value[name] == pytest.approx(TRUTH[name], rel=2e-3), name
    assert found.noise_deg == pytest.approx(1e-4, rel=0.2) and found.n == TWO_RATE_TRIALS


def test_what_an_earlier_sitting_left_and_another_bias_do_not_matter() -> None:
    first, second = sitting(TRUTH, 1, noise=0.01), sitting(TRUTH, 2, noise=0.01, bias=-4.0, kept=9.0)
    both = fit_sittings([first, second])
    for name in NAMES:
        assert both.value[name] == pytest.approx(TRUTH[name], rel=0.02), name


def test_missing_movements_are_left_out() -> None:
    whole = sitting(TRUTH, 3, noise=0.01)
    hand = whole.hand_deg.copy()
    hand[50:80] = np.nan
    found = fit_sittings([Sitting(whole.error_deg, hand)])
    assert found.n == TWO_RATE_TRIALS - 30
    for name in NAMES:
        assert found.value[name] == pytest.approx(TRUTH[name], rel=0.02), name


@pytest.mark.parametrize("repeats", [0.0, 0.02])
def test_the_intervals_hold_the_truth_as_often_as_they_say(repeats: float) -> None:
    inside, apart = [], []
    for seed in range(50):
        found = fit_sittings([sitting(TRUTH, seed, repeats=repeats)])
        inside += holds(found, TRUTH)
        apart.append([abs(found.value[name] / TRUTH[name] - 1.0) for name in NAMES])
    assert 0.85 <= np.mean(inside) <= 0.95
    assert (np.median(apart, axis=0) < 0.15).all()


def test_two_sittings_are_surer_than_one() -> None:
    one = fit_sittings([sitting(TRUTH, 5)])
    two = fit_sittings([sitting(TRUTH, 5), sitting(TRUTH, 6)])
    for name in NAMES:
        before, after = one.se[name], two.se[name]
        assert before is not None and after is not None and after < 0.85 * before


def test_an_interval_never_leaves_what_a_share_can_be() -> None:
    wide = Rates({"as": 0.995}, {"as": 0.01}, 3.0, 300)
    interval = wide.interval("as")
    assert interval is not None and 0.0 < interval[0] < 0.995 < interval[1] < 1.0
    assert Rates({"as": 0.995}, {"as": None}, 3.0, 300).interval("as") is None


def test_too_little_is_refused() -> None:
    whole = sitting(TRUTH, 1)
    with pytest.raises(LearningError, match="at least 300"):
        fit_sittings([Sitting(whole.error_deg[:200], whole.hand_deg[:200])])
    blind = Sitting(np.full(TWO_RATE_TRIALS, np.nan), whole.hand_deg)
    with pytest.raises(LearningError, match="no error was seen"):
        fit_sittings([blind])
