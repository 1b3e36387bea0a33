"""Tracking metrics find the planned lag, gain and side again; reaches and courses keep out of each other."""

from __future__ import annotations

import pytest

from shared.metrics._session import session_data
from shared.metrics.compute import compute_recording, families
from shared.movement.course import centre_m
from tests.shared.courses import COURSE_S, HALF_WIDTH_M, PlannedCourse, after, eight, followed
from tests.shared.metrics.edited import reason, rows_of, value
from tests.shared.recordings import DeviceKind, planned_session, recording

TRACKING = {spec.id for spec in families()["tracking"].specs}
OF_PLAY = {"dose", "outcome", "signal", "tracking"}
"""Families that say something of a session of courses."""


@pytest.mark.parametrize("device", ["points", "mouse", "ticks"])
def test_the_planned_lag_and_gain_come_back(device: DeviceKind) -> None:
    found = followed(eight(lag_s=0.18, gain=0.8), device=device)
    assert value(found, "tracking_lag_ms") == pytest.approx(180.0, abs=3.0)
    assert value(found, "tracking_gain") == pytest.approx(0.8, abs=0.01)
    assert value(found, "tracking_gain_slow") == pytest.approx(0.8, abs=0.02)
    assert value(found, "tracking_gain_fast") == pytest.approx(0.8, abs=0.02)
    assert rows_of(found)["tracking_lag_ms", ""].n == 8


@pytest.mark.parametrize("rate_hz", [20.0, 30.0, 125.0])
def test_the_devices_rate_adds_no_lag(rate_hz: float) -> None:
    found = followed(eight(lag_s=0.18, gain=0.8), rate_hz=rate_hz)
    assert value(found, "tracking_lag_ms") == pytest.approx(180.0, abs=4.0)
    assert value(found, "tracking_gain") == pytest.approx(0.8, abs=0.01)


def test_a_hand_ahead_of_the_course_has_a_lag_below_zero() -> None:
    found = followed(eight(lag_s=-0.12, gain=1.1))
    assert value(found, "tracking_lag_ms") == pytest.approx(-120.0, abs=3.0)
    assert value(found, "tracking_gain") == pytest.approx(1.1, abs=0.01)


def test_error_and_time_inside_are_those_of_the_planned_hand() -> None:
    trials = eight(lag_s=0.1, gain=0.9)
    found = followed(trials)
    expected = []
    for each in trials:
        times = [at / 1000 for at in range(1000, round(1000 * COURSE_S) + 1)]
        expected.append([each.hand_m(at) - centre_m(each.waves, at) for at in times])
    rms_mm = sorted(1000 * (sum(x * x for x in away) / len(away)) ** 0.5 for away in expected)
    inside = sorted(sum(abs(x) <= HALF_WIDTH_M for x in away) / len(away) for away in expected)
    assert value(found, "tracking_error_mm") == pytest.approx((rms_mm[3] + rms_mm[4]) / 2, rel=0.01)
    assert value(found, "tracking_inside_share") == pytest.approx((inside[3] + inside[4]) / 2, abs=0.005)


def test_standing_still_is_a_relative_error_of_one_and_no_lag() -> None:
    found = followed(eight(gain=0.0))
    assert value(found, "tracking_error_relative") == pytest.approx(1.0, abs=0.001)
    assert value(found, "tracking_gain") == pytest.approx(0.0, abs=0.001)
    assert reason(found, "tracking_lag_ms") == "does_not_follow"


def test_a_hand_that_goes_where_it_likes_has_no_lag() -> None:
    assert reason(followed(eight(gain=0.0, noise_m=0.02)), "tracking_lag_ms") == "does_not_follow"


@pytest.mark.parametrize(("right_m", "left_m", "sign"), [(0.02, 0.002, 1), (0.002, 0.02, -1)])
def test_the_side_that_is_followed_worse(right_m: float, left_m: float, sign: int) -> None:
    found = followed(eight(lag_s=0.0, gain=1.0, right_m=right_m, left_m=left_m))
    assert value(found, "tracking_asymmetry") == pytest.approx(sign * 0.018 / 0.022, abs=0.06)


def test_probes_stand_apart() -> None:
    probes = [
        PlannedCourse(course, phase="probe", place=place, lag_s=late)
        for place, late in (("opening", 0.4), ("closing", 0.3))
        for course in range(4)
    ]
    found = followed([*probes[:4], *eight(lag_s=0.1), *probes[4:]])
    lags = {
        scope: row.value for (metric, scope), row in rows_of(found).items() if metric == "tracking_lag_ms"
    }
    assert lags == {
        "": pytest.approx(100.0, abs=3.0),
        "phase:practice": pytest.approx(100.0, abs=3.0),
        "phase:probe_opening": pytest.approx(400.0, abs=3.0),
        "phase:probe_closing": pytest.approx(300.0, abs=3.0),
    }


def test_short_drop_outs_are_left_out_and_long_ones_take_the_trial() -> None:
    short = followed(eight(lost_s=(4.0, 5.5)))
    assert value(short, "tracking_lag_ms") == pytest.approx(180.0, abs=5.0)
    assert value(short, "tracking_gain") == pytest.approx(0.8, abs=0.02)
    assert rows_of(short)["tracking_error_mm", ""].quality == 1.0
    long = followed([*eight()[:5], *eight(lost_s=(4.0, 6.8))[5:]])
    row = rows_of(long)["tracking_error_mm", ""]
    assert (row.n, row.quality) == (5, 5 / 8)
    assert {each.invalid for each in session_data(long).courses[5:]} == {"drop_outs"}
    assert value(long, "valid_trials_share") == 5 / 8


def test_a_pause_in_a_course_takes_the_trial() -> None:
    found = followed([*eight(), *eight(paused=True)])
    assert rows_of(found)["tracking_error_relative", ""].n == 8


def test_a_device_without_a_scale_has_ratios_only() -> None:
    found = followed(eight(), unit="norm")
    assert reason(found, "tracking_error_mm") == "uncalibrated"
    assert value(found, "tracking_error_relative") > 0.0
    assert value(found, "tracking_lag_ms") == pytest.approx(180.0, abs=3.0)


def test_too_few_courses_and_an_accelerated_pointer() -> None:
    few = followed(eight()[:3])
    assert {reason(few, each) for each in TRACKING} == {"too_few_trials"}
    fast = followed(eight(), pointer="accelerated")
    assert {reason(fast, each) for each in TRACKING} == {"pointer_accelerated"}


def test_a_session_of_courses_has_no_numbers_of_reaches() -> None:
    found = followed(eight())
    own = {spec.id for name in OF_PLAY for spec in families()[name].specs} - {"screen_error_radii"}
    told = {each.metric for each in compute_recording(found) if each.value is not None}
    assert told == own
    for metric in ("movement_time_s", "hand_angle_deg", "sparc", "screen_error_radii", "learning_rate"):
        assert reason(found, metric) == "no_reaches"
    assert value(found, "trials") == 8
    assert value(found, "success_rate") == 1.0
    assert value(found, "valid_trials_share") == 1.0


def test_a_session_of_reaches_has_no_numbers_of_courses() -> None:
    assert {reason(recording(planned_session()), each) for each in TRACKING} == {"no_courses"}


def test_in_a_mixed_session_each_keeps_its_own_numbers() -> None:
    reaches = recording(planned_session(noise_deg=2.0))
    mixed = rows_of(after(reaches, eight(block=1)))
    alone, courses = rows_of(reaches), rows_of(followed(eight(block=1)))
    of_play = {spec.id for name in OF_PLAY - {"tracking"} for spec in families()[name].specs}
    for (metric, scope), row in mixed.items():
        if scope or metric in of_play or row.value is None:
            continue
        before = (courses if metric in TRACKING else alone)[metric, scope]
        assert row.value == pytest.approx(before.value, rel=1e-6, abs=1e-6), metric
        assert (row.n, row.quality) == (before.n, before.quality), metric
    assert mixed["trials", ""].value == 40 + 8
    assert mixed["tracking_gain", "block:1"].value == pytest.approx(0.8, abs=0.01)
    assert ("tracking_gain", "block:0") not in mixed
    assert ("movement_time_s", "block:1") not in mixed
    assert mixed["movement_time_s", "block:0"].value == alone["movement_time_s", ""].value
