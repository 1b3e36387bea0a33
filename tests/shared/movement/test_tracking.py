"""A hand that is planned as the course, late and smaller, gives exactly that back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from game_client.games.ferry_crossing import COURSES, course_waves
from shared.movement.sampling import SignalError
from shared.movement.tracking import Followed, course_m, course_velocity_m_s, errors, gains, lag_s

TIME_S = np.arange(0.0, 12.001, 0.01)


def hand(course: int, *, late_s: float = 0.18, gain: float = 0.8, aside_m: float = 0.0) -> Followed:
    """The course `late_s` ago, times `gain`; in the first second the hand stands in the middle."""
    waves = course_waves(course, 12.0, 0.075)
    moves = TIME_S >= 1.0
    return Followed(
        time_s=TIME_S,
        hand_m=np.where(moves, gain * course_m(waves, TIME_S - late_s) + aside_m, 0.0),
        velocity_m_s=np.where(moves, gain * course_velocity_m_s(waves, TIME_S - late_s), 0.0),
        seen=np.ones(len(TIME_S), dtype=bool),
        waves=waves,
        half_width_m=0.012,
    )


def all_courses(**changes: float) -> list[Followed]:
    return [hand(course, **changes) for course in range(COURSES)]


@given(
    course=st.integers(0, COURSES - 1),
    late_s=st.floats(-0.6, 0.6),
    gain=st.floats(0.1, 2.0),
    aside_m=st.floats(-0.02, 0.02),
)
def test_the_lag_comes_back_whatever_the_gain(
    course: int, late_s: float, gain: float, aside_m: float
) -> None:
    found = lag_s(hand(course, late_s=late_s, gain=gain, aside_m=aside_m))
    assert found == pytest.approx(late_s, abs=1e-4)


@given(late_s=st.floats(-0.6, 0.6), gain=st.floats(0.0, 2.0), aside_m=st.floats(-0.02, 0.02))
def test_the_gain_comes_back_at_each_frequency(late_s: float, gain: float, aside_m: float) -> None:
    found = gains(all_courses(late_s=late_s, gain=gain, aside_m=aside_m))
    assert [hz for hz, _, _ in found] == [0.071, 0.163, 0.311]
    assert [each for _, each, _ in found] == pytest.approx([gain] * 3, abs=1e-6)


def test_the_gain_is_told_frequency_by_frequency() -> None:
    """A hand that cuts the quick bends short and makes the slow ones in full."""
    trials = []
    for course in range(COURSES):
        plain = hand(course)
        slow, middle, (size, hz, phase) = plain.waves
        cut = ((slow), middle, (0.3 * size, hz, phase))
        trials.append(replace(plain, hand_m=course_m(cut, TIME_S)))
    assert [each for _, each, _ in gains(trials)] == pytest.approx([1.0, 1.0, 0.3], abs=1e-6)


def test_the_first_second_does_not_count() -> None:
    """The hand jumps to the course after a second: with that second in, nothing would be exact."""
    late = hand(0, late_s=0.0, gain=1.0)
    assert errors(late).rms_m == pytest.approx(0.0, abs=1e-12)
    wild = late.hand_m.copy()
    wild[TIME_S < 1.0] = 0.5
    assert errors(replace(late, hand_m=wild)).rms_m == pytest.approx(0.0, abs=1e-12)


def test_errors_by_hand() -> None:
    """Beside the course by 10 mm: that error, all inside 12 mm, and none inside 8 mm."""
    beside = hand(2, late_s=0.0, gain=1.0, aside_m=0.010)
    found = errors(beside)
    assert found.rms_m == pytest.approx(0.010)
    assert found.inside_share == 1.0
    assert errors(replace(beside, half_width_m=0.008)).inside_share == 0.0
    assert found.asymmetry == pytest.approx(0.0, abs=1e-9)


def test_who_stays_in_the_middle_has_an_error_of_one() -> None:
    assert errors(hand(1, gain=0.0)).relative == pytest.approx(1.0)
    assert errors(hand(1, late_s=0.0, gain=0.25)).relative == pytest.approx(0.75)


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_side_of_the_error_has_a_sign(mirrored: bool) -> None:
    """30 mm off on the right and 10 mm on the left is (30 - 10) / 40 to the right."""
    plain = hand(0, late_s=0.0, gain=1.0)
    right = course_m(plain.waves, TIME_S) > 0
    off = np.where(right != mirrored, 0.03, 0.01)
    found = errors(replace(plain, hand_m=plain.hand_m + off))
    assert found.asymmetry == pytest.approx(-0.5 if mirrored else 0.5)


def test_what_was_not_seen_does_not_count() -> None:
    plain = hand(3)
    seen = (TIME_S < 5.0) | (TIME_S > 6.5)
    far = np.where(seen, plain.hand_m, 0.4)
    fast = np.where(seen, plain.velocity_m_s, -2.0)
    lost = replace(plain, hand_m=far, velocity_m_s=fast, seen=seen)
    # What is left of the course has its own root mean square, so the two differ a little and no more.
    assert errors(lost).relative == pytest.approx(errors(plain).relative, abs=0.05)
    assert lag_s(lost) == pytest.approx(0.18, abs=1e-4)
    assert [each for _, each, _ in gains([lost, hand(0)])] == pytest.approx([0.8] * 3, abs=1e-6)
    assert errors(replace(lost, seen=np.ones_like(seen))).relative > 2 * errors(plain).relative


def test_a_hand_that_does_not_follow_has_no_lag() -> None:
    still = replace(hand(0), velocity_m_s=np.zeros(len(TIME_S)))
    assert lag_s(still) is None
    random = np.random.default_rng(1)
    noise = np.convolve(random.standard_normal(len(TIME_S)), np.ones(20) / 20, "same")
    assert lag_s(replace(hand(0), velocity_m_s=noise)) is None


def test_a_lag_beyond_a_second_is_not_one_second() -> None:
    assert lag_s(hand(0, late_s=1.3)) is None


def test_what_cannot_be_measured_says_so() -> None:
    unseen = replace(hand(0), seen=np.zeros(len(TIME_S), dtype=bool))
    for measure in (errors, lag_s, lambda each: gains([each])):
        with pytest.raises(SignalError, match="too little"):
            measure(unseen)
    with pytest.raises(SignalError, match="at least one"):
        gains([])
    with pytest.raises(SignalError, match="same frequencies"):
        gains([hand(0), replace(hand(1), waves=((0.05, 0.2, 0.0),))])
    with pytest.raises(SignalError, match="does not move"):
        errors(replace(hand(0), waves=()))
    close = ((0.05, 0.100, 0.0), (0.05, 0.1001, 0.0))
    with pytest.raises(SignalError, match="too alike"):
        gains([replace(hand(0), waves=close)])
    with pytest.raises(SignalError, match="not a number"):
        errors(replace(hand(0), hand_m=np.full(len(TIME_S), np.nan)))
