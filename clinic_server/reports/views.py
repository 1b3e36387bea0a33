"""A patient's reports as a page: ask, watch, fetch."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from clinic_server.core.problems import Problem
from clinic_server.dashboard.views import for_people, page
from clinic_server.patients.selectors import patient_get
from clinic_server.reports import services
from clinic_server.reports.api import report_file

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from clinic_server.core.actors import Actor

KINDS = (
    ("profile", gettext_lazy("Movement profile, one page"), gettext_lazy("eight boxes in fixed places")),
    ("full", gettext_lazy("Full report"), gettext_lazy("every panel with its table")),
    ("letter", gettext_lazy("Letter to the patient"), gettext_lazy("plain words, one page")),
)
_SHOWN = 20


@require_GET
@for_people
def reports(request: HttpRequest, actor: Actor, patient_id: UUID) -> HttpResponse:
    """What was made, what is being made, and what can be asked for."""
    patient = patient_get(actor, patient_id)
    rows = []
    for row in services.report_list(actor, patient_id)[:_SHOWN]:
        job = None if row.made_at else services.report_job(row)
        rows.append({"row": row, "job": job, "has_failed": job is not None and job.state == "dead"})
    context = {
        "patient": patient,
        "rows": rows,
        "waits": any(each["job"] is not None and not each["has_failed"] for each in rows),
        "kinds": KINDS,
        "languages": settings.LANGUAGES,
        "language": request.LANGUAGE_CODE,
        "place": "patients",
    }
    whole = not getattr(request, "htmx", False)
    return page(request, actor, "reports/reports.html" if whole else "reports/list.html", context)


@require_POST
@for_people
def report_ask(request: HttpRequest, actor: Actor, patient_id: UUID) -> HttpResponse:
    try:
        services.report_ask(
            actor=actor,
            patient_id=patient_id,
            kind=request.POST.get("kind", ""),
            language=request.POST.get("language", settings.LANGUAGE_CODE),
        )
    except Problem as problem:
        if problem.status != 422:
            raise
        messages.warning(request, problem.detail.capitalize() + ".")
    else:
        messages.success(request, _("The report is being made; it stands below in a moment."))
    return redirect("reports", patient_id=patient_id)


@require_GET
@for_people
def report_pages(request: HttpRequest, actor: Actor, report_id: UUID) -> HttpResponse:
    return report_file(services.report_get(actor, report_id))
