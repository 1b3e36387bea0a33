"""After-effect, rate, gain and the probes: closed forms, every reason for none, known wrong variants."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.metrics._rows import Value
from shared.metrics.adaptation import after_effect, learning_rate, within_session_gain
from shared.metrics.spec import Missing
from tests.shared.metrics.edited import reason, rows_of, value
from tests.shared.recordings import PlannedTrial, planned_session, recording

ANGLES = st.lists(st.floats(-60, 60), min_size=24, max_size=24)


def number(found: Value | Missing) -> float:
    assert isinstance(found, Value), found
    return found.value


def probe(
    place: str, hand_deg: float, block: int = 0, count: int = 8, *, seen: bool = False
) -> list[PlannedTrial]:
    return [
        PlannedTrial(
            phase="probe",
            place=place,
            block=block,
            hand_deg=hand_deg + side,
            shows="cursor" if seen else "nothing",
            feedback="path_error" if seen else "none",
        )
        for side in (-1.0, 1.0) * (count // 2)
    ]


def practice(
    count: int, rotation_deg: float, hand_deg: float, block: int = 0, **more: object
) -> list[PlannedTrial]:
    plain = PlannedTrial(phase="practice", block=block, rotation_deg=rotation_deg, hand_deg=hand_deg)
    return [replace(plain, **more)] * count  # type: ignore[arg-type]


def test_after_effect_is_the_first_eight_from_the_baseline() -> None:
    free = [-10.0] * 8 + [50.0] * 8
    assert number(after_effect(free, [2.0] * 6)) == pytest.approx(-12.0)
    assert np.mean(free) - 2.0 == pytest.approx(18.0), "what all trials would have said"
    assert number(after_effect([np.nan, *free], [2.0] * 6)) == pytest.approx(-12.0)
    assert after_effect(free, [2.0] * 3) == Missing("no_baseline")
    assert after_effect([np.nan] * 5 + [1.0] * 3 + free, [2.0] * 6) == Missing("too_few_trials")


def test_learning_rate_of_the_one_rate_equation() -> None:
    """x(n+1) = x + B (f - x): cycle means fall as (1 - B)^n; the slope of three of them is known."""
    b, f, cycle = 0.05, 30.0, 8
    hand = -f * (1 - (1 - b) ** np.arange(40))
    means = hand[:24].reshape(3, 8).mean(axis=1)
    expected = (means[2] - means[0]) / 2 / -f
    assert number(learning_rate(hand, np.full(40, f), cycle)) == pytest.approx(expected, rel=1e-9)
    assert number(learning_rate(-hand, np.full(40, -f), cycle)) == pytest.approx(expected, rel=1e-9)
    assert learning_rate(hand[:23], np.full(23, f), cycle) == Missing("too_few_trials")
    assert learning_rate(hand, np.full(40, 0.5), cycle) == Missing("perturbation_too_small")
    gone = hand.copy()
    gone[8:16] = np.nan
    assert learning_rate(gone, np.full(40, f), cycle) == Missing("too_few_trials")


@settings(deadline=None, max_examples=50)
@given(ANGLES, st.floats(5, 45))
def test_mirrored_worlds_learn_alike(hand: list[float], rotation: float) -> None:
    """The rate and the gain keep their value; the after-effect turns its sign."""
    turn, mirrored = np.full(24, rotation), [-each for each in hand]
    assert number(learning_rate(mirrored, -turn, 8)) == pytest.approx(
        number(learning_rate(hand, turn, 8)), abs=1e-9
    )
    one = number(within_session_gain(hand[:8], hand[8:16], -turn[:8]))
    other = number(within_session_gain(mirrored[:8], mirrored[8:16], turn[:8]))
    assert one == pytest.approx(other, abs=1e-9)
    left, right = after_effect(hand[:8], hand[8:]), after_effect(mirrored[:8], mirrored[8:])
    assert number(left) == pytest.approx(-number(right), abs=1e-9)


def test_gain_wraps_and_needs_both_sides() -> None:
    assert number(within_session_gain([175.0] * 4, [-175.0] * 8, [-180.0] * 8)) == pytest.approx(0.0)
    assert number(within_session_gain([10.0] * 8, [-17.0] * 8, [-20.0] * 8)) == pytest.approx(27.0)
    assert within_session_gain([1.0] * 3, [1.0] * 8, [1.0] * 8) == Missing("too_few_trials")
    assert within_session_gain([1.0] * 8, [1.0] * 8, [np.nan] * 8) == Missing("too_few_trials")


def test_a_probe_that_was_seen_does_not_count() -> None:
    """Opening trials at 3 deg without feedback and 9 with it: the bias is 3, not 6."""
    mixed = recording(
        probe("opening", 3.0)
        + probe("opening", 9.0, seen=True)
        + practice(16, 20.0, -15.0)
        + probe("closing", -8.0)
        + probe("closing", 0.0, seen=True)
    )
    assert value(mixed, "opening_probe_bias_deg") == pytest.approx(3.0, abs=0.2)
    assert value(mixed, "closing_probe_bias_deg") == pytest.approx(-8.0, abs=0.2)
    assert value(mixed, "baseline_bias_deg") == pytest.approx(3.0, abs=0.2)
    assert value(mixed, "after_effect_deg") == pytest.approx(-11.0, abs=0.3)
    assert value(mixed, "within_session_gain_deg") == pytest.approx(23.0 - 5.0, abs=0.3)
    seen = recording(probe("opening", 9.0, seen=True) + practice(16, 20.0, -15.0) + probe("closing", -8.0))
    assert reason(seen, "opening_probe_bias_deg") == "no_probe"
    assert reason(seen, "baseline_bias_deg") == "no_probe"
    assert reason(seen, "after_effect_deg") == "no_baseline"


def test_the_opening_probe_comes_before_all_practice_and_the_closing_one_after_the_last() -> None:
    """A second block's opening probe at -10 deg holds what the first block taught today."""
    two = recording(
        probe("opening", 4.0)
        + practice(16, 20.0, -15.0)
        + probe("closing", -9.0)
        + probe("opening", -10.0, block=1)
        + practice(16, 20.0, -18.0, block=1)
        + probe("closing", -12.0, block=1)
    )
    assert value(two, "opening_probe_bias_deg") == pytest.approx(4.0, abs=0.2)
    assert value(two, "closing_probe_bias_deg") == pytest.approx(-12.0, abs=0.2)
    assert rows_of(two)["opening_probe_bias_deg", ""].n == 8


def test_a_clamp_at_zero_is_no_perturbation_of_zero() -> None:
    """Every fourth trial is clamped: counted as zero error it would shrink the mean rotation by a quarter."""
    plain = [each for each in planned_session(practice=48, probes=8) if each.phase == "practice"]
    opening = probe("opening", 0.0)
    mixed: list[PlannedTrial] = []
    for at, each in enumerate(plain):
        mixed.append(each)
        if at % 3 == 2:
            mixed.append(replace(each, clamp=True, rotation_deg=0.0, success=None))
    without, with_clamps = recording(opening + plain), recording(opening + mixed)
    assert value(with_clamps, "learning_rate") == pytest.approx(value(without, "learning_rate"), abs=1e-3)
    assert value(with_clamps, "perturbation_deg") == pytest.approx(20.0)


def test_reasons() -> None:
    still = recording(probe("opening", 0.0) + practice(16, 0.0, 0.0))
    assert reason(still, "after_effect_deg") == "no_perturbation"
    assert reason(still, "learning_rate") == "no_perturbation"
    assert reason(still, "closing_probe_bias_deg") == "no_probe"
    short = recording(
        probe("opening", 0.0) + practice(4, 20.0, -3.0, target=0) + practice(1, 20.0, 0.0, target=1)
    )
    assert reason(short, "learning_rate") == "too_few_trials"
    assert reason(short, "opening_probe_spread_deg") is None
    assert value(short, "opening_probe_spread_deg") == pytest.approx((8 / 7) ** 0.5, abs=0.1)
    clamped = recording(probe("opening", 0.0) + practice(16, 0.0, 0.0, clamp=True))
    assert reason(clamped, "within_session_gain_deg") == "clamped"
    assert reason(clamped, "perturbation_deg") == "no_practice"
    assert reason(clamped, "early_hand_deg") == "no_practice"
    assert reason(recording(practice(16, 20.0, -3.0)), "opening_probe_spread_deg") == "no_probe"
    assert reason(recording(practice(16, 20.0, -3.0)), "variable_error_deg") == "no_probe"
    few = probe("opening", 0.0, count=2)
    assert reason(recording(few + practice(16, 20.0, -3.0)), "variable_error_deg") == "too_few_trials"
    assert reason(recording(few + practice(16, 20.0, -3.0)), "within_session_gain_deg") == "too_few_trials"
