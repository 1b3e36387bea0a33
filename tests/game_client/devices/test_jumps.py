"""A tracker's jump is no hand; a hand that really is elsewhere is believed soon."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from game_client.devices._jumps import JumpWatch

FRAME_NS = 33_000_000
FASTEST = 8.0  # picture widths a second


def believed(places: list[float], every_ns: int = FRAME_NS) -> list[bool]:
    watch = JumpWatch(FASTEST)
    return [watch.believes((at + 1) * every_ns, x, 0.0) for at, x in enumerate(places)]


def test_one_or_two_strays_are_refused() -> None:
    assert believed([0.0, 0.01, 0.4, 0.02, 0.4, 0.4, 0.03]) == [True, True, False, True, False, False, True]


def test_a_hand_that_stays_elsewhere_is_believed_at_the_third() -> None:
    assert believed([0.0, 0.4, 0.41, 0.42, 0.43]) == [True, False, False, True, True]


def test_strays_that_do_not_agree_are_never_believed() -> None:
    assert believed([0.0, 0.4, -0.4, 0.4, -0.4, 0.4]) == [True] + 5 * [False]


def test_after_a_gap_it_may_be_anywhere() -> None:
    watch = JumpWatch(FASTEST)
    assert watch.believes(0, 0.0, 0.0)
    assert watch.believes(400_000_000, 0.45, 0.3)


@given(st.lists(st.floats(-0.2, 0.2), min_size=1, max_size=60))
def test_no_movement_that_a_hand_can_make_is_refused(steps: list[float]) -> None:
    """A fifth of the picture in a frame is six widths a second, faster than any reach."""
    places, x = [], 0.0
    for step in steps:
        x += step
        places.append(x)
    assert all(believed(places))
