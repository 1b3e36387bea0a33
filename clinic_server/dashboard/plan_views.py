"""The plan builder's pages: open, check, save, activate, pause, look back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinic_server.clinics.selectors import clinic_today
from clinic_server.core.problems import FieldError, Problem
from clinic_server.dashboard import builder, plan_page
from clinic_server.dashboard.forecast_figure import expected
from clinic_server.dashboard.views import for_people, page
from clinic_server.patients.models import Patient
from clinic_server.patients.selectors import patient_get
from clinic_server.plans import selectors, services
from clinic_server.plans.models import Plan
from clinic_server.progress.forecasts import forecast_get, forecast_job
from shared.wire.plan import PlanContent

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from clinic_server.core.actors import Actor


def _current(actor: Actor, patient_id: UUID) -> Plan | None:
    """The plan that a form changes: the active one, else the newest that is not completed."""
    rows = selectors.plan_list(actor, patient_id=patient_id).exclude(state=Plan.State.COMPLETED)
    return rows.filter(state=Plan.State.ACTIVE).first() or rows.first()


@require_http_methods(["GET", "POST"])
@for_people
def plan_build(request: HttpRequest, actor: Actor, patient_id: UUID) -> HttpResponse:
    """The builder: GET opens it from the plan or a template, POST checks, saves or activates."""
    patient = patient_get(actor, patient_id)
    plan = _current(actor, patient_id)
    if request.method == "GET":
        template = request.GET.get("template", "")
        content = plan_page.start_content(plan, patient, template)
        return _shown(request, actor, patient, plan, content, template=template)
    return _posted(request, actor, patient, plan)


def _posted(request: HttpRequest, actor: Actor, patient: Patient, plan: Plan | None) -> HttpResponse:
    base = msgspec.json.decode(request.POST.get("base", "").encode() or b"null", type=PlanContent | None)
    opened = base or plan_page.start_content(plan, patient, request.POST.get("template", ""))
    read = builder.read(request.POST, opened, today=clinic_today(actor.clinic_id))
    action = request.POST.get("action", "check")
    errors = [*read.errors, *_reason_missing(actor, patient, read.content, request)]
    if action in ("save", "activate") and not errors:
        seen = int(request.POST.get("row_version", "0") or 0)
        if plan is not None and seen != plan.row_version:
            return _stale(request, actor, patient, plan, read.content, seen, opened)
        try:
            return _written(request, actor, patient, plan, read.content, activate=action == "activate")
        except Problem as problem:
            if problem.status != 422:
                raise
    status = 422 if action in ("save", "activate") else 200
    return _shown(
        request, actor, patient, plan, read.content, base=opened, found=errors, text=read.text, status=status
    )


def _reason_missing(
    actor: Actor, patient: Patient, content: PlanContent, request: HttpRequest
) -> list[FieldError]:
    """Choosing otherwise than the recommendation needs a reason; safety limits nobody overrides."""
    found = plan_page.page_of(actor, patient, None, content, today=clinic_today(actor.clinic_id))
    if not found.needs_reason or request.POST.get("reason", "").strip():
        return []
    return [
        FieldError("/blocks/0/mode", "reason_required", _("say why you choose otherwise than recommended"))
    ]


def _written(
    request: HttpRequest,
    actor: Actor,
    patient: Patient,
    plan: Plan | None,
    content: PlanContent,
    *,
    activate: bool,
) -> HttpResponse:
    given = msgspec.to_builtins(content)
    if plan is None:
        plan = services.plan_create(actor=actor, patient_id=patient.id, content=given)
    elif selectors.version_content(plan) != content:
        plan = services.plan_version_add(actor=actor, plan_id=plan.id, content=given)
    if activate:
        plan = services.plan_activate(actor=actor, plan_id=plan.id)
        words = _("Version %(version)s is active. The patient sees it at the game's next contact.")
    else:
        words = _("Version %(version)s is saved as a draft. The patient sees no change.")
    messages.success(request, words % {"version": plan.version})
    return redirect("patient", patient_id=patient.id)


def _stale(
    request: HttpRequest,
    actor: Actor,
    patient: Patient,
    plan: Plan,
    content: PlanContent,
    seen: int,
    opened: PlanContent,
) -> HttpResponse:
    """Somebody wrote meanwhile: show what, keep what was entered; pressing again is then knowingly."""
    shown = plan_page.page_of(actor, patient, plan, content, today=clinic_today(actor.clinic_id), base=opened)
    others = plan_page.changed_meanwhile(actor, plan, seen)
    context = {"shown": shown, "others": others, "place": "patients"}
    return page(request, actor, "dashboard/plan.html", context, status=412)


def _shown(
    request: HttpRequest,
    actor: Actor,
    patient: Patient,
    plan: Plan | None,
    content: PlanContent,
    *,
    template: str = "",
    base: PlanContent | None = None,
    found: list[FieldError] | None = None,
    text: str = "",
    status: int = 200,
) -> HttpResponse:
    shown = plan_page.page_of(
        actor, patient, plan, content, today=clinic_today(actor.clinic_id),
        template=template, base=base, found=found, text=text,
    )  # fmt: skip
    forecast = (
        plan_page.forecasts_of(actor, patient, content, plan)
        if shown.is_valid
        else {"problem": _("What speaks against this plan comes first.")}
    )
    context = {"shown": shown, "forecast": forecast, "place": "patients"}
    if getattr(request, "htmx", False) and request.POST.get("action", "check") == "check":
        return page(request, actor, "dashboard/parts/plan_beside.html", context)
    return page(request, actor, "dashboard/plan.html", context, status=status)


@require_GET
@for_people
def plan_forecast(request: HttpRequest, actor: Actor) -> HttpResponse:
    """How far the forecasts are that a builder's page asked for; the page asks again until they are there."""
    rows = []
    for text in request.GET.get("ids", "").split(",")[:2]:
        try:
            rows.append(forecast_get(actor, UUID(text)))
        except ValueError as error:
            raise Problem(400, "invalid_parameter", "ids are ids of forecasts") from error
    jobs = [forecast_job(actor, each) if each.result is None else None for each in rows]
    return page(request, actor, "dashboard/parts/forecast.html", {"forecast": expected(rows, jobs)})


@require_GET
@for_people
def plan_history(request: HttpRequest, actor: Actor, plan_id: UUID) -> HttpResponse:
    """Every version of a plan, what each changed, and what may be done with the plan now."""
    plan = selectors.plan_get(actor, plan_id)
    rows = selectors.plan_versions(actor, plan_id)
    versions = []
    for at, row in enumerate(rows):
        earlier = rows[at + 1] if at + 1 < len(rows) else None
        found = (
            plan_page.shown_changes(selectors.version_changes(earlier, row)) if earlier is not None else []
        )
        versions.append({"row": row, "changes": found, "is_active": row.version == plan.active_version})
    context: dict[str, Any] = {
        "plan": plan,
        "patient": plan.patient,
        "versions": versions,
        "refusals": selectors.plan_refusals(plan),
        "may_write": actor.may("plan.write"),
        "place": "patients",
    }
    return page(request, actor, "dashboard/plan_history.html", context)


@require_POST
@for_people
def plan_state(request: HttpRequest, actor: Actor, plan_id: UUID, change: str) -> HttpResponse:
    """Pause, complete, or activate again."""
    actions = {
        "pause": (services.plan_pause, _("The plan is paused: the game offers free play and rest only.")),
        "complete": (services.plan_complete, _("The plan is completed.")),
        "activate": (services.plan_activate, _("The plan is active again.")),
    }
    if change not in actions:
        raise Problem(404, "not_found", "a plan can be paused, completed or activated")
    service, words = actions[change]
    seen = int(request.POST.get("row_version", "0") or 0)

    def match(row_version: int) -> None:
        if seen != row_version:
            raise Problem(412, "changed_meanwhile", "somebody changed this plan since you opened the page")

    try:
        service(actor=actor, plan_id=plan_id, match=match)
        messages.success(request, words)
    except Problem as problem:
        if problem.status not in (409, 412, 422):
            raise
        messages.warning(request, problem.detail.capitalize() + ".")
    return redirect("plan-history", plan_id=plan_id)
