"""The job `metrics`: compute a session's numbers, upsert them, and what follows from them.

Computing is pure and happens outside any transaction (`shared.metrics`); the store is one short
transaction. What reads earlier sessions (retention, retained gain) is computed again for every session of
the same plan on the same profile, so a recording that arrives late corrects its successors.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from statistics import median
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from django.db.models import Q
from django.utils import timezone

from clinic_server.core import jobs, tenancy
from clinic_server.core.models import Job
from clinic_server.devices.services import profile_locked
from clinic_server.patients.models import Patient
from clinic_server.patients.services import patient_measured
from clinic_server.progress import rules
from clinic_server.progress.models import MetricDefinition, MetricResult
from clinic_server.recordings import storage
from clinic_server.recordings.models import Bundle, Session
from shared.metrics.across import ACROSS, SessionSummary, compute_across, summary_of
from shared.metrics.compute import catalogue, compute_recording, set_digest
from shared.metrics.spec import MetricRow
from shared.training.belief import ProbedSession, measured_gains
from shared.wire.codec import decode_recording, open_sealed
from shared.wire.session import ClientMetric, Recording
from shared.wire.sync import Manifest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

KIND, CHARTS = "metrics", "charts"
_ACROSS_IDS = frozenset(spec.id for spec in ACROSS)
_MEASURED_SESSIONS = 5
"""Over how many newest sessions a mode's retention is averaged before it moves the order of modes."""
_MIN_BIAS_TRIALS = 4
_GAIN_SESSIONS = 40
_MOST_ARMS = 3
"""Over how many newest sessions the modes' kept gains are estimated."""
_LEAST_SD_DEG = 0.5


@dataclass(frozen=True, slots=True)
class Computed:
    """What one run computed: rows of the session itself; `source` says by whom."""

    session_id: UUID | None
    rows: list[MetricRow] = field(default_factory=list)
    source: str = MetricResult.Source.SERVER
    input_sha256: str = ""


def job_version() -> str:
    """Return what a metrics job is done for: this set of metrics and their code."""
    return set_digest()


def enqueue(session: Session, *, again: bool = False, bulk: bool = False) -> Job:
    """Ask for a session's metrics in the current transaction."""
    return jobs.enqueue(
        kind=KIND,
        clinic_id=session.clinic_id,
        subject_id=session.id,
        version=job_version(),
        priority=jobs.BULK_PRIORITY if bulk else 0,
        again=again,
    )


def compute(job: Job) -> Computed:
    """Read the recording and compute; no transaction is open while it computes.

    Raises:
        SealError, FileNotFoundError: the storage lost or damaged the bytes; the job is tried again.
    """
    with tenancy.scope(job.clinic_id):
        session = Session.objects.filter(id=job.subject_id).first()
        if session is None or session.status != Session.Status.OK:
            return Computed(None)
        bundle = Bundle.objects.get(id=session.bundle_id)
    if session.content == "summary":
        rows = [_reported(each) for each in session.client_metrics]
        return Computed(session.id, rows, MetricResult.Source.CLIENT, bundle.sha256_raw)
    return Computed(session.id, compute_recording(_opened(bundle)), input_sha256=bundle.sha256_raw)


def _opened(bundle: Bundle) -> Recording:
    manifest = msgspec.convert(bundle.manifest, Manifest)
    raw = open_sealed(
        storage.get(bundle.storage_key),
        size_raw=manifest.size_raw,
        sha256_file=manifest.sha256_file,
        sha256_raw=manifest.sha256_raw,
    )
    return decode_recording(raw)


def _reported(given: dict[str, Any]) -> MetricRow:
    reported = ClientMetric(**given)
    missing = reported.missing_reason
    if reported.value is None and missing is None:
        missing = "not_reported"
    return MetricRow(
        metric=reported.metric,
        version=reported.version,
        scope=reported.scope[:80],
        value=None if missing is not None else reported.value,
        unit=reported.unit[:40],
        quality=reported.quality,
        n=0,
        missing_reason=missing,
    )


def store(job: Job, computed: Computed) -> None:
    """Write the rows, then everything that depends on them, in the job's last transaction."""
    if computed.session_id is None:
        return
    session = Session.objects.select_related("patient").get(id=computed.session_id)
    profile_locked(session.profile_id, session.clinic_id)  # two sessions of one person, one after the other
    definitions_publish()
    _upsert(session, computed.rows, source=computed.source, input_sha256=computed.input_sha256)
    _store_across(session)
    patient = Patient.objects.select_for_update().get(id=session.patient_id)
    measured, bias_deg = _measured(patient)
    patient_measured(patient=patient, measured=measured, bias_deg=bias_deg)
    rules.after_session(session=session)
    jobs.enqueue(kind=CHARTS, clinic_id=session.clinic_id, subject_id=session.patient_id, again=True)


def definitions_publish() -> None:
    """Keep the catalogue of metrics as the code declares it; old versions stay, no longer current."""
    declared = {(spec.id, spec.version): spec for spec in catalogue()}
    held = MetricDefinition.objects.filter(is_current=True).values_list(
        "metric", "version", "smallest_detectable_change"
    )
    if set(held) == {(*key, spec.smallest_detectable_change) for key, spec in declared.items()}:
        return
    MetricDefinition.objects.update(is_current=False)
    for (metric, version), spec in declared.items():
        MetricDefinition.objects.update_or_create(
            metric=metric,
            version=version,
            defaults={
                "name": spec.name,
                "unit": spec.unit,
                "better": spec.better,
                "definition": spec.definition,
                "source": spec.source,
                "needs": list(spec.needs),
                "validated": spec.validated,
                "smallest_detectable_change": spec.smallest_detectable_change,
                "is_current": True,
            },
        )


def _upsert(session: Session, rows: Sequence[MetricRow], *, source: str, input_sha256: str) -> None:
    now = timezone.now()
    MetricResult.objects.bulk_create(
        [
            MetricResult(
                clinic_id=session.clinic_id,
                session_id=session.id,
                patient_id=session.patient_id,
                metric=row.metric,
                version=row.version,
                scope=row.scope,
                value=row.value,
                unit=row.unit,
                quality=row.quality,
                n=row.n,
                missing_reason=row.missing_reason,
                source=source,
                input_sha256=input_sha256,
                computed_at=now,
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["session", "metric", "version", "scope"],
        update_fields=[
            "value", "unit", "quality", "n", "missing_reason", "source", "input_sha256", "computed_at",
        ],
        batch_size=500,
    )  # fmt: skip


def _store_across(session: Session) -> None:
    siblings = list(
        Session.objects.filter(
            Q(plan_id=session.plan_id) if session.plan_id else Q(plan=None),
            profile_id=session.profile_id,
            status=Session.Status.OK,
        ).order_by("epoch", "device_seq")
    )
    versions = {spec.id: spec.version for spec in catalogue()}
    rows: dict[UUID, list[MetricRow]] = {each.id: [] for each in siblings}
    # Blocks too: savings and interference compare each with the one before.
    scopes = Q(scope="") | Q(scope__startswith="block:")
    results = MetricResult.objects.filter(scopes, session__in=siblings).exclude(metric__in=_ACROSS_IDS)
    for result in results:
        if versions.get(result.metric) == result.version:
            rows[result.session_id].append(_row(result))
    computed = [each for each in siblings if rows[each.id]]
    found = compute_across([_summary(each, rows[each.id]) for each in computed])
    for each in computed:
        source = MetricResult.Source.CLIENT if each.content == "summary" else MetricResult.Source.SERVER
        _upsert(each, found[str(each.id)], source=source, input_sha256="")


def _summary(session: Session, rows: list[MetricRow]) -> SessionSummary:
    """Summarise a stored session; the recording is opened for what is pooled over days alone: stop trials,
    and reaches against the clock."""
    summary = SessionSummary(
        session_id=str(session.id),
        started_utc_ms=int(session.started_at.timestamp() * 1000) if session.started_at else 0,
        rows=rows,
    )
    pools = summary.value("stop_signal_delay_s") is not None or "acuity" in session.modes
    if session.content == "summary" or not pools:
        return summary
    return replace(
        summary_of(_opened(Bundle.objects.get(id=session.bundle_id)), rows), session_id=str(session.id)
    )


def _row(result: MetricResult) -> MetricRow:
    return MetricRow(
        metric=result.metric,
        version=result.version,
        scope=result.scope,
        value=result.value,
        unit=result.unit,
        quality=result.quality,
        n=result.n,
        missing_reason=result.missing_reason,
    )


def _measured(patient: Patient) -> tuple[dict[str, float], float | None]:
    """Return what the newest probes say of each mode, and the newest bias of the opening probe."""
    newest = MetricResult.objects.filter(patient=patient, scope="", value__isnull=False).order_by(
        "-session__started_at", "-session__device_seq"
    )
    by_mode: dict[str, list[float]] = {}
    for value, modes in newest.filter(metric="retention").values_list("value", "session__modes")[:60]:
        if len(modes) == 1 and value is not None:
            by_mode.setdefault(f"retention_{modes[0]}", []).append(value)
    measured = {
        name: round(sum(values[:_MEASURED_SESSIONS]) / len(values[:_MEASURED_SESSIONS]), 3)
        for name, values in by_mode.items()
    }
    measured |= _gains(newest) | _arm_gains(patient, newest) | _own_rates(newest)
    bias = newest.filter(metric="opening_probe_bias_deg", n__gte=_MIN_BIAS_TRIALS).first()
    bias_deg = round(bias.value, 1) if bias is not None and bias.value is not None else None
    return measured, bias_deg


def _own_rates(newest: QuerySet[MetricResult]) -> dict[str, float]:
    """Return the rates of learning from error, all from the newest assessment that could tell them."""
    rows = newest.filter(metric__startswith="two_rate_")
    last = rows.values_list("session_id", flat=True).first()
    found = dict(rows.filter(session_id=last).values_list("metric", "value")) if last else {}
    return {name: round(value, 4) for name, value in found.items() if value is not None}


def _gains(newest: QuerySet[MetricResult]) -> dict[str, float]:
    """Return the kept gain by mode with its standard error, and the sessions, from the opening probes."""
    probes = newest.filter(metric="opening_probe_bias_deg").values_list("value", "n", "session__modes")
    first = probes.last()  # the baseline is the first probe of all, however many sessions came since
    played = [
        (value, n, modes[0])
        for value, n, modes in reversed(probes[:_GAIN_SESSIONS])
        if len(modes) == 1 and value is not None
    ]
    sd_deg = _between_probe_sd_deg(newest, [n for _, n, _ in played])
    if first is None or first[0] is None or len(played) < 2 or sd_deg is None:
        return {}
    return _kept([ProbedSession(mode, value) for value, _, mode in played], first[0], sd_deg)


def _arm_gains(patient: Patient, newest: QuerySet[MetricResult]) -> dict[str, float]:
    """Return the kept gain of each arm of an N-of-1 design, by the opening probes of its own targets."""
    rows = (
        MetricResult.objects.filter(
            patient=patient,
            metric="baseline_bias_deg",  # of a block: its opening probe
            scope__startswith="block:",
            value__isnull=False,
        )
        .order_by("-session__started_at", "-session__device_seq")
        .values_list("value", "n", "scope", "session__blocks")
    )
    arms: dict[str, list[tuple[float, int]]] = {}
    for value, n, scope, blocks in reversed(rows[: _MOST_ARMS * _GAIN_SESSIONS]):
        block = blocks[int(scope.removeprefix("block:"))]
        if value is not None and str(block.get("plan_block", "")).endswith(f".{block['mode']}"):
            arms.setdefault(block["mode"], []).append((value, n))
    found: dict[str, float] = {}
    for mode, probes in arms.items():
        sd_deg = _between_probe_sd_deg(newest, [n for _, n in probes])
        if len(probes) > 1 and sd_deg is not None:
            found |= _kept([ProbedSession(mode, value) for value, _ in probes], probes[0][0], sd_deg)
    return found


def _between_probe_sd_deg(newest: QuerySet[MetricResult], reaches: list[int]) -> float | None:
    """A probe is a mean of n reaches: its spread is theirs over the root of n, at the least."""
    found = newest.filter(metric="variable_error_deg").values_list("value", flat=True)[:_GAIN_SESSIONS]
    spreads = [value for value in found if value is not None]
    if not spreads or not reaches:
        return None
    return max(median(spreads) / math.sqrt(median(reaches)), _LEAST_SD_DEG)


def _kept(sessions: list[ProbedSession], baseline_deg: float, sd_deg: float) -> dict[str, float]:
    found = measured_gains(sessions, baseline_bias_deg=baseline_deg, between_probe_sd_deg=sd_deg)
    return {name: round(value, 2) for name, value in found.items()}
