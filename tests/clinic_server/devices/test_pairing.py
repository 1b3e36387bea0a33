"""Pairing: a code, once, ten minutes, five wrong tries, slow down; tokens for signatures; revoking."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from clinic_server.devices.models import AccessToken, Nonce, Pairing, Profile
from clinic_server.devices.tokens import CODE_LETTERS
from tests.clinic_server.world import Device, World

pytestmark = [pytest.mark.django_db, pytest.mark.access]


def test_code_is_eight_consonants_and_pairs_one_profile_of_one_patient(world: World) -> None:
    device = Device()
    code = device.start()
    assert len(code) == 8
    assert set(code) <= set(CODE_LETTERS)
    assert device.poll().json()["code"] == "authorization_pending"
    Pairing.objects.update(last_poll_at=timezone.now() - timedelta(seconds=60))
    typed = f"{code[:4].lower()}-{code[4:]} "
    url = f"/api/v1/patients/{world.patient.id}/devices"
    shown = world.as_().post(f"{url}/lookup", {"user_code": typed}, content_type="application/json")
    assert shown.json()["fingerprint"] == Pairing.objects.get().fingerprint
    approved = world.as_().post(url, {"user_code": typed}, content_type="application/json")
    assert approved.status_code == 201
    paired = device.poll().json()
    assert paired["patient_ref"] == world.patient.pseudonym
    assert paired["greeting_name"] == "Ada"
    with world.scope():
        profile = Profile.objects.get()
        assert profile.patient == world.patient
        assert profile.approved_by == world.people["therapist"]
        assert str(profile.id) == paired["profile_id"]
    assert device.poll().json()["code"] == "expired_token", "a code is good once"


def test_code_ends_after_ten_minutes(world: World) -> None:
    device = Device()
    code = device.start()
    Pairing.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert device.poll().json()["code"] == "expired_token"
    url = f"/api/v1/patients/{world.patient.id}/devices"
    late = world.as_().post(url, {"user_code": code}, content_type="application/json")
    assert late.status_code == 422
    assert late.json()["code"] == "wrong_code"


def test_five_wrong_codes_close_the_form_for_that_person_only(world: World) -> None:
    device = Device()
    code = device.start()
    browser = world.as_()
    url = f"/api/v1/patients/{world.patient.id}/devices"
    wrong = "B" * 8 if code != "B" * 8 else "C" * 8
    for _ in range(5):
        answer = browser.post(url, {"user_code": wrong}, content_type="application/json")
        assert answer.status_code == 422
    closed = browser.post(url, {"user_code": code}, content_type="application/json")
    assert closed.status_code == 429
    assert "Retry-After" in closed
    assert (
        world.as_("clinician").post(url, {"user_code": code}, content_type="application/json").status_code
        == 201
    )


def test_polling_too_fast_slows_down_and_never_starves(world: World) -> None:
    device = Device()
    device.start()
    assert device.poll().json()["code"] == "authorization_pending"
    first = Pairing.objects.get().last_poll_at
    for interval_s in (10, 15):
        answer = device.poll()
        assert answer.json()["code"] == "slow_down"
        assert Pairing.objects.get().interval_s == interval_s, "the interval is kept"
    assert Pairing.objects.get().last_poll_at == first, "a rejected poll is not the last poll"
    Pairing.objects.update(last_poll_at=timezone.now() - timedelta(seconds=15))
    assert device.poll().json()["code"] == "authorization_pending"


def test_token_needs_this_profiles_signature_over_an_unused_nonce(device: Device) -> None:
    nonce = device.post("/pair/v1/nonce", {}).json()["nonce"]
    assert device.ask_token(nonce, signed=f"{nonce}.somebody-else").json()["code"] == "not_paired"
    assert device.ask_token(nonce).json()["code"] == "nonce_used", "a refused signature spends the nonce"
    nonce = device.post("/pair/v1/nonce", {}).json()["nonce"]
    assert device.ask_token(nonce).status_code == 200
    assert device.ask_token(nonce).json()["code"] == "nonce_used"
    nonce = device.post("/pair/v1/nonce", {}).json()["nonce"]
    Nonce.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert device.ask_token(nonce).json()["code"] == "nonce_used"


def test_tokens_are_stored_hashed_and_end_after_fifteen_minutes(device: Device) -> None:
    row = AccessToken.objects.get()
    assert device.token not in row.hash
    assert timedelta(minutes=14) < row.expires_at - timezone.now() <= timedelta(minutes=15)
    assert device.get("/sync/v1/hello").status_code == 200
    AccessToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    refused = device.get("/sync/v1/hello")
    assert refused.status_code == 401
    assert refused.json()["code"] == "invalid_token"
    assert device.sign_in().status_code == 200


def test_retired_may_send_for_thirty_days_and_stolen_nothing(world: World, device: Device) -> None:
    url = f"/api/v1/devices/{device.profile_id}"
    assert world.as_().delete(f"{url}?kind=retired").status_code == 200
    assert device.get("/sync/v1/hello").status_code == 401, "the old token is gone"
    assert device.sign_in().status_code == 200
    assert device.upload(device.record()).status_code == 200
    with world.scope():
        Profile.objects.update(revoked_at=timezone.now() - timedelta(days=31))
    assert device.get("/sync/v1/hello").status_code == 401
    assert device.sign_in().json()["code"] == "profile_retired"
    assert world.as_().delete(f"{url}?kind=stolen").status_code == 200
    assert device.sign_in().json()["code"] == "profile_stolen"


def test_expired_registration_still_uploads_but_gets_no_plans(world: World, device: Device) -> None:
    with world.scope():
        Profile.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert device.upload(device.record()).status_code == 200
    assert device.get("/sync/v1/plans?after=0").json() == {"plans": [], "revision": 0}
    assert world.as_().post(f"/api/v1/devices/{device.profile_id}/renew").status_code == 200
