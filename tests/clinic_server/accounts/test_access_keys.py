"""A person's tokens: made at a fresh sign-in, shown once, scoped, expiring, revocable."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clinic_server.accounts.models import AccessKey
from clinic_server.core.models import AccessLog
from tests.clinic_server.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.access]

SCOPES = ["patient.read", "plan.read"]


def ask(browser: Client, **changes: Any) -> Any:
    given = {"name": "Our portal", "scopes": SCOPES, "days": 30, **changes}
    return browser.post("/api/v1/tokens", given, content_type="application/json")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_token_does_what_its_scopes_say_and_no_more(world: World) -> None:
    made = ask(world.as_("therapist"))
    assert made.status_code == 201
    token = made.json()["token"]
    program = Client(enforce_csrf_checks=True)
    at = f"/api/v1/patients/{world.patient.id}"
    assert program.get(at, headers=bearer(token)).json()["pseudonym"] == world.patient.pseudonym
    refused = program.post(
        "/api/v1/plans",
        {"patient_id": str(world.patient.id), "content": {}},
        content_type="application/json",
        headers=bearer(token),
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert program.get(at).status_code == 401, "nothing is remembered between requests"
    with world.scope():
        row = AccessKey.objects.get()
        assert token not in (row.hash, row.name) and row.last_used_at is not None
        assert AccessLog.objects.filter(action="access_key.create", subject_id=row.id).exists()
    listed = world.as_("therapist").get("/api/v1/tokens").json()["data"]
    assert listed[0]["name"] == "Our portal" and "token" not in listed[0]


def test_a_token_opens_no_page_and_makes_no_token(world: World) -> None:
    token = ask(world.as_("therapist")).json()["token"]
    program = Client()
    assert program.get("/", headers=bearer(token)).status_code == 302, "asked to sign in"
    answer = program.post(
        "/api/v1/tokens",
        {"name": "more", "scopes": SCOPES},
        content_type="application/json",
        headers=bearer(token),
    )
    assert answer.json()["code"] == "session_required"


def test_an_old_sign_in_makes_no_token(world: World) -> None:
    browser = world.as_("therapist")
    session = browser.session
    session["signed_in_at"] = 1.0
    session.save()
    answer = ask(browser)
    assert (answer.status_code, answer.json()["code"]) == (403, "fresh_sign_in_required")


def test_over_revoked_and_forged_tokens_are_refused(world: World) -> None:
    browser = world.as_("therapist")
    made = ask(browser).json()
    program = Client()
    assert browser.delete(f"/api/v1/tokens/{made['id']}").json()["revoked_at"]
    for token in (made["token"], "mvk_forged"):
        answer = program.get("/api/v1/me", headers=bearer(token))
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    later = ask(browser).json()
    AccessKey.objects.filter(id=later["id"]).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert program.get("/api/v1/me", headers=bearer(later["token"])).status_code == 401


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"scopes": ["plan.write"]}, 422, "unknown_scope"),
        ({"scopes": ["everything"]}, 422, "unknown_scope"),
        ({"scopes": ["break_glass"]}, 422, "unknown_scope"),
        ({"scopes": []}, 422, "unknown_scope"),
        ({"days": 400}, 400, "invalid_request"),
        ({"name": " "}, 400, "invalid_request"),
    ],
)
def test_what_a_token_can_be_for_is_bounded(
    world: World, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = ask(world.as_("clinician"), **changes)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_token_ends_with_its_owner_s_work_in_the_clinic(world: World) -> None:
    from clinic_server.clinics.models import Membership

    token = ask(world.as_("therapist")).json()["token"]
    Membership.objects.filter(user=world.people["therapist"]).update(ended_at=timezone.now())
    assert Client().get("/api/v1/me", headers=bearer(token)).status_code == 401
