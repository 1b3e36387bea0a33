"""The triage page and those behind it: filters, paging, acknowledging, rules, caseload, data health."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic_server.core.models import AccessLog
from clinic_server.patients.models import Patient
from clinic_server.patients.services import care_team_add, patient_create
from clinic_server.progress.flag_services import flag_raise
from clinic_server.progress.models import Flag, FlagRule, SavedFilter, TriageSummary
from shared.wire.session import Symptoms
from tests.clinic_server.world import Device, World, run_jobs

pytestmark = pytest.mark.django_db


def _patients(world: World, count: int, **fields: Any) -> list[Patient]:
    with world.scope():
        return [patient_create(actor=world.actor(), **fields) for _ in range(count)]


def _look(world: World, patients: list[Patient], reason: str = "Please look") -> list[Flag]:
    with world.scope():
        return [flag_raise(actor=world.actor(), patient_id=each.id, reason=reason) for each in patients]


def _page(world: World, path: str = "/", role: str = "therapist") -> str:
    answer = world.as_(role).get(path)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def _listed(text: str) -> list[str]:
    """Pseudonyms in the order of the rows."""
    return [part.split("</a>")[0].split(">")[-1] for part in text.split('<td class="who">')[1:]]


@pytest.mark.parametrize("path", ["/", "/?show=all", "/caseload", "/data-health", "/api/v1/triage", "/rules"])
def test_the_number_of_queries_is_the_same_for_three_patients_and_for_thirty(world: World, path: str) -> None:
    browser = world.as_()
    _look(world, _patients(world, 2))
    browser.get(path)  # what is read once a process
    counts = []
    for more in (0, 28):
        _look(world, _patients(world, more, condition="Ageing"))
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert browser.get(path).status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[1]
    assert counts[0] < 60


def test_fifty_rows_a_page_by_cursor_each_once_and_a_total(world: World) -> None:
    patients = _patients(world, 60)
    _look(world, patients[:3])
    first = world.as_().get("/api/v1/triage").json()
    assert (len(first["data"]), first["total"], first["has_more"]) == (50, 61, True)
    second = world.as_().get("/api/v1/triage", {"cursor": first["next_cursor"]}).json()
    assert (len(second["data"]), second["next_cursor"]) == (11, None)
    names = [each["patient"]["pseudonym"] for each in (*first["data"], *second["data"])]
    assert len(set(names)) == 61
    assert names[:3] == [each.pseudonym for each in patients[:3]], "open flags first, the oldest flag first"
    assert world.as_().get("/api/v1/triage?cursor=nonsense").json()["code"] == "invalid_cursor"
    text = _page(world, "/?show=all")
    assert "61 patients in this list" in text
    assert "Next 50" in text


def test_filters_by_reason_condition_owner_and_text(world: World, device: Device) -> None:
    ageing = _patients(world, 1, condition="Ageing")
    _look(world, ageing)
    device.upload(device.record(symptoms_after=Symptoms(pain=8)))
    hurting = world.patient.pseudonym
    assert _listed(_page(world)) == [hurting, ageing[0].pseudonym]
    assert _listed(_page(world, "/?reason=safety")) == [hurting]
    assert _listed(_page(world, "/?reason=by_hand")) == [ageing[0].pseudonym]
    assert _listed(_page(world, "/?condition=Ageing")) == [ageing[0].pseudonym]
    assert _listed(_page(world, f"/?q={hurting.lower()}")) == [hurting]
    assert len(_listed(_page(world, "/?show=mine"))) == 2, "who makes a patient owns them"
    assert _listed(_page(world, "/?owner=none")) == []
    assert "No patient fits this filter" in _page(world, "/?owner=none")
    assert world.as_().get("/api/v1/triage?reason=nothing").status_code == 400


def test_owner_is_taken_on_and_falls_back_when_they_leave_the_team(world: World) -> None:
    colleague = world.as_("clinician")
    assert colleague.post(f"/patients/{world.patient.id}/take-on").status_code == 302
    assert _listed(_page(world, "/?show=mine", role="clinician")) == [world.patient.pseudonym]
    assert world.as_("outsider").post(f"/patients/{world.patient.id}/take-on").status_code == 403
    with world.scope():
        yesterday = timezone.now().date() - timedelta(days=2)
        care_team_add(
            actor=world.actor(),
            patient_id=world.patient.id,
            user_id=world.people["clinician"].id,
        ).delete()
        care_team_add(
            actor=world.actor(), patient_id=world.patient.id, user_id=world.people["clinician"].id,
            starts_on=yesterday, ends_on=yesterday,
        )  # fmt: skip
        assert TriageSummary.objects.get(patient=world.patient).owner_id == world.people["therapist"].id


def test_acknowledging_goes_to_the_next_row_and_undo_brings_the_flag_back(world: World) -> None:
    patients = _patients(world, 2)
    flags = _look(world, patients, "Dizzy on the phone")
    browser = world.as_()
    text = _page(world)
    assert f'name="at" value="{patients[1].id}"' in text
    form = {"flag": str(flags[0].id), "back": "show=all", "at": str(patients[1].id)}
    answer = browser.post("/flags/acknowledge", {**form, "reason": " "})
    assert _listed(_page(world)) == [each.pseudonym for each in patients], "without a reason nothing happens"
    answer = browser.post(
        "/flags/acknowledge", {**form, "reason": "Called, it was the heat", "outcome": "dismissed"}
    )
    assert answer["Location"] == f"/?show=all#row-{patients[1].id}"
    assert _listed(_page(world)) == [patients[1].pseudonym]
    with world.scope():
        flag = Flag.objects.get(id=flags[0].id)
        assert (flag.outcome, flag.acknowledged_reason) == ("dismissed", "Called, it was the heat")
        assert TriageSummary.objects.get(patient=patients[0]).reviewed_at == flag.acknowledged_at
        assert AccessLog.objects.filter(action="flag.acknowledge", detail="dismissed").count() == 1
    toast = browser.get("/").content.decode()
    assert f'action="/flags/reopen?flag={flags[0].id}"' in toast
    browser.post(f"/flags/reopen?flag={flags[0].id}")
    assert _listed(_page(world)) == [each.pseudonym for each in patients]


def test_reasons_in_words_two_at_most(world: World) -> None:
    for reason in ("One", "Two", "Three", "Four"):
        _look(world, [world.patient], reason)
    text = _page(world)
    assert text.count('<span class="chip">') == 2
    assert "and 2 more" in text
    assert "raised by therapist" in text


def test_a_look_is_asked_for_by_hand_with_a_reason(world: World) -> None:
    url = f"/patients/{world.patient.id}/flags"
    world.as_().post(url, {"reason": ""})
    assert _listed(_page(world)) == []
    world.as_().post(url, {"reason": "Mother called, worried"})
    assert "Mother called, worried" in _page(world)
    body = {"patient_id": str(world.patient.id), "reason": "Again"}
    made = world.as_().post("/api/v1/flags", body, content_type="application/json")
    assert (made.status_code, made.json()["rule"], made.json()["raised_by"]) == (201, "by_hand", "therapist")
    refused = world.as_("outsider").post("/api/v1/flags", body, content_type="application/json")
    assert refused.json()["code"] == "outside_care_team"


def test_new_flags_are_counted_since_a_moment(world: World) -> None:
    _look(world, [world.patient])
    now = timezone.now().isoformat()
    asked = world.as_()
    assert asked.get("/api/v1/triage/new", {"since": now}).json() == {"new": 0}
    _look(world, _patients(world, 2))
    assert asked.get("/api/v1/triage/new", {"since": now}).json() == {"new": 2}
    assert world.as_("outsider").get("/api/v1/triage/new", {"since": now}).json() == {"new": 0}
    assert asked.get("/api/v1/triage/new").status_code == 400


def test_filters_are_saved_by_name_for_oneself_and_deleted(world: World) -> None:
    browser = world.as_()
    browser.post("/triage/filters", {"name": "Painful", "reason": "safety"})
    text = _page(world)
    assert "Painful" in text
    assert "?reason=safety" in text
    assert "Painful" not in _page(world, role="clinician")
    with world.scope():
        row = SavedFilter.objects.get()
    assert world.as_("clinician").post(f"/triage/filters/{row.id}/delete").status_code == 404
    assert browser.post(f"/triage/filters/{row.id}/delete").status_code == 302
    assert "Painful" not in _page(world)


def test_rules_are_set_for_the_clinic_with_if_match_and_say_by_whom(world: World) -> None:
    boss = world.as_("supervisor")
    answer = boss.get("/api/v1/flag-rules")
    change = {"rule": "overuse", "enabled": True, "threshold": 2.0}
    send: dict[str, Any] = {"data": change, "content_type": "application/json"}
    assert boss.patch("/api/v1/flag-rules", **send).status_code == 428
    done = boss.patch("/api/v1/flag-rules", **send, headers={"If-Match": answer["ETag"]})
    rule = {each["id"]: each for each in done.json()["data"]}["overuse"]
    assert (rule["enabled"], rule["threshold"], rule["set_by"]) == (True, 2.0, "clinic")
    assert rule["clear"] == 1.2, "what was not given is as it was"
    stale = boss.patch("/api/v1/flag-rules", **send, headers={"If-Match": answer["ETag"]})
    assert stale.status_code == 412
    wild: dict[str, Any] = {"data": {"rule": "pain_up", "threshold": 40}, "content_type": "application/json"}
    refused = boss.patch("/api/v1/flag-rules", **wild, headers={"If-Match": done["ETag"]})
    assert refused.json()["code"] == "out_of_bounds"
    therapist = world.as_().patch("/api/v1/flag-rules", **send, headers={"If-Match": done["ETag"]})
    assert therapist.json()["code"] == "role_missing"
    assert world.as_("auditor").get("/api/v1/flag-rules").status_code == 403


def test_a_personal_threshold_holds_for_one_patient(world: World, device: Device) -> None:
    url = f"/api/v1/patients/{world.patient.id}/flag-rules"
    tag = world.as_().get(url)["ETag"]
    changed = world.as_().patch(
        url, {"rule": "pain_up", "threshold": 4}, content_type="application/json", headers={"If-Match": tag}
    )
    rule = {each["id"]: each for each in changed.json()["data"]}["pain_up"]
    assert (rule["threshold"], rule["set_by"], rule["enabled"]) == (4, "patient", True)
    device.upload(device.record(symptoms_before=Symptoms(pain=4), symptoms_after=Symptoms(pain=4)))
    with world.scope():
        flag = Flag.objects.get(rule="pain_up")
    assert (flag.reason, flag.threshold) == ("Pain 4 of 10 in a session", 4)


def test_rules_page_tells_what_became_of_the_flags_and_sets_a_rule(world: World) -> None:
    flags = _look(world, _patients(world, 4))
    browser = world.as_("supervisor")
    therapist = world.as_()
    for flag, outcome in zip(flags[:3], ("acted", "dismissed", "dismissed"), strict=True):
        therapist.post("/flags/acknowledge", {"flag": str(flag.id), "reason": "x", "outcome": outcome})
    rows = therapist.get("/api/v1/flag-rules/health").json()["data"]
    by_hand = {each["rule"]: each for each in rows}["by_hand"]
    assert [by_hand[each] for each in ("fired", "acknowledged", "acted", "dismissed", "open")] == [
        4,
        3,
        1,
        2,
        1,
    ]
    assert by_hand["dismissed_share"] == pytest.approx(2 / 3)
    assert "never fired" in _page(world, "/rules").lower()
    assert 'name="threshold"' not in _page(world, "/rules"), "a therapist sets no rule of the clinic"
    text = _page(world, "/rules", role="supervisor")
    version = text.split('name="version" value="')[1].split('"')[0]
    form = {
        "rule": "plateau",
        "version": version,
        "enabled": "on",
        "threshold": "0,7",
        "clear": "",
        "window": "",
    }
    browser.post("/rules/set", form)
    browser.post("/rules/set", {**form, "threshold": "0.9"})
    with world.scope():
        row = FlagRule.objects.get()
    assert (row.rule, row.threshold, row.enabled, row.clear) == ("plateau", 0.7, True, None), (
        "stale is refused"
    )
    browser.post("/rules/set", {"rule": "plateau", "version": str(int(version) + 1), "reset": "1"})
    with world.scope():
        assert FlagRule.objects.get().threshold is None


def test_caseload_and_data_health_count_and_come_as_files(world: World, device: Device) -> None:
    _patients(world, 2, condition="Ageing")
    device.upload(device.record())
    run_jobs()
    text = _page(world, "/data-health")
    assert "2 have never sent anything" in text
    assert "All that arrived is measured" in text
    assert "0.1.0" in text
    body = world.as_().get("/api/v1/data-health").json()
    assert (body["patients"], body["never"], body["versions"]) == (
        3,
        2,
        [{"version": "0.1.0", "patients": 1}],
    )
    caseload = world.as_().get("/api/v1/caseload?condition=Ageing").json()
    assert sum(caseload["verdicts"].values()) == 2
    for path, count in (
        ("/triage.csv?show=all", 3),
        ("/caseload.csv", 3),
        ("/data-health.csv", 3),
        ("/rules.csv", 11),
    ):
        rows = list(csv.reader(io.StringIO(_page(world, path))))
        assert len(rows) == 1 + count, path
        assert all(len(each) == len(rows[0]) for each in rows)


def test_nobody_without_the_role_sees_a_list(world: World) -> None:
    for role in ("clinic_admin", "auditor", "researcher"):
        for path in ("/", "/triage.csv", "/caseload", "/data-health"):
            assert world.as_(role).get(path).status_code == 403
    assert world.as_("clinic_admin").get("/rules").status_code == 200, "an administrator sets rules"
    assert _listed(_page(world, "/?show=all", role="outsider")) == []
