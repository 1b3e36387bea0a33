"""The newest session's numbers, each with its definition, and what could not be measured and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from clinic_server.dashboard.panels._spec import PanelSpec
from clinic_server.dashboard.results import shown_results
from clinic_server.progress import selectors

if TYPE_CHECKING:
    from clinic_server.dashboard.record import PatientRecord


def build(record: PatientRecord) -> dict[str, Any]:
    if record.newest is None or record.actor is None:
        return {"rows": [], "session": None}
    rows = selectors.session_results(record.actor, record.newest.id)
    return {"rows": shown_results(rows, record.definitions), "session": record.newest}


PANEL = PanelSpec(
    id="numbers",
    order=85,
    name=_("Newest session"),
    question=_("What was measured?"),
    link=_("Newest session"),
    build=build,
)
