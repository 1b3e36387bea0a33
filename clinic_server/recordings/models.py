"""Bundles as they came, and what was read from them.

A bundle's bytes are immutable and live in the storage called `recordings`. `Session`, `Trial` and
`UrgentEvent` are projections: `manage.py reproject` makes them again from the bytes.
"""

from __future__ import annotations

import msgspec
from django.db import models

from clinic_server.core.models import ClinicRecord
from clinic_server.devices.models import Profile
from clinic_server.patients.models import Patient
from clinic_server.plans.models import Plan
from shared.wire.lateness import total_ms
from shared.wire.session import Latency


class Bundle(ClinicRecord):
    """A sealed document. `id` is the document's own id, minted by the client; order is
    (profile, epoch, device_seq)."""

    class State(models.TextChoices):
        DECLARED = "declared"
        STORED = "stored"
        UNPARSED = "stored_unparsed"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, editable=False)
    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="bundles")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    schema = models.PositiveIntegerField()
    epoch = models.BigIntegerField()
    device_seq = models.BigIntegerField()
    sha256_raw = models.CharField(max_length=64)
    sha256_file = models.CharField(max_length=64)
    manifest = models.JSONField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.DECLARED)
    refusal = models.CharField(max_length=400, blank=True)
    storage_key = models.CharField(max_length=200, blank=True)
    server_seq = models.PositiveBigIntegerField(null=True)
    received_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "epoch", "device_seq"], name="recordings_bundle_sequence"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id} {self.state}"


class Chunk(ClinicRecord):
    """A chunk that has arrived and matched its digest; its bytes wait in storage for the commit."""

    bundle = models.ForeignKey(Bundle, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    storage_key = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bundle", "number"], name="recordings_chunk_once")]

    def __str__(self) -> str:
        return f"{self.bundle_id} {self.number}"


class Conflict(ClinicRecord):
    """A second document under the same id or the same (profile, epoch, device_seq). The first stays; the
    client keeps the bytes of the second."""

    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="conflicts")
    document_id = models.UUIDField()
    kept_id = models.UUIDField(null=True)
    epoch = models.BigIntegerField()
    device_seq = models.BigIntegerField()
    kept_sha256_raw = models.CharField(max_length=64)
    other_sha256_raw = models.CharField(max_length=64)
    manifest = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "document_id", "other_sha256_raw"], name="recordings_conflict_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.other_sha256_raw[:8]}"


class Session(ClinicRecord):
    """One sitting of play, read from its bundle; same id.

    `local_date` is the client's own day at the start. `blocks` is the list of played blocks as mappings
    (`game`, `mode`, `why`, `chosen_by`, `purpose`, `side`, `posture`, `phases`, `context`, `plan_block`,
    `movement`; and of its practice `target_radius_mm` and `zone_half_deg`, first and last trial, None where
    there was none, `judged`, `successes`; rows from before a field was read lack it).
    """

    class Status(models.TextChoices):
        OK = "ok"
        UNUSABLE = "unusable"

    id = models.UUIDField(primary_key=True, editable=False)
    bundle = models.OneToOneField(Bundle, on_delete=models.PROTECT, related_name="session")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="sessions")
    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="sessions")
    epoch = models.BigIntegerField()
    device_seq = models.BigIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OK)
    unusable_reason = models.CharField(max_length=400, blank=True)
    content = models.CharField(max_length=8, default="full")
    is_virtual = models.BooleanField(default=False)
    virtual_profile = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField(null=True)
    """By the client's clock, corrected by its clock sample when it sent one."""
    clock_uncertainty_ms = models.FloatField(null=True)
    local_date = models.DateField(null=True)
    duration_s = models.FloatField(default=0.0)
    ended_reason = models.CharField(max_length=10, blank=True)
    app_version = models.CharField(max_length=200, blank=True)
    device_kind = models.CharField(max_length=64, blank=True)
    device_unit = models.CharField(max_length=6, blank=True)
    device_pointer = models.CharField(max_length=12, blank=True)
    device_calibrated = models.BooleanField(default=False)
    device_rate_hz = models.FloatField(null=True)
    device_latency_ms = models.FloatField(null=True)
    """How late the device was as measured before play; None when it was not measured."""
    latency = models.JSONField(null=True)
    """Median and 95th percentile, ms, of each part of the lateness of play (`device_ms`, `tracker_ms`,
    `logic_ms`, `draw_ms`, None where a part was not measured); None for the whole when nothing was."""
    plan = models.ForeignKey(Plan, null=True, on_delete=models.PROTECT, related_name="sessions")
    plan_version = models.PositiveIntegerField(default=0)
    plan_revision = models.PositiveIntegerField(default=0)
    games = models.JSONField(default=list)
    modes = models.JSONField(default=list)
    blocks = models.JSONField(default=list)
    alerts = models.JSONField(default=list)
    trial_count = models.PositiveIntegerField(default=0)
    success_count = models.PositiveIntegerField(default=0)
    judged_count = models.PositiveIntegerField(default=0)
    pain_before = models.PositiveSmallIntegerField(null=True)
    pain_after = models.PositiveSmallIntegerField(null=True)
    effort_before = models.PositiveSmallIntegerField(null=True)
    effort_after = models.PositiveSmallIntegerField(null=True)
    warning = models.CharField(max_length=64, blank=True)
    recovered_from = models.UUIDField(null=True)
    client_metrics = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(fields=["patient", "started_at"], name="recordings_session_by_time"),
            models.Index(fields=["clinic", "started_at"], name="recordings_session_newest"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def success_rate(self) -> float | None:
        """Share of successes among the practice trials that were judged, None without any."""
        return self.success_count / self.judged_count if self.judged_count else None

    @property
    def latency_ms(self) -> float | None:
        """How late play was, ms: the sum of the parts' medians, None when it was not measured."""
        if self.latency is None:
            return None
        parts = [self.latency.get(name) for name in Latency.__struct_fields__]
        return total_ms(msgspec.convert(parts, Latency))


class Trial(ClinicRecord):
    """One attempt, as the game recorded it. Angles in degrees relative to the target, lengths in mm."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="trials")
    number = models.PositiveIntegerField()
    block = models.PositiveIntegerField()
    phase = models.CharField(max_length=10)
    probe = models.CharField(max_length=8, blank=True)
    target = models.PositiveIntegerField()
    target_deg = models.FloatField()
    target_distance_mm = models.FloatField()
    rotation_deg = models.FloatField()
    clamp = models.BooleanField(default=False)
    shows = models.CharField(max_length=8)
    feedback = models.CharField(max_length=12)
    rewarded = models.BooleanField(null=True)
    error_deg = models.FloatField(null=True)
    cue_strength = models.FloatField(default=0.0)
    aim_deg = models.FloatField(null=True)
    aim_report_deg = models.FloatField(null=True)
    outcome = models.CharField(max_length=8, blank=True)
    success = models.BooleanField(null=True)
    hand_deg = models.FloatField(null=True)
    endpoint_error_mm = models.FloatField(null=True)
    movement_time_s = models.FloatField(null=True)
    reaction_time_s = models.FloatField(null=True)
    interrupted = models.BooleanField(default=False)
    start_tick = models.PositiveBigIntegerField()
    last_tick = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "number"], name="recordings_trial_once")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.session_id} {self.number}"


class UrgentEvent(ClinicRecord):
    """Something that the clinic should know at once: severe pain, a warning symptom, a fall."""

    id = models.UUIDField(primary_key=True, editable=False)
    bundle = models.OneToOneField(Bundle, on_delete=models.PROTECT, related_name="urgent_event")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="urgent_events")
    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    what = models.CharField(max_length=16)
    session_id = models.UUIDField(null=True)
    pain = models.PositiveSmallIntegerField(null=True)
    detail = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.what} {self.at:%F %T}"
