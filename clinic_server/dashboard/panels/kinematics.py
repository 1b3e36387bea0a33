"""P8, kinematics: how do they move? Each measure of reaching against the person's own baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic_server.dashboard.panels._own_baseline import Measure, Standing, standing_of
from clinic_server.dashboard.panels._own_baseline_figure import baseline_figure
from clinic_server.dashboard.panels._spec import PanelSpec

if TYPE_CHECKING:
    from clinic_server.dashboard.figure import Figure
    from clinic_server.dashboard.record import PatientRecord

_NAMED = 4
_SPEED = "\u00a0m/s"
MEASURES = (
    Measure("reaction_time_s", gettext_lazy("Reaction time"), "\u00a0s", 2, gettext_lazy("Reaction time")),
    Measure("movement_time_s", gettext_lazy("Movement time"), "\u00a0s", 2, gettext_lazy("Movement time")),
    Measure("peak_speed_m_s", gettext_lazy("Peak speed"), _SPEED, 2, gettext_lazy("Max speed")),
    Measure("time_to_peak_s", gettext_lazy("Time to peak speed"), "\u00a0s", 2),
    Measure("posture_speed_m_s", gettext_lazy("Posture speed"), _SPEED, 3, gettext_lazy("Posture speed")),
    Measure(
        "initial_direction_deg", gettext_lazy("Initial direction"), "°", 1,
        gettext_lazy("Initial direction angle"),
    ),
    Measure(
        "initial_distance_ratio", gettext_lazy("Initial distance ratio"), "", 2,
        gettext_lazy("Initial distance ratio"),
    ),
    Measure(
        "initial_speed_ratio", gettext_lazy("Initial speed ratio"), "", 2,
        gettext_lazy("Initial speed ratio"),
    ),
    Measure(
        "min_max_speed_difference_m_s", gettext_lazy("Min-max speed difference"), _SPEED, 3,
        gettext_lazy("Min-max speed difference"),
    ),
    Measure("movement_units", gettext_lazy("Movement units"), "", 1),
    Measure("path_ratio", gettext_lazy("Path ratio"), "", 2),
    Measure("max_deviation_mm", gettext_lazy("Greatest deviation"), "\u00a0mm", 0),
    Measure("hand_angle_deg", gettext_lazy("Hand angle at peak speed"), "°", 1),
    Measure("endpoint_error_mm", gettext_lazy("Endpoint error"), "\u00a0mm", 0),
    Measure("sparc", gettext_lazy("Smoothness, SPARC"), "", 2),
    Measure("ldlj", gettext_lazy("Smoothness, LDLJ vector"), "", 2),
    Measure("ldlj_speed", gettext_lazy("Smoothness, LDLJ speed"), "", 2),
)  # fmt: skip


def build(record: PatientRecord) -> dict[str, Any]:
    return {
        "definitions": [
            (each.name, record.definitions[each.metric])
            for each in MEASURES
            if each.metric in record.definitions
        ]
    }


def figures(record: PatientRecord) -> list[Figure]:
    standings = [standing_of(record, each) for each in MEASURES]
    return [baseline_figure("kinematics.z", _("Movement against the own baseline"), standings, sentence_of)]


def sentence_of(standings: list[Standing]) -> str:
    """Say what is better, what is worse, and how many of the rest lie within their own noise."""
    told = [each for each in standings if each.z is not None]
    if not told:
        if any(each.sessions for each in standings):
            return _("Cannot tell yet: a baseline of two sessions and later ones on one device are needed.")
        return _("Nothing measured yet: the first reaches fill this panel.")
    found = []
    for reading, words in (("better", _("Better: %(names)s")), ("worse", _("Worse: %(names)s"))):
        chosen = sorted(
            (each for each in told if each.reading == reading), key=lambda each: -abs(each.z or 0.0)
        )
        if chosen:
            names = [
                _("%(name)s %(now)s, %(before)s at first")
                % {"name": each.measure.name, "now": each.text(each.now), "before": each.text(each.baseline)}
                for each in chosen[:_NAMED]
            ]
            if len(chosen) > _NAMED:
                names.append(_("and %(n)d more") % {"n": len(chosen) - _NAMED})
            found.append(words % {"names": "; ".join(names)})
    same = sum(each.reading == "same" for each in told)
    if not found:
        found.append(_("Nothing is better or worse beyond its own noise"))
    counts = {"same": same, "all": len(told)}
    return ". ".join([*found, _("%(same)d of %(all)d measures lie within their own noise") % counts]) + "."


PANEL = PanelSpec(
    id="kinematics",
    order=80,
    name=gettext_lazy("Movement"),
    question=gettext_lazy("How do they move?"),
    link=gettext_lazy("Movement"),
    metrics=frozenset(each.metric for each in MEASURES),
    build=build,
    figures=figures,
)
