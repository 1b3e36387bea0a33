"""Why this mode: which mechanism was trained, and by whose choice?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from clinic_server.dashboard.panels._spec import PanelSpec

if TYPE_CHECKING:
    from clinic_server.dashboard.record import PatientRecord


def build(record: PatientRecord) -> dict[str, Any]:
    return {"blocks": record.newest.blocks if record.newest else []}


PANEL = PanelSpec(
    id="why",
    order=112,
    name=_("Why this mode"),
    question=_("Which mechanism was trained, and by whose choice?"),
    link=_("Why this mode"),
    build=build,
)
