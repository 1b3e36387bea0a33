"""A session's learning curve: hand angles by trial, in their phases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from clinic_server.dashboard.charts import curve_chart
from clinic_server.dashboard.figure import Figure
from clinic_server.recordings.models import Trial

if TYPE_CHECKING:
    from collections.abc import Collection

    from clinic_server.dashboard.record import PatientRecord


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


def curve_figure(session_id: UUID, trials: list[Trial]) -> Figure:
    """The learning curve of a session as a figure; without two angles it has no picture."""
    curve = curve_of(session_id, trials)
    has_angles = sum(each.hand_deg is not None for each in curve.trials) > 1
    return Figure(
        key=f"session.{session_id}",
        name=_("Learning curve"),
        sentence=_("Hand angle at peak speed, trial by trial."),
        data=curve if has_angles else None,
        draw=curve_chart,
        headers=(),
        n=1,
    )


def curve_figures(record: PatientRecord, *, known: Collection[str]) -> list[Figure]:
    """The curves of sessions that have no picture yet: a session's trials never change."""
    open_ids = [each.id for each in record.usable if f"session.{each.id}" not in known]
    trials: dict[UUID, list[Trial]] = {each: [] for each in open_ids}
    for trial in Trial.objects.filter(session__in=open_ids).order_by("session_id", "number"):
        trials[trial.session_id].append(trial)
    return [curve_figure(session_id, rows) for session_id, rows in trials.items()]
