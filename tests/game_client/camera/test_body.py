"""Posture from made-up points: angles, shifts and ratios that geometry gives by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game_client.camera.body import change, middle, posture
from game_client.camera.tracker import Point
from shared.movement.shoulders import TRUNK_WIDTHS

HALF, TRUNK, HEAD = (
    0.12,
    0.3,
    0.15,
)  # half the shoulders, hips to shoulders, shoulders to nose; picture widths


def body(
    lean_deg: float = 0.0,
    right: float = 0.0,
    size: float = 1.0,
    hips: float = 1.0,
    shoulders: float = 1.0,
    hike: float = 0.0,
) -> tuple[Point, ...]:
    """A flat person facing the camera: `right` towards the own right (picture widths), hike of the right."""
    sine, cosine = math.sin(math.radians(lean_deg)), math.cos(math.radians(lean_deg))

    def at(own_right: float, up: float, confidence: float) -> Point:
        x = right + size * (own_right * cosine + up * sine)
        y = size * (up * cosine - own_right * sine)
        return Point(-x, 0.2 - y, 0.0, confidence)

    return (
        at(0.0, TRUNK + HEAD, 1.0),
        at(-HALF, TRUNK, shoulders),
        at(HALF, TRUNK + hike, shoulders),
        at(-0.08, 0.0, hips),
        at(0.08, 0.0, hips),
    )


@given(st.floats(-40, 40), st.booleans())
def test_a_leaning_trunk_tilts_hips_line_and_shoulders_alike(lean_deg: float, hips: bool) -> None:
    found = posture(body(lean_deg, hips=float(hips)))
    assert found is not None
    assert found.from_hips == hips
    assert found.lean_deg == pytest.approx(lean_deg, abs=1e-6), "positive towards the own right"
    assert found.tilt_deg == pytest.approx(lean_deg, abs=1e-6)


def test_a_hiked_shoulder_is_no_lean_while_the_hips_are_seen() -> None:
    found = posture(body(hike=0.04))
    assert found is not None
    assert found.tilt_deg == pytest.approx(-math.degrees(math.atan(0.04 / 0.24)))
    assert found.lean_deg == pytest.approx(0.0, abs=1e-6)
    alone = posture(body(hike=0.04, hips=0.2))
    assert alone is not None
    assert alone.lean_deg == found.tilt_deg


@given(st.floats(-0.3, 0.3), st.booleans())
def test_a_step_aside_is_a_shift_in_shoulder_widths(right: float, hips: bool) -> None:
    neutral, now = posture(body(hips=float(hips))), posture(body(right=right, hips=float(hips)))
    assert neutral is not None
    assert now is not None
    moved = change(now, neutral)
    assert moved.shift == pytest.approx(right / (2 * HALF), abs=1e-9)
    assert (moved.nearer, moved.head_x) == (pytest.approx(0.0, abs=1e-9), pytest.approx(0.0, abs=1e-9))
    if hips:
        assert moved.lean_deg == pytest.approx(0.0, abs=1e-9)
    else:
        assert moved.lean_deg * right >= 0.0, "without hips nobody can tell a step from a lean"


@given(st.floats(-30, 30))
def test_a_lean_without_hips_is_told_by_how_far_the_shoulders_went(lean_deg: float) -> None:
    """Monotone, nothing at rest, and right for a trunk of the usual length (this one is a little longer)."""
    neutral, now = posture(body(hips=0.5)), posture(body(lean_deg, hips=0.5))
    assert neutral is not None
    assert now is not None
    told = change(now, neutral).lean_deg
    longer = TRUNK / (2 * HALF) / TRUNK_WIDTHS
    expected = math.degrees(math.asin(min(1.0, abs(longer * math.sin(math.radians(lean_deg))))))
    assert told == pytest.approx(math.copysign(expected, lean_deg), abs=1e-6)


def test_who_comes_nearer_grows() -> None:
    neutral, now = posture(body()), posture(body(size=1.2, right=0.06))
    assert neutral is not None
    assert now is not None
    moved = change(now, neutral)
    assert moved.nearer == pytest.approx(0.2)
    assert moved.shift == pytest.approx(0.06 / (2 * HALF)), "in the neutral's shoulder widths"
    assert moved.head_y == pytest.approx(0.2 * HEAD / (2 * HALF))


def test_hips_that_come_and_go_do_not_jump() -> None:
    """Where only one of two postures shows the hips, both are told from the shoulders."""
    neutral, now = posture(body(4.0, hips=1.0, hike=0.02)), posture(body(14.0, hips=0.1, hike=0.02))
    assert neutral is not None
    assert now is not None
    moved = change(now, neutral)
    assert 9.0 < moved.lean_deg < 13.0
    assert moved.shift == pytest.approx(now.shoulder_x - neutral.shoulder_x)
    assert moved.shift > 0.1


@pytest.mark.parametrize(
    "points",
    [
        (),
        body()[:4],
        body(shoulders=0.4),
        body(size=0.05),
        tuple(each._replace(x=-each.x) for each in body()),
    ],
    ids=["nobody", "four points", "hidden shoulder", "too small", "from behind"],
)
def test_no_posture_from_what_shows_none(points: tuple[Point, ...]) -> None:
    assert posture(points) is None


def test_the_middle_of_many_is_not_moved_by_one_that_is_wrong() -> None:
    many = [posture(body(lean)) for lean in (1.0, 2.0, 3.0, 2.0, 39.0)]
    wrong = posture(body(-40.0, hips=0.0))
    found = middle([each for each in (*many, wrong) if each is not None])
    assert found.lean_deg == pytest.approx(2.0)
    assert found.from_hips is True
