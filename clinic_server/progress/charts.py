"""The job `charts`: draw a patient's pictures after each session, by whoever settings.CHART_RENDERER names.

The renderer lives above this app, so it is found by its dotted name. It is called outside any transaction
as `render(clinic_id=…, patient_id=…)`, reads inside `core.tenancy.scope(clinic_id)`, draws after leaving
it, and returns `Picture`s. A picture whose (panel, digest, locale, theme) is stored already may be left out.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.module_loading import import_string

from clinic_server.progress.models import ChartPicture

if TYPE_CHECKING:
    from clinic_server.core.models import Job

_KEPT = 2
"""How many pictures of a panel, locale and theme are kept: the newest, and one for a page still open."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One chart: `digest` is the SHA-256 of the data that it shows."""

    panel: str
    digest: str
    locale: str
    theme: str
    svg: str
    spec: dict[str, Any]


def compute(job: Job) -> list[Picture]:
    """Draw; no transaction is open. Without a dashboard installed there is nothing to draw."""
    module, _, _ = settings.CHART_RENDERER.rpartition(".")
    try:
        if importlib.util.find_spec(module) is None:
            return []
    except ModuleNotFoundError:
        return []
    render = import_string(settings.CHART_RENDERER)
    return list(render(clinic_id=job.clinic_id, patient_id=job.subject_id))


def store(job: Job, pictures: list[Picture]) -> None:
    """Keep the pictures, and forget those that newer ones replaced."""
    for each in pictures:
        key: dict[str, Any] = {
            "patient_id": job.subject_id,
            "panel": each.panel,
            "locale": each.locale,
            "theme": each.theme,
        }
        ChartPicture.objects.update_or_create(
            **key,
            digest=each.digest,
            defaults={"clinic_id": job.clinic_id, "svg": each.svg, "spec": each.spec},
        )
        old = ChartPicture.objects.filter(**key).exclude(digest=each.digest).order_by("-created_at")
        ChartPicture.objects.filter(id__in=list(old.values_list("id", flat=True)[_KEPT - 1 :])).delete()
