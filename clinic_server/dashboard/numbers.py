"""Gather a patient's numbers from the stored results, for a page (with an actor) or for the worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from clinic_server.dashboard.series import OUTCOMES, Day, Dot, Kept, Run, kept_of, run_of
from clinic_server.progress.models import ChartPicture, MetricDefinition, MetricResult
from clinic_server.recordings.models import Session, Trial

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class CurvePoint:
    number: int
    phase: str
    hand_deg: float | None
    asked_deg: float | None
    """The hand angle that would undo the rotation, or the goal of the reward; None in a probe."""
    outcome: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A session's learning curve; `spans` are (phase, first trial, last trial), ramp joined to practice."""

    session_id: UUID
    trials: list[CurvePoint]
    spans: list[tuple[str, int, int]]


@dataclass(frozen=True, slots=True)
class Progress:
    runs: list[Run]
    kept: Kept
    curves: list[Curve]


def progress_for_drawing(*, clinic_id: UUID, patient_id: UUID) -> Progress:
    """Read for the worker: no actor, inside the clinic's scope; nothing leaves but a picture."""
    wanted = {each.metric for each in OUTCOMES} | {"closing_probe_bias_deg", "retention"}
    rows = _current(
        MetricResult.objects.filter(
            clinic_id=clinic_id, patient_id=patient_id, metric__in=wanted, session__status=Session.Status.OK
        ).select_related("session")
    )
    newest = Session.objects.filter(clinic_id=clinic_id, patient_id=patient_id, status=Session.Status.OK)
    drawn = set(
        ChartPicture.objects.filter(patient_id=patient_id, panel__startswith="session.").values_list(
            "panel", flat=True
        )
    )
    curves = [
        curve_of(session.id, list(Trial.objects.filter(session=session)))
        for session in newest.order_by("-started_at")
        if f"session.{session.id}" not in drawn
    ]
    return Progress(runs=runs_of(rows), kept=kept_from(rows), curves=curves)


def known_digests(patient_id: UUID) -> set[tuple[str, str]]:
    """Return (panel, digest) of every stored picture of a patient."""
    rows = ChartPicture.objects.filter(patient_id=patient_id, locale="en", theme="any")
    return set(rows.values_list("panel", "digest"))


def results_of(sessions: Iterable[Session], *, metrics: set[str]) -> list[MetricResult]:
    """Return the current version of the named metrics of these sessions, in the order of play."""
    return _current(
        MetricResult.objects.filter(session__in=list(sessions), metric__in=metrics).select_related("session")
    )


def _current(rows: Iterable[MetricResult]) -> list[MetricResult]:
    versions = dict(MetricDefinition.objects.filter(is_current=True).values_list("metric", "version"))
    kept = [each for each in rows if versions.get(each.metric, each.version) == each.version]
    return sorted(kept, key=lambda each: (each.session.epoch, each.session.device_seq))


def runs_of(rows: list[MetricResult]) -> list[Run]:
    """Build the run charts of the chosen outcomes."""
    found = []
    for outcome in OUTCOMES:
        dots = [
            Dot(
                session_id=each.session_id,
                day=each.session.local_date,
                value=each.value,
                n=each.n,
                quality=each.quality,
                mode=", ".join(each.session.modes),
                plan_version=each.session.plan_version,
            )
            for each in rows
            if each.metric == outcome.metric
            and each.scope == outcome.scope
            and each.value is not None
            and each.session.local_date is not None
        ]
        found.append(run_of(outcome, dots))
    return found


def kept_from(rows: list[MetricResult]) -> Kept:
    """Build learning against performance from the opening and closing probes and the retention."""
    values = {(each.metric, each.session_id): each.value for each in rows if each.scope == ""}
    days = []
    seen = set()
    for each in rows:
        opening = values.get(("opening_probe_bias_deg", each.session_id))
        if each.session_id in seen or opening is None or each.session.local_date is None:
            continue
        seen.add(each.session_id)
        closing = values.get(("closing_probe_bias_deg", each.session_id))
        days.append(
            Day(
                each.session_id,
                each.session.local_date,
                abs(opening),
                None if closing is None else abs(closing),
            )
        )
    retention = [each.value for each in rows if each.metric == "retention" and each.value is not None]
    return kept_of(days, retention[-8:])


def curve_of(session_id: UUID, trials: list[Trial]) -> Curve:
    """Build a session's learning curve from its trials; cut-short ones have no angle."""
    points: list[CurvePoint] = []
    spans: list[tuple[str, int, int]] = []
    for trial in trials:
        phase = "practice" if trial.phase == "ramp" else trial.phase
        asked = None if trial.phase == "probe" else -trial.rotation_deg
        points.append(CurvePoint(trial.number, trial.phase, trial.hand_deg, asked, trial.outcome))
        name = f"{phase}{trial.probe}"
        if spans and spans[-1][0] == name:
            spans[-1] = (name, spans[-1][1], trial.number)
        else:
            spans.append((name, trial.number, trial.number))
    joined = [("probe" if name.startswith("probe") else name, first, last) for name, first, last in spans]
    return Curve(session_id, points, joined)
