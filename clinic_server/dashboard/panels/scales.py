"""P13, clinical scales: what do standard tests say? Date by scale, with the change and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic_server.dashboard.panels._spec import PanelSpec
from clinic_server.dashboard.spoken import day_of
from clinic_server.patients import scales
from clinic_server.patients.models import ScaleReading
from clinic_server.patients.selectors import impairment_profile

if TYPE_CHECKING:
    from clinic_server.dashboard.record import PatientRecord
    from clinic_server.patients.scales import Judged, Scale


@dataclass(frozen=True, slots=True)
class ScaleRow:
    """A scale that was read: its readings by day, and the newest change in words."""

    scale: Scale
    readings: list[ScaleReading]
    newest: str
    change: str
    meaning: str
    direction: str
    """`better`, `worse` or nothing."""


def build(record: PatientRecord) -> dict[str, Any]:
    if record.actor is None:
        return {}
    readings = list(scales.scale_readings(record.actor, record.patient.id))
    phase = scales.phase_of(impairment_profile(record.patient).months_since_onset)
    rows = []
    for scale in scales.scales().values():
        found = [each for each in readings if each.scale == scale.id and each.withdrawn_at is None]
        if found:
            rows.append(_row(scale, found, phase))
    return {
        "rows": rows,
        "readings": [(scales.scales()[each.scale], each) for each in readings],
        "scales": list(scales.scales().values()),
        "phase": phase,
        "today": record.today.isoformat(),
        "may_write": record.actor.may("patient.write"),
    }


def _row(scale: Scale, readings: list[ScaleReading], phase: str) -> ScaleRow:
    newest = readings[0]
    text = f"{scale.text(newest.value)} {scale.unit}"
    if len(readings) < 2:
        return ScaleRow(scale, readings, text, "", _("the first reading"), "")
    before = readings[1]
    judged = scales.judge(scale, before.value, newest.value, phase)
    if judged.is_better is None:
        return ScaleRow(scale, readings, text, _("no change"), "", "")
    direction = "better" if judged.is_better else "worse"
    words = {"size": f"{judged.size:+g}", "day": day_of(before.taken_on)}
    change = _("%(size)s since %(day)s") % words
    if newest.medication_on != before.medication_on:
        return ScaleRow(
            scale, readings, text, change, _("not compared: medication on one day, off the other"), ""
        )
    return ScaleRow(scale, readings, text, change, _meaning(judged), direction)


def _meaning(judged: Judged) -> str:
    threshold = judged.threshold
    if threshold is None:
        return _("no threshold with a source for this phase")
    words = {
        "kind": threshold.kind,
        "size": f"{threshold.size if judged.is_better else threshold.worse:g}",
        "population": threshold.population,
        "source": threshold.source,
    }
    if not judged.is_beyond:
        return _("smaller than the %(kind)s of %(size)s (%(population)s; %(source)s)") % words
    if threshold.kind == "MDC":
        return _("larger than measurement error: MDC %(size)s (%(population)s; %(source)s)") % words
    return _("clinically meaningful: %(kind)s %(size)s (%(population)s; %(source)s)") % words


PANEL = PanelSpec(
    id="scales",
    order=130,
    name=gettext_lazy("Clinical scales"),
    question=gettext_lazy("What do standard tests say?"),
    link=gettext_lazy("Scales"),
    build=build,
)
