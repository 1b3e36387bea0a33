"""Clinical scales: what they are, what was read, and whether a change is larger than chance or matters.

A threshold is used only for the phase that it was measured in: acute up to one month after onset, subacute up
to six, chronic beyond (Bernhardt et al. 2017, Int J Stroke 12:444).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils import timezone

from clinic_server.clinics.selectors import clinic_today
from clinic_server.core import access
from clinic_server.core.problems import FieldError, Problem, not_found
from clinic_server.patients.models import Patient, ScaleReading
from clinic_server.patients.selectors import impairment_profile, patient_for
from clinic_server.patients.services import patient_update

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from clinic_server.core.actors import Actor

_ACUTE_MONTHS, _SUBACUTE_MONTHS = 1.0, 6.0


@dataclass(frozen=True, slots=True)
class Threshold:
    """How large a change must be: `kind` is MDC (beyond measurement error), MCID or MIC (it matters)."""

    kind: str
    size: float
    worse: float
    """The size of a worsening that counts, where it differs."""
    phase: str
    population: str
    source: str


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale's total: range, step, the better direction, and the thresholds that have a source."""

    id: str
    name: str
    about: str
    low: float
    high: float
    step: float
    better: str
    unit: str
    code: str
    field: str = ""
    """Where the newest total goes in the impairment profile; empty: nowhere."""
    thresholds: tuple[Threshold, ...] = ()

    def text(self, value: float) -> str:
        digits = 1 if self.step < 1 else 0
        return f"{value:.{digits}f}"


@dataclass(frozen=True, slots=True)
class Judged:
    """A change against the reading before: in the scale's own unit, and what may be said of it."""

    size: float
    is_better: bool | None
    """None when nothing changed."""
    threshold: Threshold | None
    """The one of this patient's phase; None when none has a source."""
    is_beyond: bool


@lru_cache(maxsize=1)
def scales() -> dict[str, Scale]:
    """Return every scale by its id, in the order of the file."""
    text = resources.files("clinic_server.patients").joinpath("scales.toml").read_text("utf-8")
    found = {}
    for key, each in tomllib.loads(text).items():
        thresholds = tuple(
            Threshold(
                kind=row["kind"],
                size=float(row["size"]),
                worse=float(row.get("worse", row["size"])),
                phase=row.get("phase", ""),
                population=row["population"],
                source=row["source"],
            )
            for row in each.pop("change", [])
        )
        found[key] = Scale(id=key, thresholds=thresholds, **each)
    return found


def phase_of(months_since_onset: float | None) -> str:
    """Return acute, subacute or chronic; empty while the onset is unknown."""
    if months_since_onset is None:
        return ""
    if months_since_onset <= _ACUTE_MONTHS:
        return "acute"
    return "subacute" if months_since_onset <= _SUBACUTE_MONTHS else "chronic"


def judge(scale: Scale, before: float, after: float, phase: str) -> Judged:
    """Judge a change by the threshold of the patient's own phase; acute and chronic ones are never mixed."""
    size = round(after - before, 3)
    is_better = None if size == 0 else (size > 0) == (scale.better == "higher")
    fitting = [each for each in scale.thresholds if each.phase in ("", phase)]
    threshold = fitting[0] if fitting else None
    needed = 0.0 if threshold is None else threshold.size if is_better else threshold.worse
    return Judged(size, is_better, threshold, threshold is not None and abs(size) >= needed)


def scale_readings(actor: Actor, patient_id: UUID) -> QuerySet[ScaleReading]:
    """Return a patient's readings, newest first, withdrawn ones too; raises as `patient_for`."""
    patient, relation = patient_for(actor, patient_id, "patient.read")
    access.write(actor, "scale.list", patient_id=patient.id, relation=relation)
    return ScaleReading.objects.filter(patient=patient).select_related("entered_by")


@transaction.atomic
def scale_add(
    *,
    actor: Actor,
    patient_id: UUID,
    scale: str,
    value: float,
    taken_on: date | None = None,
    medication_on: bool | None = None,
    note: str = "",
) -> ScaleReading:
    """Enter a total. The newest one of a scale that the impairment profile has goes there too.

    Raises:
        Problem: as `patient_for`; 422 `unknown_scale`, `out_of_bounds`, `dates_reversed`.
    """
    patient, relation = patient_for(actor, patient_id, "patient.write", lock=True)
    known = scales().get(scale)
    if known is None:
        raise _problem("scale", "unknown_scale", f"known scales are {', '.join(scales())}")
    steps = value / known.step
    if not known.low <= value <= known.high or abs(steps - round(steps)) > 1e-6:
        raise _problem(
            "value",
            "out_of_bounds",
            f"{known.name} is {known.low:g} to {known.high:g} {known.unit}, in steps of {known.step:g}",
        )
    today = clinic_today(actor.clinic_id)
    day = taken_on or today
    if day > today:
        raise _problem("taken_on", "dates_reversed", "this day has not come yet")
    row = ScaleReading.objects.create(
        clinic_id=actor.clinic_id,
        patient=patient,
        scale=scale,
        value=value,
        taken_on=day,
        medication_on=medication_on,
        note=note.strip()[:200],
        entered_by_id=actor.user_id,
    )
    access.write(actor, "scale.add", patient_id=patient.id, subject_id=row.id, relation=relation)
    _profile_follow(actor, patient, known)
    return row


@transaction.atomic
def scale_withdraw(*, actor: Actor, reading_id: UUID, reason: str) -> ScaleReading:
    """Take a wrong reading out of every sum; it stays to be seen. A repeat keeps the first reason.

    Raises:
        Problem: as `patient_for`; 422 `reason_required`.
    """
    row = ScaleReading.objects.filter(id=reading_id, clinic_id=actor.clinic_id).first()
    if row is None:
        raise not_found()
    patient, relation = patient_for(actor, row.patient_id, "patient.write", lock=True)
    if not reason.strip():
        raise Problem(422, "reason_required", "write why this reading is withdrawn")
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by_id = timezone.now(), actor.user_id
        row.withdrawn_reason = reason.strip()[:200]
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        access.write(actor, "scale.withdraw", patient_id=patient.id, subject_id=row.id, relation=relation)
        _profile_follow(actor, patient, scales()[row.scale])
    return row


def _profile_follow(actor: Actor, patient: Patient, scale: Scale) -> None:
    """Let the impairment profile hold the newest valid total: the modes' rules read it there."""
    if not scale.field:
        return
    newest = ScaleReading.objects.filter(patient=patient, scale=scale.id, withdrawn_at=None).first()
    value = newest.value if newest else None
    profile = impairment_profile(patient)
    if getattr(profile, scale.field) == value:
        return
    changed = msgspec.structs.replace(profile, **{scale.field: value})
    patient_update(actor=actor, patient_id=patient.id, changes={"impairment": msgspec.to_builtins(changed)})


def _problem(field_name: str, code: str, detail: str) -> Problem:
    return Problem(422, code, detail, [FieldError(f"/{field_name}", code, detail)])
