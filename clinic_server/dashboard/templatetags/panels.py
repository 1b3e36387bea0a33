"""Filters of the panels: cells with their column's name, for narrow screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

if TYPE_CHECKING:
    from collections.abc import Iterable

register = template.Library()


@register.filter
def labelled(cells: Iterable[str], headers: Iterable[str]) -> list[tuple[str, str]]:
    """Each cell of a row with the header of its column."""
    return list(zip(headers, cells, strict=True))
