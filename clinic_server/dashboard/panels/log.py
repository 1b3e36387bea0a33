"""P11, difficulty and mode log: what did the game change, why, and who chose?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic_server.dashboard.figure import Figure, Row
from clinic_server.dashboard.panels._levels import Track, changes_of, reason_of, tracks_of
from clinic_server.dashboard.panels._log_chart import log_chart
from clinic_server.dashboard.panels._spec import PanelSpec
from clinic_server.dashboard.spoken import day_of, words
from clinic_server.plans.selectors import plan_versions

if TYPE_CHECKING:
    from clinic_server.dashboard.record import PatientRecord

_SHOWN = 40
_LEAST_SESSIONS = 2


def build(record: PatientRecord) -> dict[str, Any]:
    tracks = tracks_of(record)
    changes = changes_of(record, tracks, _authors(record))
    return {
        "changes": changes[:_SHOWN],
        "more": max(0, len(changes) - _SHOWN),
        "fixed": [track for track in tracks if track.is_fixed],
        "blocks": record.newest.blocks if record.newest else [],
    }


def _authors(record: PatientRecord) -> dict[int, str]:
    """Who wrote each version of the plan that is active; nobody in the worker."""
    if record.actor is None or record.plan is None:
        return {}
    versions = plan_versions(record.actor, record.plan.id)
    return {each.version: each.created_by.name for each in versions}


def figures(record: PatientRecord) -> list[Figure]:
    return [_figure(track) for track in tracks_of(record) if not track.is_fixed]


def _figure(track: Track) -> Figure:
    levelled = [each for each in track.played if each.first is not None and each.last is not None]
    return Figure(
        key=f"log.{track.key}"[:64],
        name=f"{words(track.key).capitalize()}: {track.level}",
        sentence=_sentence(track),
        data=track if len(levelled) >= _LEAST_SESSIONS else None,
        draw=log_chart,
        headers=(
            _("Day"), _("Mode"), _("Chosen by"), _("Plan"), _("At the start"), _("At the end"), _("Success"),
            _("Why the level moved"),
        ),
        rows=[
            Row(
                (
                    day_of(each.day),
                    words(each.mode),
                    _("rules") if each.chosen_by == "auto" else _("plan"),
                    str(each.plan_version),
                    _("none") if each.first is None else track.text(each.first),
                    _("none") if each.last is None else track.text(each.last),
                    _("not judged")
                    if each.success is None
                    else _("%(rate)s of %(n)s") % {"rate": f"{100 * each.success:.0f} %", "n": each.judged},
                    reason_of(track, each),
                )
            )
            for each in track.played
        ],
        metric="success_rate",
        n=len(levelled),
    )  # fmt: skip


def _sentence(track: Track) -> str:
    levelled = [each for each in track.played if each.last is not None]
    if not levelled:
        return _("These sessions were stored without a level; a worker can read them again.")
    first, last = levelled[0].last or 0.0, levelled[-1].last or 0.0
    modes = ", ".join(dict.fromkeys(words(each.mode) for each in track.played))
    told = {"first": track.text(first), "last": track.text(last), "modes": modes, "n": len(levelled)}
    if len(levelled) < _LEAST_SESSIONS:
        return _("Ended at %(last)s; one session so far, in %(modes)s.") % told
    text = ngettext(
        "Ended at %(last)s, %(first)s in the first of %(n)d session; modes: %(modes)s.",
        "Ended at %(last)s, %(first)s in the first of %(n)d sessions; modes: %(modes)s.",
        len(levelled),
    )
    return text % told


PANEL = PanelSpec(
    id="log",
    order=110,
    name=gettext_lazy("Difficulty and mode"),
    question=gettext_lazy("What did the game change, and why?"),
    link=gettext_lazy("Difficulty"),
    metrics=frozenset({"success_rate"}),
    build=build,
    figures=figures,
)
