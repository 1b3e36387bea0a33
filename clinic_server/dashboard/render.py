"""The worker's job after each session: draw what is not drawn yet, in each language of the clinic.

Colours are the page's own custom properties (`var(--d1)`), which SVG takes as they are, so one picture serves
the light and the dark theme and prints. The specification is kept with it, for the interactive chart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.utils import translation

from clinic_server.core import tenancy
from clinic_server.dashboard.curves import curve_figures
from clinic_server.dashboard.panels import all_panels, metrics_read
from clinic_server.dashboard.record import record_for_drawing
from clinic_server.progress.charts import Picture
from clinic_server.progress.models import ChartPicture

if TYPE_CHECKING:
    from clinic_server.dashboard.figure import Figure
    from clinic_server.dashboard.record import PatientRecord

THEME = "any"


def figures_of(record: PatientRecord) -> list[Figure]:
    """Return every figure of a patient's page, in reading order, in the language that is active."""
    return [each for panel in all_panels() for each in panel.figures(record)]


def render_patient(*, clinic_id: UUID, patient_id: UUID) -> list[Picture]:
    """Draw what is missing: read inside the clinic's scope, draw outside any transaction.

    vl-convert is imported here and nowhere else: a process that used it must never fork (its engine's
    threads are lost, and the child hangs).
    """
    wanted: list[tuple[str, str, Figure]] = []
    with tenancy.scope(clinic_id):
        record = record_for_drawing(clinic_id=clinic_id, patient_id=patient_id, metrics=metrics_read())
        rows = ChartPicture.objects.filter(patient_id=patient_id, theme=THEME)
        known = set(rows.values_list("locale", "panel", "digest"))
        for locale, _name in settings.LANGUAGES:
            with translation.override(locale):
                drawn = {panel for language, panel, _digest in known if language == locale}
                figures = [*figures_of(record), *curve_figures(record, known=drawn)]
            wanted += [
                (locale, digest, each)
                for each in figures
                if each.data is not None and (locale, each.key, digest := each.digest(locale)) not in known
            ]
    if not wanted:
        return []
    import vl_convert

    found = []
    for locale, digest, figure in wanted:
        with translation.override(locale):
            spec = figure.draw(figure.data)
        svg = vl_convert.vegalite_to_svg(spec)
        found.append(Picture(panel=figure.key, digest=digest, locale=locale, theme=THEME, svg=svg, spec=spec))
    return found
