"""P15, sessions: what happened, one by one? Each leads to its curve and replay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from clinic_server.dashboard.panels._spec import PanelSpec

if TYPE_CHECKING:
    from clinic_server.dashboard.record import PatientRecord


def build(record: PatientRecord) -> dict[str, Any]:
    return {"sessions": list(reversed(record.sessions)), "earlier": record.earlier}


PANEL = PanelSpec(
    id="sessions",
    order=150,
    name=_("Sessions"),
    question=_("What happened, one by one?"),
    link=_("Sessions"),
    build=build,
)
