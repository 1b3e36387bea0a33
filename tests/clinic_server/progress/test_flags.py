"""Triage: silent, safety and decline in words, once, with window and threshold; acknowledging."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.utils import timezone

from clinic_server.plans.models import PlanDelivery
from clinic_server.plans.services import plan_activate, plan_create
from clinic_server.progress import rules, selectors, services, triage
from clinic_server.progress.models import Flag, FlagRule, MetricResult
from clinic_server.progress.rule_specs import KINDS
from clinic_server.progress.triage import TriageFilter
from clinic_server.recordings.models import Session
from shared.patient.virtual import VirtualPatient, draw_person
from shared.wire.session import Symptoms
from tests.clinic_server.world import Device, World, plan_content, run_jobs
from tests.shared.recordings import planned_session, recording
from tests.virtual_sessions import make_plan, play

pytestmark = pytest.mark.django_db


def _flags(world: World, kind: str) -> list[Flag]:
    with world.scope():
        return list(Flag.objects.filter(rule__in=KINDS[kind]).order_by("raised_at"))


def _prescribe(world: World, days_ago: int) -> None:
    with world.scope():
        plan = plan_create(actor=world.actor(), patient_id=world.patient.id, content=plan_content())
        plan_activate(actor=world.actor(), plan_id=plan.id)
        PlanDelivery.objects.update(created_at=timezone.now() - timedelta(days=days_ago))


def _played(device: Device, days_ago: float, **changes: Any) -> Any:
    at = timezone.now() - timedelta(days=days_ago)
    return device.record(started_utc_ms=int(at.timestamp() * 1000), utc_offset_min=60, **changes)


def test_silent_after_three_planned_days_and_cleared_by_play(world: World, device: Device) -> None:
    _prescribe(world, days_ago=3)
    assert services.day_check() == 0, "two full days were planned since, today is not over"
    _prescribe_more_days(world, 4)
    assert services.day_check() == 1
    assert services.day_check() == 0, "it rises once"
    flag = _flags(world, "silent")[0]
    assert flag.reason == "Silent for 3 planned days, no session yet"
    assert (flag.value, flag.threshold) == (3, 3)
    _prescribe_more_days(world, 6)
    services.day_check()
    assert _flags(world, "silent")[0].reason.startswith("Silent for 5 planned days"), (
        "a standing flag is kept up"
    )
    device.upload(_played(device, 0))
    assert _flags(world, "silent")[0].cleared_at is not None


def test_a_backlog_that_arrives_raises_no_silence_on_its_way(world: World, device: Device) -> None:
    _prescribe(world, days_ago=20)
    for days_ago in (15, 1):
        assert device.upload(_played(device, days_ago)).status_code == 200
    assert not _flags(world, "silent")


def _prescribe_more_days(world: World, days_ago: int) -> None:
    with world.scope():
        PlanDelivery.objects.update(created_at=timezone.now() - timedelta(days=days_ago))


def test_unplanned_days_do_not_count_as_silence(world: World) -> None:
    with world.scope():
        content = plan_content(schedule={"weekdays": [(timezone.now() - timedelta(days=1)).weekday()]})
        plan = plan_create(actor=world.actor(), patient_id=world.patient.id, content=content)
        plan_activate(actor=world.actor(), plan_id=plan.id)
        PlanDelivery.objects.update(created_at=timezone.now() - timedelta(days=6))
    assert services.day_check() == 0
    _prescribe_more_days(world, 13)
    assert services.day_check() == 1, "a week without play, and a planned day in it"
    assert _flags(world, "silent")[0].reason == "Silent for 13 days, no session yet, a planned day among them"


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (Symptoms(pain=7), Symptoms(), "Pain 7 of 10 in a session"),
        (Symptoms(pain=1), Symptoms(pain=4), "Pain +3 in a session, from 1 to 4"),
        (Symptoms(), Symptoms(warning="chest_pain"), "A warning symptom was reported: chest_pain"),
        (Symptoms(pain=3), Symptoms(pain=5), None),
    ],
)
def test_safety(world: World, device: Device, before: Symptoms, after: Symptoms, reason: str | None) -> None:
    device.upload(device.record(symptoms_before=before, symptoms_after=after))
    assert [each.reason for each in _flags(world, "safety")] == ([reason] if reason else [])


def test_one_bad_night_is_no_decline_and_a_run_is_one_flag_that_ends_with_it(
    world: World, device: Device
) -> None:
    def night(days_ago: float, value: float) -> None:
        """A stored retention: this test is about the rule, the metric has its own."""
        at = timezone.now() - timedelta(days=days_ago)
        played = device.record(started_utc_ms=int(at.timestamp() * 1000))
        assert device.upload(played).status_code == 200
        with world.scope():
            session = Session.objects.get(id=played.id)
            MetricResult.objects.create(
                clinic_id=world.clinic.id, session=session, patient=world.patient, metric="retention",
                version=1, value=value, unit="1", quality=1.0, n=8, computed_at=at,
            )  # fmt: skip
            rules.after_session(session=session)

    for days_ago, value in ((9, 0.5), (8, -0.2), (7, -0.4)):
        night(days_ago, value)
    assert not _flags(world, "decline")
    night(6, -0.3)
    night(5, -0.6)
    found = _flags(world, "decline")
    assert len(found) == 1
    assert found[0].reason == "Less kept overnight than gained, 4 of the last 4 sessions: retention -35 %"
    for days_ago, value in ((4, 0.7), (3, 0.6)):
        night(days_ago, value)
        assert _flags(world, "decline")[0].cleared_at is None, "two bad nights of four: it stands, none rises"
    night(2, 0.5)
    assert _flags(world, "decline")[0].cleared_at is not None
    for hours_ago in (46.0, 44.0, 42.0):
        night(hours_ago / 24, -0.5)
    assert len(_flags(world, "decline")) == 2, "a new run is a new flag"


def test_decline_when_less_was_kept_than_gained(world: World, device: Device) -> None:
    first = recording(
        [
            *planned_session(practice=0, probes=8, bias_deg=12.0)[:8],
            *planned_session(practice=20, probes=0, rotation_deg=0.0, bias_deg=4.0),
            *planned_session(practice=0, probes=8, bias_deg=4.0)[8:],
        ],
        **_ids(device, 2.0),
    )
    second = recording(
        planned_session(practice=20, probes=8, rotation_deg=0.0, bias_deg=16.0), **_ids(device, 1.0)
    )
    with world.scope():
        FlagRule.objects.create(clinic_id=world.clinic.id, rule="decline", threshold=1, clear=0, window=1)
    for each in (first, second):
        assert device.upload(each).status_code == 200
    run_jobs()
    found = _flags(world, "decline")
    assert len(found) == 1
    assert found[0].value == pytest.approx(-0.5, abs=0.1)
    assert found[0].reason.startswith("Less kept overnight than gained, 1 of the last 1 sessions")
    assert found[0].session_id == second.id
    with world.scope():
        world.patient.refresh_from_db()
    measured = world.patient.measured
    assert measured["retention_error_based"] == pytest.approx(-0.5, abs=0.1)
    assert measured["tried_error_based"] == 2
    assert measured["gain_error_based"] < 0.0, "the bias grew"
    assert measured["gain_error_based_se"] > 0.5
    assert world.patient.bias_deg == pytest.approx(16.0, abs=0.5)


def test_kept_gains_count_from_the_first_probe_of_all(
    world: World, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clinic_server.progress.metrics._GAIN_SESSIONS", 2)
    for days_ago, bias_deg in ((3.0, 14.0), (2.0, 4.0), (1.0, 4.0)):
        played = planned_session(practice=20, probes=8, rotation_deg=0.0, bias_deg=bias_deg)
        assert device.upload(recording(played, **_ids(device, days_ago))).status_code == 200
    run_jobs()
    with world.scope():
        world.patient.refresh_from_db()
    measured = world.patient.measured
    assert measured["tried_error_based"] == 2
    assert measured["gain_error_based"] > 2.0, "from 14 degrees, not from the 4 of the newest two"


def test_each_arm_of_an_n_of_1_design_is_judged_by_the_probes_of_its_own_targets(
    world: World, device: Device
) -> None:
    plan = make_plan(practice=24, probe=8, block={"n_of_1": ["error_based", "reward_based"]})
    person = draw_person("cerebellar_ataxia", 3)
    patient = VirtualPatient(person, 3)
    for days_ago in (3.0, 2.0, 1.0):
        _, played = play(plan, person.profile, person.seed, patient)
        assert {each.plan_block for each in played.blocks} == {"tide.error_based", "tide.reward_based"}
        moved = msgspec.structs.replace(played, **_ids(device, days_ago))
        assert device.upload(moved).status_code == 200
        patient.sleep(1.0)
        patient.wake(int(days_ago))
    run_jobs()
    with world.scope():
        world.patient.refresh_from_db()
    measured = world.patient.measured
    for mode in ("error_based", "reward_based"):
        assert measured[f"tried_{mode}"] == 3
        assert f"gain_{mode}" in measured
        assert measured[f"gain_{mode}_se"] > 0.0


def _ids(device: Device, days_ago: float) -> dict[str, Any]:
    base = _played(device, days_ago)
    return {
        "id": base.id,
        "profile_id": base.profile_id,
        "device_seq": base.device_seq,
        "started_utc_ms": base.started_utc_ms,
    }


def test_clinic_may_set_a_threshold_or_switch_a_rule_off(world: World, device: Device) -> None:
    with world.scope():
        FlagRule.objects.create(clinic=world.clinic, rule="pain_up", threshold=5)
    device.upload(device.record(symptoms_after=Symptoms(pain=5)))
    assert len(_flags(world, "safety")) == 1
    with world.scope():
        FlagRule.objects.update(enabled=False)
    device.upload(device.record(symptoms_after=Symptoms(pain=9)))
    assert len(_flags(world, "safety")) == 1


def test_acknowledged_flag_leaves_the_list_with_its_reason_and_never_rises_again(
    world: World, device: Device
) -> None:
    device.upload(device.record(symptoms_after=Symptoms(pain=8)))
    flag = _flags(world, "safety")[0]
    url = f"/api/v1/flags/{flag.id}/acknowledge"
    assert world.as_().post(url, {"reason": " "}, content_type="application/json").status_code == 400
    answer = world.as_().post(url, {"reason": "Called, pain settled"}, content_type="application/json")
    assert answer.json()["acknowledged_reason"] == "Called, pain settled"
    run_jobs()
    assert world.as_().get("/api/v1/flags?open=true").json()["data"] == []
    assert len(world.as_().get("/api/v1/flags").json()["data"]) == 1
    assert world.as_().get("/api/v1/triage").json()["data"][0]["flags"] == []


def test_triage_puts_safety_first_and_tells_its_rules(world: World, device: Device) -> None:
    quiet = (
        world.as_().post("/api/v1/patients", {"condition": "Ageing"}, content_type="application/json").json()
    )
    device.upload(_played(device, 1, symptoms_before=Symptoms(pain=2), symptoms_after=Symptoms(pain=8)))
    body = world.as_().get("/api/v1/triage").json()
    assert [each["patient"]["pseudonym"] for each in body["data"]] == [
        world.patient.pseudonym,
        quiet["pseudonym"],
    ]
    row = body["data"][0]
    assert (row["pain_before"], row["pain_after"], row["sessions"]) == (2, 8, 1)
    on = {each["kind"] for each in body["rules"] if each["enabled"]}
    assert on == {"silent", "safety", "decline"}
    assert len(body["rules"]) == 10
    assert (body["total"], body["worklist"]["unacknowledged"]) == (2, 1)
    assert body["worklist"]["data_until"] is not None


def test_calendar_and_adherence_count_days_in_the_clinics_zone(world: World, device: Device) -> None:
    _prescribe(world, days_ago=5)
    device.upload(_played(device, 2))
    device.upload(_played(device, 1, ended_reason="stopped"))
    with world.scope():
        days = selectors.adherence_calendar(world.actor(), world.patient.id, weeks=2)
        row = triage.triage_rows(world.actor(), TriageFilter(show="all")).rows[0]
    states = {each.day: each.state for each in days}
    today = max(states)
    assert states[today] == "ahead"
    assert states[today - timedelta(days=1)] == "part"
    assert states[today - timedelta(days=2)] == "done"
    assert states[today - timedelta(days=3)] == "missed"
    assert states[today - timedelta(days=7)] == "none"
    assert (row.done_days, row.planned_days) == (2, 4)
    assert row.adherence == 0.5


def test_recommendation_gives_reasons_and_changes_nothing(world: World) -> None:
    url = f"/api/v1/patients/{world.patient.id}/recommendation"
    answer = world.as_().post(url, {}, content_type="application/json")
    assert answer.status_code == 200
    assert answer.json()["ranked"][0]["probability"] > 0
    assert answer.json()["reasons"]


def test_series_and_session_results_through_the_api(world: World, device: Device) -> None:
    recorded = device.record()
    device.upload(recorded)
    run_jobs()
    base = f"/api/v1/patients/{world.patient.id}/metrics"
    points = world.as_().get(f"{base}?name=success_rate").json()["data"]
    assert [(each["metric"], each["scope"], each["session_id"]) for each in points] == [
        ("success_rate", "", str(recorded.id))
    ]
    assert len(world.as_().get(f"{base}?name=success_rate&scope=*").json()["data"]) > 1
    rows = world.as_().get(f"/api/v1/sessions/{recorded.id}/metrics").json()["data"]
    assert all((each["value"] is None) == (each["missing_reason"] is not None) for each in rows)
    names = {each["metric"] for each in world.as_().get("/api/v1/metrics/definitions").json()["data"]}
    assert {each["metric"] for each in rows} <= names
