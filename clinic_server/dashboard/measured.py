"""Run charts and the probes' course, from a patient's record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clinic_server.dashboard.series import OUTCOMES, Day, Dot, Kept, Outcome, Run, kept_of, run_of

if TYPE_CHECKING:
    from clinic_server.dashboard.record import PatientRecord

_RETENTIONS = 8
"""Retention is told from the last probes, not from all that ever were."""


def runs_of(record: PatientRecord) -> list[Run]:
    """Return the run charts of the chosen outcomes."""
    return [run_of(outcome, _dots(record, outcome)) for outcome in OUTCOMES]


def _dots(record: PatientRecord, outcome: Outcome) -> list[Dot]:
    return [
        Dot(
            session_id=each.session.id,
            day=each.session.local_date,
            value=each.value,
            n=each.n,
            quality=each.quality,
            mode=", ".join(each.session.modes),
            plan_version=each.session.plan_version,
        )
        for each in record.of(outcome.metric, outcome.scope)
        if each.value is not None and each.session.local_date is not None
    ]


def kept_from(record: PatientRecord) -> Kept:
    """Return learning against performance: the opening and closing probes, and the retention."""
    closing = {each.session.id: each.value for each in record.of("closing_probe_bias_deg")}
    days = []
    for each in record.of("opening_probe_bias_deg"):
        if each.value is None or each.session.local_date is None:
            continue
        closed = closing.get(each.session.id)
        days.append(
            Day(
                each.session.id,
                each.session.local_date,
                abs(each.value),
                None if closed is None else abs(closed),
            )
        )
    retention = [each.value for each in record.of("retention") if each.value is not None]
    return kept_of(days, retention[-_RETENTIONS:])
