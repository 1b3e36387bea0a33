"""The pages: thin. They ask selectors, call services, and hand plain objects to templates."""

from __future__ import annotations

import csv
import io
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from clinic_server.clinics.selectors import clinic_get
from clinic_server.core.actors import Actor
from clinic_server.core.problems import Problem
from clinic_server.dashboard import pages
from clinic_server.devices import services as device_services
from clinic_server.patients import selectors as patients_selectors
from clinic_server.progress import selectors
from clinic_server.recordings import selectors as recordings

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

P = ParamSpec("P")
THEMES = ("light", "dark")


def for_people(
    view: Callable[Concatenate[HttpRequest, Actor, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Ask for a sign-in, and hand the view the acting person."""

    @wraps(view)
    @login_required
    def signed_in(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        actor: Actor | None = getattr(request, "actor", None)
        if actor is None:
            return page(request, None, "dashboard/no_clinic.html", {}, status=403)
        return view(request, actor, *args, **kwargs)

    return signed_in  # type: ignore[return-value]


def page(
    request: HttpRequest, actor: Actor | None, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page with what every page needs. Pages hold clinical data, so nobody may cache them."""
    theme_name = request.COOKIES.get("theme", "")
    shared = {
        "actor": actor,
        "clinic": clinic_get(actor.clinic_id) if actor else None,
        "theme": theme_name if theme_name in THEMES else "",
    }
    response = render(request, template, {**shared, **context}, status=status)
    response["Cache-Control"] = "no-store"
    return response


@require_GET
@for_people
def patients(request: HttpRequest, actor: Actor) -> HttpResponse:
    rows = patients_selectors.patient_list(actor)
    return page(request, actor, "dashboard/patients.html", {"patients": rows, "place": "patients"})


@require_GET
@for_people
def patient(request: HttpRequest, actor: Actor, patient_id: UUID) -> HttpResponse:
    whole = request.GET.get("since") == "first"
    context = pages.patient_page(actor, patient_id, whole=whole)
    return page(request, actor, "dashboard/patient.html", {**context, "place": "patients"})


@require_GET
@for_people
def session(request: HttpRequest, actor: Actor, session_id: UUID) -> HttpResponse:
    context = pages.session_page(actor, session_id)
    return page(request, actor, "dashboard/session.html", {**context, "place": "patients"})


@require_GET
@for_people
def outcomes_csv(request: HttpRequest, actor: Actor, patient_id: UUID) -> HttpResponse:
    """Every current result of a patient, one row a number."""
    patient_row = patients_selectors.patient_get(actor, patient_id)
    header = [
        "session",
        "day",
        "mode",
        "metric",
        "version",
        "scope",
        "value",
        "unit",
        "quality",
        "n",
        "missing",
    ]
    rows = [
        [
            str(each.session_id),
            each.local_date.isoformat() if each.local_date else "",
            " ".join(each.modes),
            each.metric,
            each.version,
            each.scope,
            "" if each.value is None else each.value,
            each.unit,
            each.quality,
            each.n,
            each.missing_reason or "",
        ]
        for each in selectors.metric_series(actor, patient_id)
    ]
    return csv_file(f"{patient_row.pseudonym}-results.csv", [header, *rows])


@require_GET
@for_people
def figure_csv(request: HttpRequest, actor: Actor, patient_id: UUID, key: str) -> HttpResponse:
    """The table of one figure, of the whole time."""
    pseudonym, figure = pages.figure_table(actor, patient_id, key)
    return csv_file(
        f"{pseudonym}-{key}.csv", [list(figure.headers), *(list(each.cells) for each in figure.rows)]
    )


@require_GET
@for_people
def trials_csv(request: HttpRequest, actor: Actor, session_id: UUID) -> HttpResponse:
    """The trials of one session, one row each."""
    names = (
        "number", "block", "phase", "probe", "target_deg", "rotation_deg", "shows", "feedback", "rewarded",
        "cue_strength", "aim_deg", "aim_report_deg", "outcome", "hand_deg", "endpoint_error_mm",
        "movement_time_s", "reaction_time_s", "interrupted",
    )  # fmt: skip
    trials = recordings.session_trials(actor, session_id)
    rows = [["" if getattr(each, name) is None else getattr(each, name) for name in names] for each in trials]
    return csv_file(f"session-{session_id}.csv", [list(names), *rows])


def csv_file(name: str, rows: list[list[Any]]) -> HttpResponse:
    """Answer with a table as a file."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@for_people
def device_add(request: HttpRequest, actor: Actor, patient_id: UUID) -> HttpResponse:
    """Approve a pairing code: first look it up and show whose key it is, then confirm."""
    patient_row = patients_selectors.patient_get(actor, patient_id)
    code = request.POST.get("code", "").upper().replace(" ", "").replace("-", "")
    service = device_services.pairing_approve if "confirm" in request.POST else device_services.pairing_find
    found = service(actor=actor, patient_id=patient_id, user_code=code)
    context: dict[str, Any] = {"patient": patient_row, "code": code, "place": "patients"}
    if isinstance(found, Problem):
        return page(request, actor, "dashboard/device.html", {**context, "error": found.detail}, status=422)
    if "confirm" in request.POST:
        messages.success(request, f"This game now belongs to {patient_row.pseudonym}.")
        return redirect("patient", patient_id=patient_id)
    return page(request, actor, "dashboard/device.html", {**context, "pairing": found})


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light or dark in a cookie, and go back."""
    chosen, back = request.POST.get("theme", ""), request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = redirect(back)
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=31_536_000, samesite="Lax", secure=request.is_secure())
    return response
