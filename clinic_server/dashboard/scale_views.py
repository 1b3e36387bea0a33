"""Entering and withdrawing a clinical scale's total from the patient's page."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic_server.core.problems import Problem
from clinic_server.dashboard.views import for_people
from clinic_server.patients import scales
from clinic_server.patients.selectors import patient_get

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from clinic_server.core.actors import Actor


@require_POST
@for_people
def scale_add(request: HttpRequest, actor: Actor, patient_id: UUID) -> HttpResponse:
    """Keep a total; what is wrong with it is said in a toast, and nothing is written."""
    patient_get(actor, patient_id)  # before anything is said of the input
    post = request.POST
    try:
        value = float(str(post.get("value", "")).replace(",", "."))
        taken_on = date.fromisoformat(str(post.get("taken_on", "")))
    except ValueError:
        messages.warning(request, _("Enter a number and a day."))
        return _back(patient_id)
    medication = {"on": True, "off": False}.get(str(post.get("medication", "")))
    try:
        row = scales.scale_add(
            actor=actor,
            patient_id=patient_id,
            scale=str(post.get("scale", "")),
            value=value,
            taken_on=taken_on,
            medication_on=medication,
            note=str(post.get("note", "")),
        )
    except Problem as problem:
        if problem.status != 422:
            raise
        messages.warning(request, problem.detail.capitalize() + ".")
        return _back(patient_id)
    known = scales.scales()[row.scale]
    words = {"name": known.name, "value": known.text(row.value)}
    messages.success(request, _("%(name)s %(value)s is kept.") % words)
    return _back(patient_id)


@require_POST
@for_people
def scale_withdraw(request: HttpRequest, actor: Actor, reading_id: UUID) -> HttpResponse:
    """Take a wrong reading out, with a reason."""
    row = scales.scale_withdraw(
        actor=actor, reading_id=reading_id, reason=str(request.POST.get("reason", "")) or _("entered wrongly")
    )
    messages.success(request, _("The reading is withdrawn: it counts no more, and stays to be seen."))
    return _back(row.patient_id)


def _back(patient_id: UUID) -> HttpResponse:
    return redirect(reverse("patient", args=[patient_id]) + "#scales")
