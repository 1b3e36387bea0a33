"""Clinics and memberships. Both are read before the tenant is known, so neither has a row policy."""

from __future__ import annotations

import zoneinfo

from django.core.exceptions import ValidationError
from django.db import models

from clinic_server.accounts.models import User
from clinic_server.core.models import Record


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"{name} is no time zone; write one like Europe/Berlin")


class Clinic(Record):
    """A tenant. Plans are in its time zone; `is_demo` marks one whose patients are virtual."""

    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, default="Europe/Berlin", validators=[validate_time_zone])
    is_demo = models.BooleanField(default=False)
    patients_numbered = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    PATIENT = "patient"
    THERAPIST = "therapist"
    CLINICIAN = "clinician"
    SUPERVISOR = "supervisor"
    CLINIC_ADMIN = "clinic_admin"
    RESEARCHER = "researcher"
    AUDITOR = "auditor"


class Membership(Record):
    """One role of one person in one clinic; a person may hold several."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "user", "role"], name="clinics_membership_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.clinic}"
