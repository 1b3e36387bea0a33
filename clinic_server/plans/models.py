"""Plans: an immutable version each time one is changed, and what was delivered to the client."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from clinic_server.accounts.models import User
from clinic_server.core.models import ClinicRecord
from clinic_server.patients.models import Patient


class Plan(ClinicRecord):
    """A prescription. At most one plan of a patient is active; `row_version` is its ETag."""

    class State(models.TextChoices):
        DRAFT = "draft"
        ACTIVE = "active"
        PAUSED = "paused"
        COMPLETED = "completed"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="plans")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    active_version = models.PositiveIntegerField(null=True)
    row_version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    activated_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(state="active"), name="plans_plan_one_active"
            ),
        ]
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.id} {self.state}"


class PlanVersion(ClinicRecord):
    """The content of a plan as one person wrote it once (`shared.wire.plan.PlanContent`); never changed."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "version"], name="plans_version_once")]
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"{self.plan_id} v{self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("a plan version is never changed: write a new version")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("a plan version is never deleted: sessions refer to it")


class PlanDelivery(ClinicRecord):
    """What a revision of a patient's prescription says: a plan's document, or that there is none now.

    `document` is the exact text that was hashed (`shared.wire.plan.Plan`), empty when play is paused.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="deliveries")
    revision = models.PositiveIntegerField()
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="deliveries")
    version = models.PositiveIntegerField()
    document = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "revision"], name="plans_delivery_once"),
        ]

    def __str__(self) -> str:
        return f"{self.patient_id} r{self.revision}"


class PlanApplied(ClinicRecord):
    """What a client did with a revision: took it, or kept the old one and says why."""

    delivery = models.ForeignKey(PlanDelivery, on_delete=models.PROTECT, related_name="outcomes")
    profile_id = models.UUIDField()
    outcome = models.CharField(max_length=10)
    reason = models.CharField(max_length=64, blank=True)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "profile_id"], name="plans_applied_once"),
        ]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.outcome}"
