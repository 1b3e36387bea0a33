"""Calibration: a hull that jumps and outliers do not stretch, targets kept inside, poses, leans and drift."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.movement.calibration import (
    Calibration,
    CalibrationError,
    DriftWatch,
    Hull,
    HullTooSmallError,
    Lean,
    LeanTooSmallError,
    NotStillError,
    comfortable_reach,
    lean_limits,
    neutral_pose,
)

SQUARE = Hull(((0.0, 0.0), (0.2, 0.0), (0.2, 0.2), (0.0, 0.2)))


def explored(radius_m: float = 0.15, seconds: float = 30.0, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """A hand that circles outwards about (0.05, 0.30), 30 samples a second."""
    time = np.arange(0.0, seconds, 1 / 30)
    grown = radius_m * np.minimum(1.0, time / (0.6 * seconds))
    noise = 0.001 * np.random.default_rng(seed).standard_normal((len(time), 2))
    angle = 2 * np.pi * time / 4.0
    return time, np.column_stack([0.05 + grown * np.cos(angle), 0.30 + grown * np.sin(angle)]) + noise


def test_the_hull_of_circles_is_their_disc() -> None:
    hull = comfortable_reach(*explored())
    assert hull.area == pytest.approx(math.pi * 0.15**2, rel=0.03)
    assert hull.centroid == pytest.approx((0.05, 0.30), abs=0.003)
    assert hull.width == pytest.approx(0.30, rel=0.03)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(20, 880), st.floats(-1, 1), st.floats(-1, 1)), max_size=25))
def test_jumps_and_what_is_no_number_do_not_stretch_it(wrong: list[tuple[int, float, float]]) -> None:
    """Single samples anywhere within a metre; all that is wrong stays within a sample's way of the hand."""
    time, places = explored()
    for at, x, y in wrong:
        places[at] = (x, y)
    places[15] = (math.nan, 0.0)
    hull = comfortable_reach(time, places)
    farthest = max(math.dist(each, (0.05, 0.30)) for each in hull.corners)
    assert farthest < 0.15 + 4.0 / 30 + 0.005  # slower than 4 m/s is a movement
    assert hull.area > 0.75 * math.pi * 0.15**2


def test_a_tracker_that_leaps_to_something_else_for_a_moment_is_not_believed() -> None:
    time, places = explored()
    places[200:208] += (0.6, 0.2)
    places[500:505] -= (0.5, 0.0)
    assert comfortable_reach(time, places).area == pytest.approx(
        comfortable_reach(*explored()).area, rel=0.02
    )


def test_lone_outliers_that_no_jump_gives_away_do_not_count() -> None:
    """A slow sensor: five samples a second, so that a far place is no faster than 4 m/s."""
    time = np.arange(0, 200) / 5.0
    _, places = explored(seconds=200 / 30)
    clean = comfortable_reach(time, places)
    places[[60, 130]] = ((0.5, 0.3), (0.05, 0.75))
    assert comfortable_reach(time, places).area == pytest.approx(clean.area, rel=0.02)


@pytest.mark.parametrize(("radius_m", "squash"), [(0.02, 1.0), (0.2, 0.05), (0.0, 1.0)])
def test_too_small_or_too_thin_a_reach_is_an_error_with_a_sentence(radius_m: float, squash: float) -> None:
    time, places = explored(radius_m)
    places[:, 1] = 0.3 + (places[:, 1] - 0.3) * squash
    with pytest.raises(HullTooSmallError, match=r"try again\.$"):
        comfortable_reach(time, places)


def test_nothing_seen_and_columns_that_differ_are_errors() -> None:
    for count in (0, 1, 2):
        with pytest.raises(HullTooSmallError, match="No reach was seen"):
            comfortable_reach(np.arange(count, dtype=float), np.zeros((count, 2)))
    line = np.column_stack([np.linspace(0, 0.3, 90), np.zeros(90)])
    with pytest.raises(HullTooSmallError):
        comfortable_reach(np.arange(90) / 30, line)
    with pytest.raises(CalibrationError, match="3 times do not fit 2"):
        comfortable_reach(np.zeros(3), np.zeros((2, 2)))


def test_targets_stay_inside_nine_tenths() -> None:
    """The square of 200 mm shrinks to 10..190 mm about its middle."""
    assert SQUARE.area == pytest.approx(0.04)
    assert SQUARE.shrunk().area == pytest.approx(0.81 * 0.04)
    assert SQUARE.allows((0.189, 0.1))
    assert SQUARE.allows((0.19, 0.19))
    assert not SQUARE.allows((0.191, 0.1))
    assert SQUARE.allows((0.199, 0.1), share=1.0)
    assert SQUARE.nearest_allowed((0.05, 0.06)) == (0.05, 0.06)
    assert SQUARE.nearest_allowed((0.5, 0.1)) == pytest.approx((0.19, 0.1))
    assert SQUARE.nearest_allowed((-1.0, -1.0)) == pytest.approx((0.01, 0.01))


@settings(max_examples=60)
@given(st.floats(-1, 1), st.floats(-1, 1))
def test_the_nearest_allowed_target_is_allowed_and_none_is_nearer(x: float, y: float) -> None:
    hull = comfortable_reach(*explored(seconds=10.0))
    found = hull.nearest_allowed((x, y))
    assert hull.allows(found)
    shrunk = hull.shrunk().corners
    edge = [
        (a[0] + k / 10 * (b[0] - a[0]), a[1] + k / 10 * (b[1] - a[1]))
        for a, b in zip(shrunk, shrunk[1:] + shrunk[:1], strict=True)
        for k in range(10)
    ]
    if not hull.allows((x, y)):
        assert math.dist(found, (x, y)) <= min(math.dist(each, (x, y)) for each in edge) + 1e-9


def test_a_neutral_pose_is_the_middle_of_sitting_still() -> None:
    chance = np.random.default_rng(3)
    places = np.array([0.02, -0.01]) + 0.003 * chance.standard_normal((60, 2))
    places[::6] = (0.4, 0.4)  # a sixth of the samples jumped
    assert neutral_pose(places) == pytest.approx((0.02, -0.01), abs=0.002)
    with pytest.raises(NotStillError, match="not still"):
        neutral_pose(0.05 * chance.standard_normal((60, 2)))
    with pytest.raises(NotStillError, match="hardly seen"):
        neutral_pose(places[:10])


def test_leans_are_measured_from_the_neutral_pose_to_each_side() -> None:
    share = np.sin(np.linspace(0, np.pi, 90))[:, None]
    at = np.array([0.01, 0.02])
    parts = [at + share * np.array(way) for way in ((-0.10, 0.0), (0.14, 0.0), (0.0, 0.20))]
    lean = lean_limits((0.01, 0.02), np.vstack(parts))
    assert (lean.left, lean.right, lean.fore) == pytest.approx((0.10, 0.14, 0.20), rel=0.02)
    with pytest.raises(LeanTooSmallError, match="to the right"):
        lean_limits((0.01, 0.02), np.vstack([parts[0], parts[2]]))
    with pytest.raises(LeanTooSmallError, match="No lean forward"):
        lean_limits((0.01, 0.02), np.vstack(parts[:2]))


def fed(watch: DriftWatch, seconds: float, place: tuple[float, float], start_s: float = 0.0) -> list[bool]:
    return [watch.step(start_s + at / 30, place) for at in range(round(seconds * 30))]


def test_drift_is_said_after_its_time_and_not_before() -> None:
    watch = DriftWatch((0.0, 0.0), limit=0.03, for_s=5.0)
    assert not any(fed(watch, 20.0, (0.029, 0.0)))
    said = fed(watch, 6.0, (0.0, 0.04), start_s=20.0)
    assert said.index(True) == 150
    assert all(said[150:])


def test_a_short_return_does_not_hide_a_drift_and_a_long_one_ends_it() -> None:
    watch = DriftWatch((0.0, 0.0), limit=0.03, for_s=5.0)
    fed(watch, 4.0, (0.04, 0.0))
    fed(watch, 0.2, (0.0, 0.0), start_s=4.0)
    assert any(fed(watch, 1.0, (0.04, 0.0), start_s=4.2))
    fed(watch, 0.5, (0.0, 0.0), start_s=5.2)
    assert not any(fed(watch, 4.9, (0.04, 0.0), start_s=5.7))


def test_a_gap_starts_the_drift_anew_and_bad_samples_change_nothing() -> None:
    watch = DriftWatch((0.0, 0.0), limit=0.03, for_s=5.0)
    fed(watch, 4.0, (0.04, 0.0))
    assert not watch.step(3.0, (0.0, 0.0))
    assert not watch.step(99.0, (math.nan, 0.0))
    assert not any(fed(watch, 4.9, (0.04, 0.0), start_s=8.0))


@pytest.mark.parametrize("codec", [msgspec.json, msgspec.msgpack])
def test_a_calibration_is_kept_with_its_device(codec: object) -> None:
    kept = Calibration(
        kind="hand_camera",
        made_at_ms=1_800_000_000_000,
        side="right",
        unit="m",
        neutral=(0.01, 0.02),
        reach=comfortable_reach(*explored()),
        lean=Lean(0.1, 0.12, 0.2),
        screen_mm=(344.0, 194.0),
    )
    assert codec.decode(codec.encode(kept), type=Calibration) == kept  # type: ignore[attr-defined]


@pytest.mark.parametrize("corners", [[[0, 0], [1, 0]], [[0, 0], [0, 1], [1, 0]], [[0, 0], [1, 1], [2, 2]]])
def test_a_hull_that_holds_nothing_is_not_read(corners: list[list[int]]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode({"corners": corners}), type=Hull)


def test_the_circle_that_fits_about_a_place() -> None:
    """The square's nine tenths go from 10 to 190 mm."""
    assert SQUARE.circle((0.1, 0.1)) == pytest.approx(0.09)
    assert SQUARE.circle((0.1, 0.1), share=1.0) == pytest.approx(0.10)
    assert SQUARE.circle((0.05, 0.12)) == pytest.approx(0.04)
    assert SQUARE.circle((0.5, 0.1)) == 0.0


def test_looking_at_corners_only_finds_the_hull_of_all_places_with_company() -> None:
    """Against the plain way: count every place's neighbours, drop the lonely, take the hull of the rest."""
    time = np.arange(0, 200) / 5.0
    _, places = explored(seconds=200 / 30, seed=4)
    chance = np.random.default_rng(4)
    places[chance.integers(0, 200, 12)] += chance.uniform(-0.3, 0.3, (12, 2))
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    company = places[(apart < 0.06).sum(axis=1) > 4]
    assert len(company) < len(places)
    plain = comfortable_reach(np.arange(len(company)) / 5.0, company, fastest=1e9, near=1e9)
    assert comfortable_reach(time, places, fastest=1e9) == plain


def test_the_unit_of_the_sides_and_of_forward_may_differ() -> None:
    share = np.sin(np.linspace(0, np.pi, 90))[:, None]
    gone = np.vstack([share * np.array(way) for way in ((-0.30, 0.0), (0.30, 0.0), (0.0, 0.015))])
    assert lean_limits((0.0, 0.0), gone, least=(0.05, 0.010)).fore == pytest.approx(0.015, rel=0.05)
    with pytest.raises(LeanTooSmallError) as caught:
        lean_limits((0.0, 0.0), gone, least=0.02)
    assert caught.value.way == "forward"
