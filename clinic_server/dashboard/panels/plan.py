"""P12, plan: what is prescribed, what next?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from clinic_server.dashboard.panels._spec import PanelSpec

if TYPE_CHECKING:
    from clinic_server.dashboard.record import PatientRecord


def build(record: PatientRecord) -> dict[str, Any]:
    return {
        "plan": record.plan,
        "content": record.content,
        "may_write": bool(record.actor and record.actor.may("plan.write")),
    }


PANEL = PanelSpec(
    id="plan", order=120, name=_("Plan"), question=_("What is prescribed?"), link=_("Plan"), build=build
)
