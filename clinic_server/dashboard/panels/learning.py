"""P5, learning against performance: is it learned, or only done well on the day?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic_server.dashboard import summary
from clinic_server.dashboard.charts import kept_chart
from clinic_server.dashboard.figure import Figure, Row
from clinic_server.dashboard.measured import kept_from
from clinic_server.dashboard.panels._spec import PanelSpec
from clinic_server.dashboard.spoken import day_of

if TYPE_CHECKING:
    from clinic_server.dashboard.record import PatientRecord

_LEAST_DAYS = 2


def build(record: PatientRecord) -> dict[str, Any]:
    return {"kept": kept_from(record)}


def figures(record: PatientRecord) -> list[Figure]:
    kept = kept_from(record)
    whole = sum(each.closing is not None for each in kept.days)
    return [
        Figure(
            key="kept",
            name=_("Within a session, and overnight"),
            sentence=summary.kept_sentence(kept),
            data=kept if whole >= _LEAST_DAYS else None,
            draw=kept_chart,
            headers=(_("Day"), _("Opening probe"), _("Closing probe")),
            rows=[
                Row(
                    (
                        day_of(each.day),
                        f"{each.opening:.1f}°",
                        _("not measured") if each.closing is None else f"{each.closing:.1f}°",
                    )
                )
                for each in kept.days
            ],
            metric="retention",
            n=len(kept.days),
        )
    ]


PANEL = PanelSpec(
    id="learning",
    order=50,
    name=gettext_lazy("Learning against performance"),
    question=gettext_lazy("Is it learned, or only done well on the day?"),
    link=gettext_lazy("Learning"),
    metrics=frozenset({"opening_probe_bias_deg", "closing_probe_bias_deg", "retention"}),
    build=build,
    figures=figures,
)
