"""A report that was asked for, and its pages once a worker has made them."""

from __future__ import annotations

from django.db import models

from clinic_server.accounts.models import User
from clinic_server.core.models import ClinicRecord
from clinic_server.patients.models import Patient


class Report(ClinicRecord):
    """What stood in the record when it was made; it never changes afterwards, a new one is asked for."""

    class Kind(models.TextChoices):
        PROFILE = "profile"
        FULL = "full"
        LETTER = "letter"

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="reports")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    language = models.CharField(max_length=10, default="en")
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(null=True)
    pdf = models.BinaryField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.patient_id}"
