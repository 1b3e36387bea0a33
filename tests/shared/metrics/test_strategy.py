"""Cue gap, implicit and explicit part: exact on arrays, wrapped, and with every reason for none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.learning import models
from shared.learning.spec import Schedule
from shared.metrics._rows import Value
from shared.metrics.spec import Missing
from shared.metrics.strategy import cue_gap, explicit_part, implicit_part
from tests.shared.metrics.edited import reason
from tests.shared.recordings import PlannedTrial, recording

NAN = float("nan")


def number(found: Value | Missing) -> float:
    assert isinstance(found, Value), found
    return found.value


def test_the_gap_is_full_less_hidden_and_leaves_faded_cues_out() -> None:
    hand = [-25.0] * 4 + [90.0] * 3 + [-10.0] * 4
    strength = [1.0] * 4 + [0.5] * 3 + [0.0] * 4
    assert number(cue_gap(hand, strength)) == pytest.approx(-15.0)
    wrong = np.mean(hand[:7]) - np.mean(hand[7:])
    assert abs(wrong + 15.0) > 10, "faded cues counted as cues"
    assert cue_gap(hand[:7], strength[:7]) == Missing("too_few_trials")
    holed = cue_gap([NAN, *hand], [1.0, *strength])
    assert isinstance(holed, Value)
    assert holed.quality == pytest.approx(8 / 9)


def test_the_parts_add_up_to_the_hand() -> None:
    hand, aim = np.array([-25.0, -27.0, -23.0, -26.0]), np.array([-20.0, -21.0, -18.0, -19.0])
    assert number(explicit_part(aim)) + number(implicit_part(hand, aim)) == pytest.approx(hand.mean())


def test_an_unanswered_question_is_no_aim_of_zero() -> None:
    aim = [-20.0, NAN, -20.0, -20.0, -20.0]
    found = explicit_part(aim)
    assert isinstance(found, Value)
    assert (found.value, found.n, found.quality) == (-20.0, 4, 0.8)
    assert implicit_part([-25.0] * 4, [NAN, NAN, -20.0, -20.0]) == Missing("too_few_trials")


def test_angles_wrap_before_they_are_averaged() -> None:
    assert number(implicit_part([170.0] * 4, [-170.0] * 4)) == pytest.approx(-20.0)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.floats(-60, 60), st.floats(-60, 60)), min_size=8, max_size=8))
def test_mirroring_turns_the_sign(pairs: list[tuple[float, float]]) -> None:
    hand, aim = np.array(pairs).T
    assert number(implicit_part(-hand, -aim)) == pytest.approx(-number(implicit_part(hand, aim)), abs=1e-9)
    strength = [1.0] * 4 + [0.0] * 4
    assert number(cue_gap(-hand, strength)) == pytest.approx(-number(cue_gap(hand, strength)), abs=1e-9)


@pytest.mark.science
def test_a_two_rate_learner_who_aims_shows_its_implicit_part() -> None:
    """The hand is minus the model's output, plus the aim: the implicit part is the output's mean."""
    model = models()["two_rate"]
    output = model.simulate(model.complete({}), Schedule.parse("40x1"), None)["output"]
    aim = np.linspace(-15.0, -5.0, 40)
    hand = aim - 30.0 * output
    assert number(implicit_part(hand, aim)) == pytest.approx(-30.0 * output.mean())


def test_reasons() -> None:
    plain = recording([PlannedTrial(phase="practice")] * 8)
    assert reason(plain, "cue_gap_deg") == "no_cue"
    assert reason(plain, "implicit_deg") == "no_aim_report"
    assert reason(plain, "explicit_deg") == "no_aim_report"
