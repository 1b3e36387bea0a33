"""The pages of triage and of those who look after it: thin, as `views`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clinic_server.core.problems import Problem, not_found
from clinic_server.dashboard import oversight, triage
from clinic_server.dashboard.views import csv_file, for_people, page
from clinic_server.progress import flag_services
from clinic_server.progress import triage as lists

if TYPE_CHECKING:
    from django.http import HttpRequest

    from clinic_server.core.actors import Actor


@require_GET
@for_people
def triage_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    context = triage.triage_page(actor, request.GET)
    return page(request, actor, "dashboard/triage.html", {**context, "place": "triage"})


@require_GET
@for_people
def triage_csv(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every row of a filter, not only the page's."""
    rows = lists.every_row(actor, triage.filter_from(request.GET), action="triage.csv")
    return csv_file("triage.csv", triage.csv_rows(rows))


@require_POST
@for_people
def flags_acknowledge(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take a patient's flags off the list; the toast undoes it, and the focus goes to the next row."""
    found, back = _ids(request), _back(request)
    try:
        flags = [
            flag_services.flag_acknowledge(
                actor=actor, flag_id=each, reason=request.POST.get("reason", ""),
                outcome="dismissed" if request.POST.get("outcome") == "dismissed" else "acted",
            )
            for each in found
        ]  # fmt: skip
    except Problem as error:
        if error.status != 422:
            raise
        messages.warning(request, error.detail.capitalize() + ".")
        return redirect(back)
    if flags:
        undo = f"{reverse('flags-reopen')}?{urlencode([('flag', each.id) for each in flags])}"
        words = {"patient": flags[0].patient.pseudonym, "reason": flags[0].reason}
        messages.success(request, _("Acknowledged for %(patient)s: %(reason)s") % words, extra_tags=undo)
    return redirect(back)


@require_POST
@for_people
def flags_reopen(request: HttpRequest, actor: Actor) -> HttpResponse:
    flags = [flag_services.flag_reopen(actor=actor, flag_id=each) for each in _ids(request)]
    if flags:
        name = {"patient": flags[0].patient.pseudonym}
        messages.success(request, _("Back on the list: %(patient)s.") % name)
    return redirect("triage")


@require_POST
@for_people
def flag_raise(request: HttpRequest, actor: Actor, patient_id: UUID) -> HttpResponse:
    """Ask a colleague for a look."""
    try:
        flag = flag_services.flag_raise(
            actor=actor, patient_id=patient_id, reason=request.POST.get("reason", "")
        )
    except Problem as error:
        if error.status != 422:
            raise
        messages.warning(request, error.detail.capitalize() + ".")
    else:
        messages.success(request, _("On the list: %(patient)s.") % {"patient": flag.patient.pseudonym})
    return redirect(_back(request))


@require_POST
@for_people
def take_on(request: HttpRequest, actor: Actor, patient_id: UUID) -> HttpResponse:
    row = flag_services.patient_take_on(actor=actor, patient_id=patient_id)
    messages.success(request, _("%(patient)s is yours now.") % {"patient": row.patient.pseudonym})
    return redirect(_back(request))


@require_POST
@for_people
def filter_save(request: HttpRequest, actor: Actor) -> HttpResponse:
    query = urlencode(triage.filter_from(request.POST).query)
    try:
        row = flag_services.filter_save(actor=actor, name=request.POST.get("name", ""), query=query)
    except Problem as error:
        if error.status != 422:
            raise
        messages.warning(request, error.detail.capitalize() + ".")
    else:
        messages.success(request, _("Saved: %(name)s.") % {"name": row.name})
    return redirect(f"{reverse('triage')}?{query}")


@require_POST
@for_people
def filter_delete(request: HttpRequest, actor: Actor, filter_id: UUID) -> HttpResponse:
    flag_services.filter_delete(actor=actor, filter_id=filter_id)
    return redirect("triage")


@require_GET
@for_people
def rules(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The clinic's rules, and how often they were right."""
    context = oversight.rules_page(actor)
    return page(request, actor, "dashboard/rules.html", {**context, "place": "triage"})


@require_GET
@for_people
def patient_rules(request: HttpRequest, actor: Actor, patient_id: UUID) -> HttpResponse:
    """The rules as they stand for one patient."""
    context = oversight.rules_page(actor, patient_id)
    return page(request, actor, "dashboard/rules.html", {**context, "place": "patients"})


@require_POST
@for_people
def rule_set(request: HttpRequest, actor: Actor) -> HttpResponse:
    return _rule_set(request, actor, None, reverse("rules"))


@require_POST
@for_people
def patient_rule_set(request: HttpRequest, actor: Actor, patient_id: UUID) -> HttpResponse:
    return _rule_set(request, actor, patient_id, reverse("patient-rules", args=[patient_id]))


def _rule_set(request: HttpRequest, actor: Actor, patient_id: UUID | None, back: str) -> HttpResponse:
    def same(version: int) -> None:
        if request.POST.get("version") != str(version):
            raise Problem(422, "changed_meanwhile", _("somebody changed the rules meanwhile; look again"))

    try:
        changes = oversight.changes_from(request.POST)
        flag_services.rule_set(
            actor=actor, rule=request.POST.get("rule", ""), changes=changes, patient_id=patient_id, match=same
        )
    except Problem as error:
        if error.status != 422:
            raise
        messages.warning(request, error.detail.capitalize() + ".")
    else:
        messages.success(request, _("The rule is set."))
    return redirect(back)


@require_GET
@for_people
def rules_csv(request: HttpRequest, actor: Actor) -> HttpResponse:
    return csv_file("rules.csv", oversight.rules_csv(actor))


@require_GET
@for_people
def caseload(request: HttpRequest, actor: Actor) -> HttpResponse:
    context = oversight.caseload_page(actor, request.GET)
    return page(request, actor, "dashboard/caseload.html", {**context, "place": "caseload"})


@require_GET
@for_people
def caseload_csv(request: HttpRequest, actor: Actor) -> HttpResponse:
    return csv_file("caseload.csv", oversight.caseload_csv(actor, request.GET))


@require_GET
@for_people
def health(request: HttpRequest, actor: Actor) -> HttpResponse:
    context = oversight.health_page(actor, request.GET)
    return page(request, actor, "dashboard/health.html", {**context, "place": "health"})


@require_GET
@for_people
def health_csv(request: HttpRequest, actor: Actor) -> HttpResponse:
    return csv_file("data-health.csv", oversight.health_csv(actor))


def _ids(request: HttpRequest) -> list[UUID]:
    """Read the flags of a form or an address.

    Raises:
        Problem: 404 when one of them is no id.
    """
    given: Any = [*request.POST.getlist("flag"), *request.GET.getlist("flag")]
    try:
        return [UUID(each) for each in given]
    except ValueError as error:
        raise not_found() from error


def _back(request: HttpRequest) -> str:
    """Where the list stood, and the row that the focus goes to."""
    query, row = request.POST.get("back", ""), request.POST.get("at", "")
    return reverse("triage") + (f"?{query}" if query else "") + (f"#row-{row}" if row else "")
