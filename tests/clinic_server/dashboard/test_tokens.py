"""The page of a person's tokens."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.clinic_server.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.access]


def test_a_token_is_shown_once_works_and_ends(world: World) -> None:
    browser = world.as_("therapist")
    form = {"name": "Hospital portal", "scopes": ["patient.read"], "days": "30"}
    made = browser.post("/account/tokens/", form)
    assert made.status_code == 201
    token = re.search(r"mvk_[\w-]+", made.content.decode())
    assert token
    program = Client()
    headers = {"Authorization": f"Bearer {token[0]}"}
    assert program.get("/api/v1/patients", headers=headers).status_code == 200
    page = browser.get("/account/tokens/").content.decode()
    assert "Hospital portal" in page and token[0] not in page
    revoke = re.search(r'action="(/account/tokens/[^"]+/revoke)"', page)
    assert revoke
    assert "opens nothing any more" in browser.post(revoke[1], follow=True).content.decode()
    assert program.get("/api/v1/patients", headers=headers).status_code == 401
    assert world.as_("clinician").post(revoke[1]).status_code == 404, "somebody else's"


def test_what_is_missing_is_said_and_what_was_entered_stays(world: World) -> None:
    browser = world.as_("therapist")
    answer = browser.post("/account/tokens/", {"name": "Portal", "days": "30"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "at least one scope" in page and 'value="Portal"' in page
    session = browser.session
    session["signed_in_at"] = 1.0
    session.save()
    assert "older than ten minutes" in browser.get("/account/tokens/").content.decode()
