"""P4, outcomes: better, same or worse? A run chart each, with the baseline and its 80 % band."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic_server.dashboard import summary
from clinic_server.dashboard.charts import run_chart
from clinic_server.dashboard.figure import Figure, Row
from clinic_server.dashboard.measured import runs_of
from clinic_server.dashboard.panels._spec import PanelSpec
from clinic_server.dashboard.series import OUTCOMES, Run
from clinic_server.dashboard.spoken import day_of, mode_of

if TYPE_CHECKING:
    from clinic_server.dashboard.record import PatientRecord


def figures(record: PatientRecord) -> list[Figure]:
    return [_figure(run) for run in runs_of(record)]


def _figure(run: Run) -> Figure:
    return Figure(
        key=f"run.{run.outcome.metric}",
        name=run.outcome.title,
        sentence=summary.run_sentence(run),
        data=run if len(run.dots) > 1 else None,
        draw=run_chart,
        headers=(_("Day"), _("Value"), _("Mode"), _("Reaches"), _("Quality")),
        rows=[
            Row(
                (
                    day_of(each.day),
                    run.text(each.value),
                    mode_of(each.mode),
                    str(each.n),
                    _("low, left out") if each.is_low else _("valid"),
                ),
                each.is_low,
            )
            for each in run.dots
        ],
        metric=run.outcome.metric,
        n=len(run.dots),
        left_out=sum(each.is_low for each in run.dots),
    )


PANEL = PanelSpec(
    id="outcomes",
    order=40,
    name=gettext_lazy("Outcomes"),
    question=gettext_lazy("Better, same or worse?"),
    link=gettext_lazy("Outcomes"),
    metrics=frozenset(each.metric for each in OUTCOMES),
    figures=figures,
)
