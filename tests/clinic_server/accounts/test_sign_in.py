"""Signing in: by e-mail and password, by a link that is good once; nobody signs up."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from clinic_server.accounts.models import SignInLink, User
from clinic_server.accounts.services import user_create
from clinic_server.core import tenancy
from clinic_server.core.models import AccessLog
from tests.clinic_server.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.access]


def _link(email: str) -> str:
    out = StringIO()
    call_command("signin_link", email, base="http://localhost:9", stdout=out)
    return out.getvalue().strip().removeprefix("http://localhost:9")


def test_link_signs_in_once_and_verifies_the_address() -> None:
    user = user_create(email="New@Clinic.example", name="New")
    assert not EmailAddress.objects.get(user=user).verified
    link = _link("new@clinic.example")
    browser = Client()
    assert browser.get(link).status_code == 302
    assert browser.session["_auth_user_id"] == str(user.id)
    assert EmailAddress.objects.get(user=user).verified
    second = Client().get(link)
    assert second.status_code == 410
    assert second.json()["code"] == "link_spent"


def test_link_ends_after_fifteen_minutes_and_a_forged_one_never_works() -> None:
    user_create(email="a@clinic.example")
    link = _link("a@clinic.example")
    assert Client().get(link[:-2] + "xx").status_code == 410
    SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(link).status_code == 410


def test_link_of_a_closed_account_does_not_open() -> None:
    user_create(email="a@clinic.example")
    link = _link("a@clinic.example")
    User.objects.update(is_active=False)
    assert Client().get(link).status_code == 410
    with pytest.raises(CommandError, match="nobody has the address"):
        _link("a@clinic.example")


def test_password_sign_in_and_refusal_are_logged() -> None:
    user_create(email="a@clinic.example", password="a long enough secret", is_verified=True)
    browser = Client()
    url = "/account/login/"
    wrong = browser.post(url, {"login": "a@clinic.example", "password": "not the secret at all"})
    assert wrong.status_code == 200
    right = browser.post(url, {"login": "A@clinic.example", "password": "a long enough secret"})
    assert right.status_code == 302
    with tenancy.scope(tenancy.NO_CLINIC):
        actions = set(AccessLog.objects.values_list("action", flat=True))
    assert {"sign_in", "sign_in.refused"} <= actions
    assert User.objects.get().password.startswith("argon2")


def test_nobody_signs_up_by_a_form() -> None:
    Client().post("/account/signup/", {"email": "x@y.example", "password1": "p" * 20, "password2": "p" * 20})
    assert not User.objects.exists()


def test_second_factor_can_be_enrolled(world: World) -> None:
    browser = world.as_()
    assert browser.get("/account/2fa/").status_code == 200
    assert browser.get("/account/2fa/webauthn/add/").status_code in {200, 302}


def test_account_without_a_clinic_sees_nothing() -> None:
    user = user_create(email="a@clinic.example", is_verified=True)
    browser = Client()
    browser.force_login(user)
    answer = browser.get("/api/v1/patients")
    assert (answer.status_code, answer.json()["code"]) == (403, "no_clinic")
