"""A session of courses on its page: no hand angles are made up, distances and the replay are shown."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from clinic_server.dashboard import summary
from clinic_server.dashboard.replay import replay_of
from clinic_server.recordings import selectors
from shared.movement.course import centre_m
from shared.wire.events import CourseOn, TrialEnd
from tests.clinic_server.world import replaced, run_jobs
from tests.virtual_sessions import make_plan, play

if TYPE_CHECKING:
    from shared.wire.session import Recording
    from tests.clinic_server.world import Device, World

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def played() -> Recording:
    plan = make_plan(game="ferry_crossing", practice=6, probe=4, game_params={"course_s": 5.0})
    return play(plan, "healthy_old", 1)[1]


def sent(device: Device, played: Recording) -> Any:
    recording = replaced(device.record(), **{name: getattr(played, name) for name in _PLAYED})
    assert device.upload(recording).status_code == 200
    return recording


_PLAYED = ("blocks", "events", "commands", "samples", "ticks", "anchors", "tick_hz", "device", "ended_reason")


def test_trials_are_stored_with_their_distance_and_without_an_angle(
    world: World, device: Device, played: Recording
) -> None:
    recording = sent(device, played)
    with world.scope():
        trials = selectors.session_trials(world.actor(), recording.id)
    ends = [each for each in played.events if isinstance(each, TrialEnd)]
    assert len(trials) == len(ends) == 14
    for trial, end in zip(trials, ends, strict=True):
        assert end.endpoint_error_m is not None
        assert (trial.hand_deg, trial.rotation_deg, trial.error_deg) == (None, 0.0, None)
        assert trial.endpoint_error_mm == pytest.approx(1000 * end.endpoint_error_m)
        assert trial.movement_time_s == pytest.approx(5.0)
    rows = {row.name: row for row in summary.phase_rows(trials)}
    assert list(rows) == ["Opening probe", "Practice", "Closing probe"]
    assert rows["Practice"].hand_deg is None and rows["Practice"].spread_deg is None
    assert rows["Practice"].course_error_mm is not None
    assert 2.0 < rows["Practice"].course_error_mm < rows["Opening probe"].course_error_mm < 40.0


def test_reaches_have_no_distance_from_a_course(world: World, device: Device) -> None:
    recording = device.record()
    device.upload(recording)
    with world.scope():
        trials = selectors.session_trials(world.actor(), recording.id)
    assert not any(summary.follows_course(each) for each in trials)
    page = world.as_().get(f"/sessions/{recording.id}/").content.decode()
    assert "distance from the course" not in page and "Replay of the reaches" in page


def test_the_replay_shows_the_course_beside_the_hand(world: World, device: Device, played: Recording) -> None:
    recording = sent(device, played)
    actor = world.actor()
    with world.scope():
        trials = selectors.session_trials(actor, recording.id)
        replay = replay_of(selectors.session_trajectory(actor, recording.id), trials)
    courses = [each for each in played.events if isinstance(each, CourseOn)]
    for shown, course, trial in zip(replay["trials"], courses, trials, strict=True):
        waves = tuple((each.amplitude_m, each.hz, each.phase_rad) for each in course.waves)
        assert len(shown["x"]) == len(shown["y"]) == len(shown["middle"]) == 151
        assert (shown["y"][0], shown["y"][-1]) == (-130.0, 130.0)
        assert shown["middle"][30] == pytest.approx(1000 * centre_m(waves, 1.0), abs=0.06)
        away = [x - middle for x, middle in zip(shown["x"], shown["middle"], strict=True)]
        rms_mm = (sum(each * each for each in away) / len(away)) ** 0.5
        assert rms_mm == pytest.approx(trial.endpoint_error_mm, rel=0.15)
        assert shown["half"] == pytest.approx(1000 * course.half_width_m, abs=0.06)


def test_the_page_says_what_is_not_measured(world: World, device: Device, played: Recording) -> None:
    recording = sent(device, played)
    run_jobs()
    page = world.as_().get(f"/sessions/{recording.id}/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "Courses have no hand angle" in text and "distance from the course" in text
    assert text.count("not measured") >= 3
    shown = re.search(r'<script id="replay-data" type="application/json">(.*?)</script>', text, re.S)
    assert shown is not None
    assert len(json.loads(shown.group(1))["trials"]) == 14
