"""Base models, and the tables that belong to no single app: jobs, heartbeats, the access log."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from shared.ids import uuid7


class Record(models.Model):
    """A row with a random UUIDv7 for the outside and the moment of its making."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class ClinicRecord(Record):
    """A row that belongs to one clinic; on PostgreSQL its table has forced row-level security."""

    clinic = models.ForeignKey("clinics.Clinic", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Job(Record):
    """Work to be done, at least once, with an effect that is an upsert. Celery carries only its id.

    `fence` grows with every lease: a worker whose lease expired finds another number and writes nothing.
    """

    class State(models.TextChoices):
        READY = "ready"
        LEASED = "leased"
        DONE = "done"
        DEAD = "dead"

    clinic_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    version = models.CharField(max_length=64, default="")
    priority = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State.choices, default=State.READY)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    lease_owner = models.CharField(max_length=100, default="")
    lease_until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)
    last_error = models.TextField(default="")
    done_at = models.DateTimeField(null=True)
    requested_by = models.UUIDField(null=True)
    """Who waits for it, and may ask how far it is; None for work that nobody asked for."""
    progress = models.PositiveSmallIntegerField(default=0)
    """Percent."""
    result = models.CharField(max_length=200, default="")
    """The address of what it made, once it is done."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_id", "version"], name="core_job_once"),
        ]
        indexes = [
            models.Index(
                fields=["priority", "not_before"],
                condition=Q(state__in=["ready", "leased"]),
                name="core_job_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id} {self.state}"


class Heartbeat(models.Model):
    """When a process last did real work; /readyz reads it."""

    name = models.CharField(primary_key=True, max_length=40)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%F %T}"


class AccessLog(Record):
    """Who looked at or changed what. Append-only; each row holds the hash of the row before it.

    Actor, clinic and subject are plain ids, so that the log outlives what it speaks of. No names, no
    clinical content.
    """

    clinic_id = models.UUIDField()
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    action = models.CharField(max_length=60)
    relation = models.CharField(max_length=20, default="")
    patient_id = models.UUIDField(null=True)
    subject_id = models.UUIDField(null=True)
    result_count = models.PositiveIntegerField(default=1)
    request_id = models.CharField(max_length=64, default="")
    detail = models.CharField(max_length=200, default="")
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic_id", "number"], name="core_accesslog_chain"),
        ]
        indexes = [models.Index(fields=["clinic_id", "patient_id", "at"], name="core_accesslog_patient")]

    def __str__(self) -> str:
        return f"{self.number} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("the access log is append-only: write a new entry")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("the access log is append-only: nothing is taken out of it")


class IdempotentReply(ClinicRecord):
    """What a POST with an Idempotency-Key answered, so that a repeat gets the same answer."""

    user_id = models.UUIDField()
    key = models.CharField(max_length=255)
    route = models.CharField(max_length=200)
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    headers = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "user_id", "key"], name="core_idempotent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.status}"
