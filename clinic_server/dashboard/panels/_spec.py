"""What a panel declares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from clinic_server.dashboard.figure import Figure
from clinic_server.dashboard.record import PatientRecord


def _no_figures(record: PatientRecord) -> Sequence[Figure]:
    return ()


def _nothing(record: PatientRecord) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class PanelSpec:
    """A panel: a name, the question that it answers, and where its numbers come from."""

    id: str
    """The section's anchor and its template, `dashboard/panels/<id>.html`."""
    order: int
    """Its place in reading order: fixed, whatever the data."""
    name: Any
    """Lazily translated, as are `question` and `link`."""
    question: Any
    link: Any
    """Its name in the line of links below the banner."""
    metrics: frozenset[str] = frozenset()
    """The metrics whose results it reads from the record."""
    build: Callable[[PatientRecord], dict[str, Any]] = _nothing
    """What its template shows beside the figures, as `data`. Runs for a person (`record.actor`)."""
    figures: Callable[[PatientRecord], Sequence[Figure]] = _no_figures
    """Its figures; from the record alone, since the worker asks too."""

    @property
    def template(self) -> str:
        return f"dashboard/panels/{self.id}.html"
