"""The numbers of a session as rows for a table, each with what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clinic_server.progress.models import MetricDefinition, MetricResult


@dataclass(frozen=True, slots=True)
class ShownResult:
    metric: str
    name: str
    text: str
    value: float | None
    n: int
    quality: int
    missing: str
    definition: str
    version: int
    source: str


def shown_results(
    results: list[MetricResult], definitions: Mapping[str, MetricDefinition]
) -> list[ShownResult]:
    """The whole session's numbers of the newest session, in the order of the definitions' names."""
    found = []
    for each in results:
        about = definitions.get(each.metric)
        if each.scope or (about and about.version != each.version):
            continue
        found.append(
            ShownResult(
                metric=each.metric,
                name=about.name if about else each.metric,
                text=""
                if each.value is None
                else f"{each.value:.4g} {'' if each.unit == '1' else each.unit}".strip(),
                value=each.value,
                n=each.n,
                quality=round(100 * each.quality),
                missing=(each.missing_reason or "").replace("_", " "),
                definition=about.definition if about else "",
                version=each.version,
                source=each.source,
            )
        )
    return sorted(found, key=lambda each: (each.value is None, each.name))
