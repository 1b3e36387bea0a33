"""The game at home: which installations belong to this patient?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from clinic_server.dashboard.panels._spec import PanelSpec
from clinic_server.devices.selectors import device_list

if TYPE_CHECKING:
    from clinic_server.dashboard.record import PatientRecord


def build(record: PatientRecord) -> dict[str, Any]:
    if record.actor is None:
        return {}
    return {
        "devices": device_list(record.actor, record.patient.id),
        "may_pair": record.actor.may("device.approve"),
    }


PANEL = PanelSpec(
    id="devices",
    order=160,
    name=_("Game at home"),
    question=_("Which installations belong to this patient?"),
    link=_("Game"),
    build=build,
)
