"""What was measured, drawn and flagged. Results are upserts on a natural key; old versions stay."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from clinic_server.accounts.models import User
from clinic_server.core.models import ClinicRecord, Record
from clinic_server.patients.models import Patient
from clinic_server.recordings.models import Session


class MetricDefinition(Record):
    """A metric as `shared.metrics` declares it; the same for every clinic."""

    metric = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=40)
    better = models.CharField(max_length=8)
    definition = models.TextField()
    source = models.TextField()
    needs = models.JSONField(default=list)
    validated = models.CharField(max_length=12)
    smallest_detectable_change = models.FloatField(null=True)
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["metric", "version"], name="progress_definition_once"),
        ]

    def __str__(self) -> str:
        return f"{self.metric} v{self.version}"


class MetricResult(ClinicRecord):
    """One number of one session, or the reason why there is none. `scope` is empty for the session."""

    class Source(models.TextChoices):
        SERVER = "server"
        CLIENT = "client_reported"

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="results")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    metric = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    scope = models.CharField(max_length=80, default="", blank=True)
    value = models.FloatField(null=True)
    unit = models.CharField(max_length=40)
    quality = models.FloatField()
    n = models.PositiveIntegerField(default=0)
    missing_reason = models.CharField(max_length=400, null=True)  # noqa: DJ001 - null says "has a value"
    source = models.CharField(max_length=16, choices=Source.choices, default=Source.SERVER)
    input_sha256 = models.CharField(max_length=64, blank=True)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "metric", "version", "scope"], name="progress_result_once"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True, missing_reason__isnull=False)
                | Q(value__isnull=False, missing_reason__isnull=True),
                name="progress_result_value_xor_reason",
            ),
        ]
        indexes = [models.Index(fields=["patient", "metric"], name="progress_result_series")]

    def __str__(self) -> str:
        return f"{self.session_id} {self.metric} {self.scope}"


class ChartPicture(ClinicRecord):
    """A chart drawn by a worker after a session; a page reads it. `digest` is of the chart's data."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="pictures")
    panel = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    locale = models.CharField(max_length=10)
    theme = models.CharField(max_length=10)
    svg = models.TextField()
    spec = models.JSONField(default=dict)
    """What the picture was drawn from: it makes the interactive chart."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "panel", "digest", "locale", "theme"], name="progress_picture_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.patient_id} {self.panel}"


class FlagRule(ClinicRecord):
    """A clinic's own setting of a rule; a rule without a row has the defaults of `progress.rules`."""

    rule = models.CharField(max_length=20)
    enabled = models.BooleanField(default=True)
    threshold = models.FloatField()
    window = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic", "rule"], name="progress_rule_once")]

    def __str__(self) -> str:
        return self.rule


class Forecast(ClinicRecord):
    """What a plan may bring a patient, by simulated people like them; `result` None until a worker has it.

    `digest` is of all that it depends on: the plan's content, the patient's profile and probes, the weeks.
    """

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="forecasts")
    digest = models.CharField(max_length=64)
    content = models.JSONField()
    person = models.JSONField()
    weeks = models.PositiveSmallIntegerField()
    result = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "digest"], name="progress_forecast_once"),
        ]

    def __str__(self) -> str:
        return f"{self.patient_id} {self.digest[:8]}"


class Flag(ClinicRecord):
    """A reason, in words, to look at a patient. `about` names what raised it, so that it rises once."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="flags")
    rule = models.CharField(max_length=20)
    about = models.CharField(max_length=80)
    reason = models.CharField(max_length=400)
    value = models.FloatField(null=True)
    threshold = models.FloatField()
    window = models.CharField(max_length=80)
    session = models.ForeignKey(Session, null=True, on_delete=models.PROTECT, related_name="flags")
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    """When its cause went away by itself (a silent patient who played)."""
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    acknowledged_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "rule", "about"], name="progress_flag_once"),
        ]
        indexes = [models.Index(fields=["clinic", "acknowledged_at"], name="progress_flag_open")]

    def __str__(self) -> str:
        return f"{self.rule} {self.patient_id}"

    @property
    def is_open(self) -> bool:
        return self.acknowledged_at is None and self.cleared_at is None
