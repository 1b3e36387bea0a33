"""The panels of a patient's page, one file each, in a fixed order that never depends on the data.

A panel is found by walking this package: a module with `PANEL` and the template that it names.
"""

from __future__ import annotations

from functools import cache

from clinic_server.dashboard.panels._spec import PanelSpec
from shared.plugins import discover

__all__ = ["PanelSpec", "all_panels", "metrics_read"]


@cache
def all_panels() -> tuple[PanelSpec, ...]:
    """Return every panel in reading order."""
    found: list[PanelSpec] = list(discover(__name__, "PANEL").values())
    return tuple(sorted(found, key=lambda each: each.order))


def metrics_read() -> frozenset[str]:
    """Return the metrics that any panel reads."""
    return frozenset().union(*(each.metrics for each in all_panels()))
