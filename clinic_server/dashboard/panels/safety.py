"""P10, symptoms and safety: is it safe to progress?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from clinic_server.dashboard.panels._spec import PanelSpec

if TYPE_CHECKING:
    from clinic_server.dashboard.record import PatientRecord

_SHOWN = 8


def build(record: PatientRecord) -> dict[str, Any]:
    told = [each for each in reversed(record.sessions) if each.pain_before is not None]
    return {"flags": record.flags, "symptoms": told[:_SHOWN]}


PANEL = PanelSpec(
    id="safety",
    order=100,
    name=_("Symptoms and safety"),
    question=_("Is it safe to progress?"),
    link=_("Safety"),
    build=build,
)
