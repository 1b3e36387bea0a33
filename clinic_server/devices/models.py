"""Profiles and the four small tables that pairing and signing need.

`ProfileAddress`, `Pairing`, `Nonce` and `AccessToken` are read before the clinic is known, so they carry no
row policy and nothing clinical; tokens and codes are stored as hashes only.
"""

from __future__ import annotations

from django.db import models

from clinic_server.accounts.models import User
from clinic_server.core.models import ClinicRecord, Record
from clinic_server.patients.models import Patient


class Profile(ClinicRecord):
    """One patient on one installation of the game: the device principal, with its public keys."""

    class Revocation(models.TextChoices):
        NONE = ""
        RETIRED = "retired"
        STOLEN = "stolen"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="profiles")
    public_key = models.CharField(max_length=43)
    box_key = models.CharField(max_length=43)
    machine = models.CharField(max_length=200, blank=True)
    app_version = models.CharField(max_length=200, blank=True)
    approved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    revocation = models.CharField(max_length=8, choices=Revocation.choices, default="", blank=True)
    revoked_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    clock_offset_ms = models.FloatField(null=True)
    server_seq = models.PositiveBigIntegerField(default=0)
    agreed = models.JSONField(default=dict)
    """Per epoch, the device_seq up to which inventory found both sides equal."""

    def __str__(self) -> str:
        return str(self.id)


class ProfileAddress(models.Model):
    """Which clinic a profile belongs to: all that is known before its signature is checked."""

    profile_id = models.UUIDField(primary_key=True)
    clinic_id = models.UUIDField()

    def __str__(self) -> str:
        return str(self.profile_id)


class Pairing(Record):
    """A pairing under way. It belongs to nobody until a therapist approves it on a patient's page."""

    class State(models.TextChoices):
        PENDING = "pending"
        APPROVED = "approved"
        DENIED = "denied"
        USED = "used"

    device_code_hash = models.CharField(max_length=64, unique=True)
    user_code = models.CharField(max_length=8, unique=True)
    public_key = models.CharField(max_length=43)
    box_key = models.CharField(max_length=43)
    app_version = models.CharField(max_length=200, blank=True)
    machine = models.CharField(max_length=200, blank=True)
    fingerprint = models.CharField(max_length=40)
    expires_at = models.DateTimeField()
    interval_s = models.PositiveSmallIntegerField(default=5)
    last_poll_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    profile_id = models.UUIDField(null=True)
    clinic_id = models.UUIDField(null=True)

    def __str__(self) -> str:
        return f"{self.fingerprint} {self.state}"


class PairingFailure(ClinicRecord):
    """A wrong code that somebody entered; five in an hour close the form for that person."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return str(self.user_id)


class Nonce(models.Model):
    """A single-use number that a profile signs for a token."""

    hash = models.CharField(primary_key=True, max_length=64)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.hash[:8]


class AccessToken(models.Model):
    """A fifteen-minute token of a profile, stored as its hash."""

    hash = models.CharField(primary_key=True, max_length=64)
    profile_id = models.UUIDField()
    clinic_id = models.UUIDField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.hash[:8]
