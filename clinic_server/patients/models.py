"""Patients. Clinical rows name a pseudonym only; who that is stands in `PatientIdentity`."""

from __future__ import annotations

from django.db import models

from clinic_server.accounts.models import User
from clinic_server.core.models import ClinicRecord


class Side(models.TextChoices):
    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    NONE = "none"


class Patient(ClinicRecord):
    """A patient by pseudonym (`MV-0142`). `impairment` is a `shared.wire.plan.ImpairmentProfile`.

    `plan_revision` is the delivery counter that the client knows its newest plan by; it only grows.
    """

    pseudonym = models.CharField(max_length=20)
    is_virtual = models.BooleanField(default=False)
    virtual_profile = models.CharField(max_length=40, blank=True)
    affected_side = models.CharField(max_length=5, choices=Side.choices, default=Side.NONE)
    age_band = models.CharField(max_length=10, blank=True)
    condition = models.CharField(max_length=80, blank=True)
    impairment = models.JSONField(default=dict)
    standing_cleared_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    standing_cleared_at = models.DateTimeField(null=True)
    measured = models.JSONField(default=dict)
    """Measured probes by name, kept by `progress`; they go into plans and move the order of modes."""
    bias_deg = models.FloatField(null=True)
    next_review_on = models.DateField(null=True)
    plan_revision = models.PositiveIntegerField(default=0)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "pseudonym"], name="patients_patient_pseudonym"),
        ]
        ordering = ["pseudonym"]

    def __str__(self) -> str:
        return self.pseudonym

    @property
    def standing_cleared(self) -> bool:
        return self.standing_cleared_at is not None


class ScaleReading(ClinicRecord):
    """The total of a clinical scale on a day (`patients.scales`); never changed, only withdrawn."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="scale_readings")
    scale = models.CharField(max_length=40)
    value = models.FloatField()
    taken_on = models.DateField()
    medication_on = models.BooleanField(null=True)
    note = models.CharField(max_length=200, blank=True)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["patient", "scale", "taken_on"], name="patients_scale_by_day")]
        ordering = ["-taken_on", "-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.patient_id} {self.scale} {self.value:g}"


class PatientIdentity(ClinicRecord):
    """Who the pseudonym is. A research export never joins this table."""

    patient = models.OneToOneField(Patient, on_delete=models.CASCADE, related_name="identity")
    given_name = models.CharField(max_length=80, blank=True)
    family_name = models.CharField(max_length=80, blank=True)
    greeting_name = models.CharField(max_length=80, blank=True)
    birth_date = models.DateField(null=True)
    contact = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return str(self.patient_id)


class CareTeamMember(ClinicRecord):
    """A person who looks after a patient, from one date to another."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="care_team")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    is_owner = models.BooleanField(default=False)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "user", "starts_on"], name="patients_careteam_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.patient_id}"


class EmergencyAccess(ClinicRecord):
    """Break-glass: sixty minutes on one patient outside the care team, with a reason."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=400)
    ends_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} {self.patient_id}"
