"""Pairing (RFC 8628 in shape) and tokens without refresh tokens.

A therapist approves a code on the patient's page, and what comes out is a profile of that patient: the
approving person's authority never reaches the living room. A token is given for a signature over a fresh
nonce of the server, so a lost answer costs one more round trip and never a lock-out.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from clinic_server.clinics.selectors import clinic_get
from clinic_server.core import access, tenancy
from clinic_server.core.problems import Problem, not_found
from clinic_server.devices import tokens
from clinic_server.devices.models import AccessToken, Nonce, Pairing, PairingFailure, Profile, ProfileAddress
from clinic_server.devices.selectors import device_for, may_upload
from clinic_server.patients.models import Patient
from clinic_server.patients.selectors import greeting_name, patient_for
from shared.wire.sync import NonceAnswer, Paired, PairStarted, TokenAnswer

if TYPE_CHECKING:
    from clinic_server.core.actors import Actor
    from shared.wire.sync import PairStart, TokenRequest

CODE_LIFE = timedelta(minutes=10)
POLL_INTERVAL_S = 5
WRONG_TRIES = 5
WRONG_WINDOW = timedelta(hours=1)
NONCE_LIFE = timedelta(minutes=5)
TOKEN_LIFE = timedelta(minutes=15)
PROFILE_LIFE = timedelta(days=180)
SCOPE = "bundles:write plans:read inventory:write"
_OPEN_PAIRINGS = 1000
"""Codes open at one time; beyond it new ones wait, so that codes stay hard to guess."""


@transaction.atomic
def pairing_start(*, asked: PairStart, verification_uri: str) -> PairStarted:
    """Open a pairing: a long code for the client, a short one for the screen.

    Raises:
        Problem: 429 when far too many codes are open.
    """
    now = timezone.now()
    Pairing.objects.filter(expires_at__lt=now - CODE_LIFE).delete()
    if Pairing.objects.filter(expires_at__gt=now, state=Pairing.State.PENDING).count() >= _OPEN_PAIRINGS:
        raise Problem(
            429, "too_many_requests", "too many pairings are open: try again in a minute",
            headers={"Retry-After": "60"},
        )  # fmt: skip
    device_code = tokens.new_secret()
    pairing = Pairing(
        device_code_hash=tokens.fingerprint_of(device_code),
        public_key=asked.public_key,
        box_key=asked.box_key,
        app_version=asked.app_version,
        machine=asked.machine,
        fingerprint=tokens.key_fingerprint(asked.public_key),
        expires_at=now + CODE_LIFE,
        interval_s=POLL_INTERVAL_S,
    )
    while True:
        pairing.user_code = tokens.new_user_code()
        try:
            with transaction.atomic():
                pairing.save(force_insert=True)
        except IntegrityError:  # one chance in 25 thousand million for each code that is open
            continue
        break
    return PairStarted(
        device_code=device_code,
        user_code=pairing.user_code,
        fingerprint=pairing.fingerprint,
        verification_uri=verification_uri,
        expires_in_s=int(CODE_LIFE.total_seconds()),
        interval_s=pairing.interval_s,
    )


def pairing_poll(*, device_code: str) -> Paired | Problem:
    """Answer a client that asks whether its code was approved.

    What is not an approval is returned, not raised, because the poll's own traces must be kept: a poll
    that came too fast raises the interval for good, and does not count as the last poll (else a client
    that is a little too fast would never get through).
    """
    now = timezone.now()
    with transaction.atomic():
        pairing = (
            Pairing.objects.select_for_update()
            .filter(device_code_hash=tokens.fingerprint_of(device_code))
            .first()
        )
        if pairing is None or pairing.state == Pairing.State.USED or pairing.expires_at < now:
            return Problem(400, "expired_token", "this code is used or over: show a new one")
        if pairing.state == Pairing.State.DENIED:
            return Problem(400, "access_denied", "the clinic did not approve this code: show a new one")
        if pairing.last_poll_at and now < pairing.last_poll_at + timedelta(seconds=pairing.interval_s):
            pairing.interval_s += 5
            pairing.save(update_fields=["interval_s"])
            return Problem(
                400, "slow_down", f"ask every {pairing.interval_s} s at most",
                headers={"Retry-After": str(pairing.interval_s)},
            )  # fmt: skip
        pairing.last_poll_at = now
        if pairing.state == Pairing.State.PENDING:
            pairing.save(update_fields=["last_poll_at"])
            return Problem(400, "authorization_pending", "nobody has entered this code yet")
        assert pairing.profile_id is not None and pairing.clinic_id is not None  # noqa: S101
        pairing.state = Pairing.State.USED
        pairing.save(update_fields=["last_poll_at", "state"])
        with tenancy.scope(pairing.clinic_id):
            return _paired(pairing.profile_id, pairing.clinic_id)


def _paired(profile_id: UUID, clinic_id: UUID) -> Paired:
    profile = Profile.objects.select_related("patient").get(id=profile_id, clinic_id=clinic_id)
    return Paired(
        profile_id=profile.id,
        patient_ref=profile.patient.pseudonym,
        clinic_name=clinic_get(clinic_id).name,
        clinic_key=None,
        greeting_name=greeting_name(profile.patient),
    )


def pairing_find(*, actor: Actor, patient_id: UUID, user_code: str) -> Pairing | Problem:
    """Find an open pairing by what a person typed, to show its fingerprint before approving.

    A wrong code is returned as a problem, not raised: it counts, and the count must be kept.

    Raises:
        Problem: as `patient_for`; 429 `too_many_tries` after five wrong codes in an hour.
    """
    patient, _ = patient_for(actor, patient_id, "device.approve")
    since = timezone.now() - WRONG_WINDOW
    wrong = PairingFailure.objects.filter(
        clinic_id=actor.clinic_id, user_id=actor.user_id, created_at__gt=since
    ).count()
    if wrong >= WRONG_TRIES:
        raise Problem(
            429, "too_many_tries", "five wrong codes: wait an hour, or ask a colleague",
            headers={"Retry-After": str(int(WRONG_WINDOW.total_seconds()))},
        )  # fmt: skip
    code = "".join(user_code.split()).replace("-", "").upper()
    found = (
        Pairing.objects.select_for_update()
        .filter(user_code=code, state=Pairing.State.PENDING, expires_at__gt=timezone.now())
        .first()
    )
    if found is None:
        PairingFailure.objects.create(clinic_id=actor.clinic_id, user_id=actor.user_id)
        access.write(actor, "device.wrong_code", patient_id=patient.id)
        return Problem(
            422, "wrong_code", "no device shows this code now: compare the letters, or show a new code"
        )
    return found


@transaction.atomic
def pairing_approve(*, actor: Actor, patient_id: UUID, user_code: str) -> Profile | Problem:
    """Bind the installation that shows a code to a patient; raises and returns as `pairing_find`."""
    found = pairing_find(actor=actor, patient_id=patient_id, user_code=user_code)
    if isinstance(found, Problem):
        return found
    patient = Patient.objects.get(id=patient_id, clinic_id=actor.clinic_id)
    profile = Profile.objects.create(
        clinic_id=actor.clinic_id,
        patient=patient,
        public_key=found.public_key,
        box_key=found.box_key,
        machine=found.machine,
        app_version=found.app_version,
        approved_by_id=actor.user_id,
        expires_at=timezone.now() + PROFILE_LIFE,
    )
    ProfileAddress.objects.create(profile_id=profile.id, clinic_id=actor.clinic_id)
    found.state = Pairing.State.APPROVED
    found.profile_id, found.clinic_id = profile.id, actor.clinic_id
    found.save(update_fields=["state", "profile_id", "clinic_id"])
    access.write(
        actor, "device.approve", patient_id=patient.id, subject_id=profile.id, detail=found.fingerprint
    )
    return profile


@transaction.atomic
def nonce_issue() -> NonceAnswer:
    """Give a number to sign, good once within five minutes."""
    now = timezone.now()
    Nonce.objects.filter(expires_at__lt=now).delete()
    nonce = tokens.new_secret()
    Nonce.objects.create(hash=tokens.fingerprint_of(nonce), expires_at=now + NONCE_LIFE)
    return NonceAnswer(nonce=nonce, expires_in_s=int(NONCE_LIFE.total_seconds()))


def token_issue(*, asked: TokenRequest) -> TokenAnswer | Problem:
    """Give a fifteen-minute token against a signature over an unused nonce.

    The nonce is spent whether or not the signature holds, so a refusal is returned, not raised.
    """
    now = timezone.now()
    refused = Problem(401, "not_paired", "this profile can't sign in here: pair it again")
    with transaction.atomic():
        spent, _ = Nonce.objects.filter(hash=tokens.fingerprint_of(asked.nonce), expires_at__gt=now).delete()
        if not spent:
            return Problem(401, "nonce_used", "this nonce is used or over: ask for a new one")
        address = ProfileAddress.objects.filter(profile_id=asked.profile_id).first()
        if address is None:
            return refused
        with tenancy.scope(address.clinic_id):
            profile = Profile.objects.filter(id=asked.profile_id, clinic_id=address.clinic_id).first()
            if profile is None or not tokens.signature_holds(
                profile.public_key, nonce=asked.nonce, profile_id=profile.id, signature=asked.signature
            ):
                return refused
            if profile.revocation == Profile.Revocation.STOLEN:
                return Problem(401, "profile_stolen", "this profile was reported stolen: wipe it")
            if not may_upload(profile, now):
                return Problem(401, "profile_retired", "this profile was retired: pair again to play on")
            profile.last_seen_at = now
            profile.save(update_fields=["last_seen_at"])
        AccessToken.objects.filter(Q(expires_at__lt=now)).delete()
        token = tokens.new_secret()
        AccessToken.objects.create(
            hash=tokens.fingerprint_of(token),
            profile_id=profile.id,
            clinic_id=address.clinic_id,
            expires_at=now + TOKEN_LIFE,
        )
    return TokenAnswer(access_token=token, expires_in_s=int(TOKEN_LIFE.total_seconds()), scope=SCOPE)


@transaction.atomic
def device_revoke(*, actor: Actor, profile_id: UUID, kind: str) -> Profile:
    """Revoke a profile: `retired` may still send what it holds for thirty days, `stolen` nothing.

    Raises:
        Problem: as `patient_for`; 422 for another kind.
    """
    if kind not in {Profile.Revocation.RETIRED, Profile.Revocation.STOLEN}:
        raise Problem(422, "invalid_kind", "a profile is revoked as retired or as stolen")
    profile, relation = device_for(actor, profile_id, "device.revoke")
    profile.revocation = Profile.Revocation(kind)
    profile.revoked_at = profile.revoked_at or timezone.now()
    profile.save(update_fields=["revocation", "revoked_at"])
    AccessToken.objects.filter(profile_id=profile.id).delete()
    access.write(
        actor, "device.revoke", patient_id=profile.patient_id, subject_id=profile.id, relation=relation,
        detail=kind,
    )  # fmt: skip
    return profile


@transaction.atomic
def device_renew(*, actor: Actor, profile_id: UUID) -> Profile:
    """Let a profile fetch plans for another 180 days; raises as `patient_for`, 409 when revoked."""
    profile, relation = device_for(actor, profile_id, "device.approve")
    if profile.revocation:
        raise Problem(409, "revoked", "this profile was revoked: pair it again")
    profile.expires_at = timezone.now() + PROFILE_LIFE
    profile.save(update_fields=["expires_at"])
    access.write(
        actor, "device.renew", patient_id=profile.patient_id, subject_id=profile.id, relation=relation
    )
    return profile


def profile_locked(profile_id: UUID, clinic_id: UUID) -> Profile:
    """Return a profile with its row held until the transaction ends: one writer a profile at a time.

    Raises:
        Problem: 404 when there is none.
    """
    profile = Profile.objects.select_for_update().filter(id=profile_id, clinic_id=clinic_id).first()
    if profile is None:
        raise not_found()
    return profile
