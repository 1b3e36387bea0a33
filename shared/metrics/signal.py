"""How good the input device's signal was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.metrics._rows import Value, row
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing

if TYPE_CHECKING:
    from shared.metrics._session import SessionData

DROPOUTS = MetricSpec(
    id="dropout_share",
    version=1,
    name="Share of lost samples",
    unit="1",
    better="lower",
    definition="Share of the session's ticks for which the input device gave nothing usable.",
    source="Movere's own",
    needs=("events",),
)
RATE = MetricSpec(
    id="sample_rate_hz",
    version=1,
    name="Sample rate",
    unit="Hz",
    better="higher",
    definition="One over the median step between the raw rows' stamps; as declared for a mouse, which sends "
    "nothing while it rests, and where there are no raw rows.",
    source="Movere's own",
    needs=("events",),
)
JITTER = MetricSpec(
    id="stamp_jitter_ms",
    version=1,
    name="Jitter of the stamps",
    unit="ms",
    better="lower",
    definition="As the client measured it while recording.",
    source="Movere's own",
    needs=("events",),
)


def compute(session: SessionData) -> list[MetricRow]:
    lost = session.lost_share
    ticks = session.recording.ticks
    return [
        row(DROPOUTS, "", Missing("no_samples") if lost is None else Value(lost, ticks)),
        row(RATE, "", Value(session.rate_hz, ticks)),
        row(JITTER, "", Value(session.recording.device.stamp_jitter_ms, ticks)),
    ]


METRICS = MetricFamily(specs=(DROPOUTS, RATE, JITTER), compute=compute)
