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
    """A clinic's setting of a rule, or one patient's; what is None is as the level above has it.

    Rows are changed, never deleted: the sum of their versions is the ETag of a level's settings.
    """

    rule = models.CharField(max_length=20)
    patient = models.ForeignKey(Patient, null=True, on_delete=models.CASCADE, related_name="+")
    enabled = models.BooleanField(null=True)
    threshold = models.FloatField(null=True)
    clear = models.FloatField(null=True)
    window = models.PositiveIntegerField(null=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "rule"], condition=Q(patient=None), name="progress_rule_once"
            ),
            models.UniqueConstraint(fields=["patient", "rule"], name="progress_rule_once_a_patient"),
        ]

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

    class Outcome(models.TextChoices):
        ACTED = "acted"
        DISMISSED = "dismissed"

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
    """When its cause went away by itself; acknowledged or not, another rise is then a new flag."""
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    acknowledged_reason = models.CharField(max_length=400, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    raised_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    """Who asked for a look; None when a rule did."""
    message = models.CharField(max_length=30, blank=True)
    words = models.JSONField(default=dict)
    """The reason's text and what goes in (`progress.reasons`), for the reader's own language."""

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


class TriageSummary(ClinicRecord):
    """What the triage, cohort and data-health lists show of a patient, so that no list reads sessions.

    Written when a session, a flag or a plan changes and by the hourly check for what the day changes.
    `place` is the row's unique place in the list: urgency, age of the flag, pseudonym.
    """

    patient = models.OneToOneField(Patient, on_delete=models.CASCADE, related_name="triage")
    place = models.CharField(max_length=60)
    open_flags = models.PositiveSmallIntegerField(default=0)
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    """Who has taken this patient on."""
    reviewed_at = models.DateTimeField(null=True)
    """When somebody last acknowledged a flag of the patient."""
    last_session_at = models.DateTimeField(null=True)
    last_session_on = models.DateField(null=True)
    sessions = models.PositiveIntegerField(default=0)
    pain_before = models.PositiveSmallIntegerField(null=True)
    pain_after = models.PositiveSmallIntegerField(null=True)
    pain_change = models.FloatField(null=True)
    """Median of the last three sessions' worst pain less that of the three before."""
    done_days = models.PositiveSmallIntegerField(default=0)
    planned_days = models.PositiveSmallIntegerField(default=0)
    month_done = models.PositiveSmallIntegerField(default=0)
    month_planned = models.PositiveSmallIntegerField(default=0)
    before_done = models.PositiveSmallIntegerField(default=0)
    before_planned = models.PositiveSmallIntegerField(default=0)
    """Days in the last 28 days, and in the 28 before."""
    trend_metric = models.CharField(max_length=64, blank=True)
    trend_verdict = models.CharField(max_length=10, default="little")
    trend_sure_better = models.FloatField(null=True)
    trend_values = models.JSONField(default=list)
    trend_now = models.FloatField(null=True)
    plan_ends_on = models.DateField(null=True)
    received_at = models.DateTimeField(null=True)
    app_version = models.CharField(max_length=200, blank=True)
    valid_share = models.FloatField(null=True)
    """Median share of usable frames in the last three sessions."""
    judged_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic", "place"], name="progress_triage_place")]

    def __str__(self) -> str:
        return self.place


class SavedFilter(ClinicRecord):
    """A filter of the triage list that a person named; `query` is its address after the question mark."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "user", "name"], name="progress_filter_once")
        ]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
