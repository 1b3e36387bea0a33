"""The log of difficulty and mode: levels as they were played, each change with its reason and who chose."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from clinic_server.dashboard.panels import metrics_read
from clinic_server.dashboard.panels._levels import changes_of, reason_of, tracks_of
from clinic_server.dashboard.panels.log import build, figures
from clinic_server.dashboard.record import PatientRecord, record_for, record_for_drawing
from clinic_server.patients.models import Patient
from clinic_server.recordings.models import Session
from shared.wire.events import TrialStart
from tests.clinic_server.world import replaced, run_jobs
from tests.virtual_sessions import make_plan, play

if TYPE_CHECKING:
    from tests.clinic_server.world import Device, World

FIRST = date(2026, 11, 2)


def block(mode: str = "error_based", **changes: Any) -> dict[str, Any]:
    return {
        "plan_block": "reach", "game": "tide_anchor", "mode": mode, "chosen_by": "auto", "why": ["It works."],
        "target_radius_mm": [20.0, 15.0], "zone_half_deg": None, "judged": 40, "successes": 34, **changes,
    }  # fmt: skip


def record(*blocks: list[dict[str, Any]], plans: tuple[int, ...] = ()) -> PatientRecord:
    """A record of one session a day with these blocks."""
    sessions = [
        Session(
            id=uuid4(),
            local_date=FIRST + timedelta(days=at),
            blocks=played,
            plan_version=plans[at] if plans else 1,
        )
        for at, played in enumerate(blocks)
    ]
    return PatientRecord(Patient(), FIRST + timedelta(days=30), sessions, {}, {})


def test_a_change_of_mode_is_told_with_its_reasons_and_who_chose() -> None:
    given = record(
        [block()],
        [block()],
        [block("reward_based", zone_half_deg=[5.0, 5.0], why=["Kept better.", "In turn."])],
    )
    tracks = tracks_of(given)
    changes = changes_of(given, tracks, {1: "Ada Lovelace"})
    assert changes[0].what == "Mode: error-based → reward-based"
    assert changes[0].why == "Kept better. In turn."
    assert changes[0].who == "the rules, among the modes approved in the plan"
    first = [each for each in changes if each.day == FIRST]
    assert [each.what for each in first] == [
        "Mode: error-based", "Plan version 1 is played",
    ]  # fmt: skip
    assert first[1].who == "Ada Lovelace"


def test_a_level_that_moved_says_by_which_success_and_within_which_limits() -> None:
    harder = record([block()])
    easier = record([block(target_radius_mm=[20.0, 35.0], successes=10)])
    held = record([block(target_radius_mm=[20.0, 26.0])])
    still = record([block(target_radius_mm=[20.0, 20.4])])
    told = []
    for each in (harder, easier, held, still):
        tracks = tracks_of(each)
        told.append([change for change in changes_of(each, tracks, {}) if "Target" in change.what])
    assert told[0][0].what.replace("\u00a0", " ") == "Target 20.0 mm → 15.0 mm, harder"
    assert told[0][0].why == "Success 85 % of 40, above the aim of 60 to 80 %"
    assert told[1][0].what.endswith("easier")
    assert told[1][0].why == "Success 25 % of 40, below the aim of 60 to 80 %; stopped at the limit"
    assert "not made harder, as the game does when tired or in pain" in told[2][0].why
    assert told[3] == []


def test_a_reward_block_is_told_by_its_zone_and_its_own_aim() -> None:
    given = record(
        [block("reward_based", zone_half_deg=[5.0, 8.0], target_radius_mm=[12.0, 12.0], successes=16)],
        [block("reward_based", zone_half_deg=[5.0, 4.0], target_radius_mm=[12.0, 12.0], successes=24)],
    )
    (track,) = tracks_of(given)
    assert track.what == "zone_half_deg" and not track.is_fixed
    assert reason_of(track, track.played[0]) == "Success 40 % of 40, below the aim of 60 %"
    assert reason_of(track, track.played[1]) == "Success 60 % of 40, at the aim of 60 %"
    (figure,) = figures(given)
    assert figure.name == "Reach: half width of the zone"
    assert figure.rows[0].cells[4:7] == ("5.0°", "8.0°", "40 % of 40")


def test_a_level_that_no_trial_moved_has_no_picture_and_is_named() -> None:
    fixed = block(plan_block="measure", target_radius_mm=[12.0, 12.0])
    given = record([block(), fixed], [block(), fixed])
    assert [each.key for each in figures(given)] == ["log.reach"]
    assert [each.key for each in build(given)["fixed"]] == ["measure"]


def test_a_session_from_before_levels_were_read_is_said_to_have_none() -> None:
    old = {
        "plan_block": "reach",
        "game": "tide_anchor",
        "mode": "error_based",
        "chosen_by": "plan",
        "why": [],
    }
    given = record([old], [block()])
    (figure,) = figures(given)
    assert figure.rows[0].cells[4:7] == ("none", "none", "not judged")
    assert figure.data is None and figure.n == 1
    assert any("no reason was recorded" in each.why for each in changes_of(given, tracks_of(given), {}))


def test_a_new_version_of_the_plan_is_marked_in_the_picture() -> None:
    given = record([block()], [block()], [block()], plans=(1, 1, 2))
    (figure,) = figures(given)
    marks = figure.draw(figure.data)
    labels = [
        row["label"] for rows in marks["datasets"].values() for row in rows if "label" in row
    ] if "datasets" in marks else [
        row["label"] for layer in marks["layer"] for row in layer["data"]["values"] if "label" in row
    ]  # fmt: skip
    assert "plan 2" in labels and "error-based" in labels


@pytest.mark.django_db
def test_levels_are_those_that_the_game_played(world: World, device: Device) -> None:
    played = play(make_plan(practice=24, probe=8), "stroke_moderate", 3)[1]
    starts = [
        each.target_radius_m
        for each in played.events
        if isinstance(each, TrialStart) and each.phase in ("ramp", "practice")
    ]
    names = ("blocks", "events", "commands", "samples", "ticks", "anchors", "tick_hz", "device")
    for _ in range(2):
        recording = replaced(device.record(), **{name: getattr(played, name) for name in names})
        assert device.upload(recording).status_code == 200
    run_jobs()
    with world.scope():
        drawn = record_for_drawing(
            clinic_id=world.clinic.id, patient_id=world.patient.id, metrics=metrics_read()
        )
        (track,) = tracks_of(drawn)
        whole = record_for(world.actor(), world.patient.id, metrics=metrics_read())
        assert [each.digest("en") for each in figures(whole)] == [
            each.digest("en") for each in figures(drawn)
        ]
    assert [each.first for each in track.played] == [pytest.approx(1000 * starts[0], abs=0.01)] * 2
    assert [each.last for each in track.played] == [pytest.approx(1000 * starts[-1], abs=0.01)] * 2
    assert starts[0] != starts[-1]
    session = drawn.usable[0]
    assert (track.played[0].judged, track.played[0].successes) == (
        session.judged_count,
        session.success_count,
    )
    page = world.as_().get(f"/patients/{world.patient.id}/").content.decode()
    assert 'id="log"' in page and track.text(track.played[0].first or 0.0) in page
    assert "Why these modes, in the newest session" in page
    table = world.as_().get(f"/patients/{world.patient.id}/figures/log.tide.csv").content.decode()
    assert "error-based" in table


@pytest.mark.django_db
def test_without_a_session_the_panel_says_what_happens_next(world: World) -> None:
    page = world.as_().get(f"/patients/{world.patient.id}/").content.decode()
    assert "so nothing was changed" in page
