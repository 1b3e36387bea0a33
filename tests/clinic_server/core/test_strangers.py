"""Every route with an id, asked by a stranger: another clinic's person gets 404, nobody gets 401."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from clinic_server.accounts.access_keys import access_key_create
from clinic_server.patients.scales import scale_add
from clinic_server.plans.services import plan_activate, plan_create
from clinic_server.progress.flag_services import filter_save
from clinic_server.progress.forecasts import forecast_ask
from clinic_server.progress.models import Flag
from clinic_server.recordings.models import Session
from clinic_server.reports.services import report_ask
from shared.ids import uuid7
from tests.clinic_server.world import Device, World, plan_content, run_jobs

pytestmark = [pytest.mark.django_db, pytest.mark.access]

METHODS = ("get", "post", "put", "patch", "delete")


def _routes(patterns: list[Any], before: str = "/") -> list[str]:
    found: list[str] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += _routes(pattern.url_patterns, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            found.append(before + str(pattern.pattern))
    return found


def _routes_with_ids() -> list[str]:
    routes = [each for each in _routes(get_resolver().url_patterns) if "<uuid:" in each]
    assert len(routes) > 20
    return routes


@pytest.fixture
def ids(world: World, device: Device) -> dict[str, UUID]:
    """One of everything in North."""
    recording = device.record()
    device.upload(recording)
    run_jobs()
    with world.scope():
        plan = plan_create(actor=world.actor(), patient_id=world.patient.id, content=plan_content())
        plan_activate(actor=world.actor(), plan_id=plan.id)
        flag = Flag.objects.create(
            clinic=world.clinic, patient=world.patient, rule="silent", about="a test", reason="Silent",
            threshold=3, window="3 days", raised_at="2026-11-01T00:00:00Z",
        )  # fmt: skip
        assert Session.objects.exists()
        forecast, job = forecast_ask(actor=world.actor(), patient_id=world.patient.id, content=plan_content())
        assert job is not None
        report, _ = report_ask(actor=world.actor(), patient_id=world.patient.id, kind="letter")
        reading = scale_add(actor=world.actor(), patient_id=world.patient.id, scale="sara", value=12)
        key, _ = access_key_create(
            actor=world.actor(), name="x", scopes=["patient.read"], days=1, is_fresh=True
        )
        saved = filter_save(actor=world.actor(), name="Mine", query="show=mine")
    return {
        "filter_id": saved.id,
        "forecast_id": forecast.id,
        "job_id": job.id,
        "key_id": key.id,
        "reading_id": reading.id,
        "report_id": report.id,
        "patient_id": world.patient.id,
        "user_id": world.people["clinician"].id,
        "profile_id": device.profile_id,
        "plan_id": plan.id,
        "session_id": recording.id,
        "flag_id": flag.id,
        "bundle_id": recording.id,
    }


def _filled(route: str, ids: dict[str, UUID]) -> str:
    filled = re.sub(r"<uuid:(\w+)>", lambda match: str(ids[match[1]]), route)
    return re.sub(r"<\w+:(\w+)>", "0", filled)


def _body(route: str) -> dict[str, Any]:
    """A body that would be accepted, so that nothing but the object's clinic stands in the way."""
    if route.endswith("devices") or route.endswith("lookup"):
        return {"user_code": "BCDFGHJK"}
    if route.startswith("/api/") and route.endswith("scales"):
        return {"scale": "sara", "value": 12}
    if route.endswith(("versions", "forecast")):
        return {"content": plan_content()}
    if "withdraw" in route or "acknowledge" in route or "break-glass" in route:
        return {"reason": "a reason that is long enough"}
    if route.endswith("flag-rules"):
        return {"rule": "silent"}
    if route.endswith("care-team"):
        return {"user_id": str(uuid7())}
    return {}


@pytest.mark.parametrize("role", ["therapist", "clinic_admin", "auditor"])
def test_another_clinics_objects_are_not_there(
    world: World, other: World, ids: dict[str, UUID], role: str
) -> None:
    stranger = other.as_(role)
    answered = 0
    for route in _routes_with_ids():
        if route.startswith("/sync/"):
            continue
        for method in METHODS:
            answer = getattr(stranger, method)(
                _filled(route, ids), _body(route) if method != "get" else None,
                content_type="application/json", headers={"If-Match": 'W/"1"'},
            )  # fmt: skip
            if answer.status_code == 405:
                continue
            answered += 1
            assert answer.status_code == 404, (method, route, answer.content)
    assert answered > 20


def test_nobody_is_told_to_sign_in(world: World, ids: dict[str, UUID]) -> None:
    nobody = Client()
    for route in _routes_with_ids():
        for method in METHODS:
            answer = getattr(nobody, method)(_filled(route, ids), {}, content_type="application/json")
            if answer.status_code != 405:
                wanted = {401} if route.startswith(("/api/", "/sync/")) else {302, 401, 403, 404}
                assert answer.status_code in wanted, (method, route, answer.content)


def test_another_profiles_bundle_is_not_there(world: World, other: World, ids: dict[str, UUID]) -> None:
    stranger = Device().pair(other)
    path = f"/sync/v1/bundles/{ids['bundle_id']}"
    assert stranger.put(f"{path}/chunks/0", b"x").status_code == 404
    assert stranger.put(f"{path}/commit", {"sha256_file": "0" * 64}).status_code == 404
    assert stranger.put("/sync/v1/plans/1/applied", {"outcome": "applied"}).status_code == 404
    assert stranger.get("/sync/v1/plans?after=0").json()["plans"] == []


def test_inside_the_clinic_the_care_team_and_the_role_decide(world: World, ids: dict[str, UUID]) -> None:
    url = f"/api/v1/patients/{world.patient.id}"
    assert world.as_("therapist").get(url).status_code == 200
    for role, code in (
        ("outsider", "outside_care_team"),
        ("clinic_admin", "role_missing"),
        ("auditor", "role_missing"),
        ("researcher", "role_missing"),
    ):
        answer = world.as_(role).get(url)
        assert (answer.status_code, answer.json()["code"]) == (403, code)
    assert world.as_("clinic_admin").get(f"{url}/care-team").status_code == 200
    assert world.as_("clinic_admin").get(f"/api/v1/sessions/{ids['session_id']}").status_code == 403
    assert (
        world.as_("supervisor").post("/api/v1/plans", {}, content_type="application/json").status_code == 400
    )
    plan = {"patient_id": str(world.patient.id), "content": plan_content()}
    answer = world.as_("clinician").post("/api/v1/plans", plan, content_type="application/json")
    assert answer.json()["code"] == "role_missing"


def test_breaking_the_glass_opens_one_patient_and_is_logged(world: World) -> None:
    from clinic_server.core.models import AccessLog

    outsider, url = world.as_("outsider"), f"/api/v1/patients/{world.patient.id}"
    short = outsider.post(f"{url}/break-glass", {"reason": "why"}, content_type="application/json")
    assert short.status_code == 422
    reason = {"reason": "Covering for a colleague who is ill today"}
    assert outsider.post(f"{url}/break-glass", reason, content_type="application/json").status_code == 201
    assert outsider.get(url).status_code == 200
    with world.scope():
        assert AccessLog.objects.filter(action="break_glass", patient_id=world.patient.id).exists()
        assert AccessLog.objects.filter(action="patient.read", relation="break_glass").exists()
