"""Filters: pictures that our own worker drew, words from keys, ids for anchors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from clinic_server.dashboard import spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

register = template.Library()
_SIZE = re.compile(r'<svg([^>]*?) width="([\d.]+)" height="([\d.]+)"')


@register.filter
def picture(svg: str) -> SafeString:
    """Inline a stored chart: it was drawn by our worker from numbers, and carries no script or style."""
    if "<script" in svg or "<style" in svg or "onload" in svg:
        return mark_safe("")
    sized = _SIZE.sub(r'<svg\1 width="\2" height="\3" aria-hidden="true" focusable="false"', svg, count=1)
    return mark_safe(sized)  # noqa: S308 - see above


@register.filter
def words(key: str) -> str:
    """`error_based` -> `error-based`, in the language that is active."""
    return spoken.words(key)


@register.filter
def slug(key: str) -> str:
    """`run.sparc` -> `run-sparc`."""
    return re.sub(r"[^a-z0-9_-]+", "-", str(key).lower())


@register.filter
def percent(share: float | None) -> str:
    """`0.634` -> `63 %`; nothing for None."""
    return "" if share is None else f"{100 * share:.0f} %"


@register.filter
def width(share: float | None, full: int) -> str:
    """Length of a bar for a share of a full one, never more than full."""
    return f"{full * min(1.0, share or 0.0):.1f}"


@register.filter
def minutes(seconds: float | None) -> str:
    """Seconds as whole minutes, at least one."""
    return "" if seconds is None else str(max(1, round(seconds / 60)))


@register.filter
def unlocalized(value: float) -> str:
    """A number exactly as stored, for programs that read the page."""
    return repr(float(value))


@register.filter
def with_value(rows: Iterable[Any]) -> list[Any]:
    """Those rows of results that have a value."""
    return [row for row in rows if row.value is not None]


@register.filter
def without_value(rows: Iterable[Any]) -> list[Any]:
    """Those rows of results that have a reason instead."""
    return [row for row in rows if row.value is None]


@register.filter
def at(found: Mapping[str, Any], key: str) -> Any:
    """What a mapping has under a key, nothing when it has none."""
    return found.get(key, ())


@register.filter
def plain(value: float) -> str:
    """A number as a form or a drawing takes it: no separators, whatever the language."""
    return f"{float(value):g}"


@register.filter
def decimal(value: float | None, digits: int) -> str:
    """A number with so many digits, rounded once."""
    return "" if value is None else f"{value:.{digits}f}"
