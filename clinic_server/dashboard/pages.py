"""What each page shows, gathered from selectors into plain values for its template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import get_language

from clinic_server.core.actors import Actor
from clinic_server.core.problems import Problem, not_found
from clinic_server.dashboard import summary
from clinic_server.dashboard.curves import curve_figure
from clinic_server.dashboard.figure import Figure, Shown
from clinic_server.dashboard.panels import PanelSpec, all_panels, metrics_read
from clinic_server.dashboard.played_with import played_with
from clinic_server.dashboard.record import record_for
from clinic_server.dashboard.render import THEME
from clinic_server.dashboard.replay import replay_of
from clinic_server.dashboard.results import shown_results
from clinic_server.progress import selectors
from clinic_server.recordings import selectors as recordings


@dataclass(frozen=True, slots=True)
class ShownPanel:
    """A panel ready for its template."""

    spec: PanelSpec
    data: dict[str, Any]
    figures: list[Shown]


def patient_page(actor: Actor, patient_id: UUID, *, whole: bool = False) -> dict[str, Any]:
    """Everything on a patient's page, in reading order; `whole` goes back to the first session."""
    record = record_for(actor, patient_id, metrics=metrics_read(), whole=whole)
    locale = get_language() or settings.LANGUAGE_CODE
    stored = selectors.pictures(actor, patient_id, locale=locale, theme=THEME)
    panels = [
        ShownPanel(
            spec=each,
            data=each.build(record),
            figures=[
                Shown(figure, stored.get(figure.key), record.definitions.get(figure.metric), locale)
                for figure in each.figures(record)
            ],
        )
        for each in all_panels()
    ]
    return {
        "patient": record.patient,
        "plan": record.plan,
        "flags": record.flags,
        "summary": summary.clauses(record),
        "panels": panels,
        "whole": whole,
        "earlier": record.earlier,
    }


def figure_table(actor: Actor, patient_id: UUID, key: str) -> tuple[str, Figure]:
    """Return a patient's pseudonym and one figure of the whole time, for its CSV.

    Raises:
        Problem: as `patient_for`; 404 without such a figure.
    """
    record = record_for(actor, patient_id, metrics=metrics_read(), whole=True)
    for panel in all_panels():
        for figure in panel.figures(record):
            if figure.key == key:
                return record.patient.pseudonym, figure
    raise not_found()


def session_page(actor: Actor, session_id: UUID) -> dict[str, Any]:
    """One session: its learning curve by phase, the modes and why, its numbers, the replay of its reaches."""
    session = recordings.session_get(actor, session_id)
    trials = recordings.session_trials(actor, session_id)
    figure = curve_figure(session.id, trials)
    locale = get_language() or settings.LANGUAGE_CODE
    stored = selectors.pictures(actor, session.patient_id, locale=locale, theme=THEME)
    results = selectors.session_results(actor, session_id)
    definitions = {each.metric: each for each in selectors.metric_definitions()}
    try:
        replay = replay_of(recordings.session_trajectory(actor, session_id), trials)
        replay_missing = ""
    except Problem as error:
        replay, replay_missing = None, error.detail
    return {
        "session": session,
        "patient": session.patient,
        "trials": trials,
        "played_with": played_with(session),
        "phases": summary.phase_rows(trials),
        "has_courses": any(summary.follows_course(each) for each in trials),
        "shown": Shown(figure, stored.get(figure.key), None, locale),
        "results": shown_results(results, definitions),
        "replay": replay,
        "replay_missing": replay_missing,
    }
