"""What only several sessions can tell: retention and the retained gain (SCIENCE 1.5)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.metrics._rows import Value, row
from shared.metrics.spec import MetricRow, MetricSpec, Missing

if TYPE_CHECKING:
    from collections.abc import Sequence

EARLIEST_H, LATEST_H = 12.0, 96.0

RETENTION = MetricSpec(
    id="retention",
    version=1,
    name="Retention",
    unit="1",
    better="higher",
    definition="Next-day probe gain over same-day probe gain: the fall of the probe's absolute bias from "
    "the earlier session's opening probe to this session's, over its fall to the earlier session's closing "
    "probe. The earlier session is the one just before; Missing unless it began 12-96 h ago, and when the "
    "same-day gain is below 1 SD between probes.",
    source="SCIENCE 1.5",
    needs=("hand",),
)
RETAINED_GAIN = MetricSpec(
    id="retained_gain_deg",
    version=1,
    name="Retained gain",
    unit="deg",
    better="higher",
    definition="Absolute bias of the baseline probe (the mean of the opening probes up to the first session "
    "with practice) less that of this session's opening probe, which must come 12-96 h after the session "
    "before; better positive. Quality 0.5 while the baseline is a single probe.",
    source="SCIENCE 1.5",
    needs=("hand",),
)
ACROSS = (RETENTION, RETAINED_GAIN)


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """A session for comparison: when it began and the rows that `compute_recording` gave."""

    session_id: str
    started_utc_ms: int
    rows: Sequence[MetricRow]

    def value(self, metric: str, scope: str = "") -> float | None:
        return next((each.value for each in self.rows if (each.metric, each.scope) == (metric, scope)), None)

    def count(self, metric: str) -> int:
        return next((each.n for each in self.rows if (each.metric, each.scope) == (metric, "")), 0)


def compute_across(
    sessions: Sequence[SessionSummary], *, between_probe_sd_deg: float | None = None
) -> dict[str, list[MetricRow]]:
    """Return retention and retained gain of every session, by session id.

    Args:
        sessions: one patient's sessions under one plan, in their order (epoch, device_seq), not by clock.
        between_probe_sd_deg: standard deviation between repeated probes, pooled over people. When None, it is
            taken from the spread of the probe's own trials (variable error / sqrt(n)), its lower bound.
    """
    return {
        session.session_id: [
            row(RETENTION, "", _retention(sessions[:at], session, between_probe_sd_deg)),
            row(RETAINED_GAIN, "", _retained_gain(sessions[:at], session)),
        ]
        for at, session in enumerate(sessions)
    }


def _previous(earlier: Sequence[SessionSummary], session: SessionSummary) -> SessionSummary | Missing:
    """The session before, when it lies 12-96 h back, or why it does not count."""
    if not earlier:
        return Missing("first_session")
    hours = (session.started_utc_ms - earlier[-1].started_utc_ms) / 3_600_000
    if hours < 0:
        return Missing("clock_set_back")
    if hours < EARLIEST_H:
        return Missing("same_day_session")
    return earlier[-1] if hours <= LATEST_H else Missing("too_long_ago")


def _retention(
    earlier: Sequence[SessionSummary], session: SessionSummary, pooled_sd: float | None
) -> Value | Missing:
    before = _previous(earlier, session)
    if isinstance(before, Missing):
        return before
    opening, closing = before.value("opening_probe_bias_deg"), before.value("closing_probe_bias_deg")
    now = session.value("opening_probe_bias_deg")
    if opening is None or closing is None or now is None:
        return Missing("no_probe")
    spread = pooled_sd
    if spread is None:
        error = before.value("variable_error_deg")
        if error is None:
            return Missing("no_probe_spread")
        spread = error / math.sqrt(max(1, before.count("opening_probe_bias_deg")))
    same_day = abs(opening) - abs(closing)
    if same_day < spread or same_day <= 0:
        return Missing("same_day_gain_too_small")
    return Value((abs(opening) - abs(now)) / same_day, session.count("opening_probe_bias_deg"))


def _retained_gain(earlier: Sequence[SessionSummary], session: SessionSummary) -> Value | Missing:
    before = _previous(earlier, session)
    if isinstance(before, Missing):
        return before
    practised = [at for at, each in enumerate(earlier) if (each.value("trials") or 0.0) > 0]
    if not practised:
        return Missing("no_practice_yet")
    baseline = [
        bias
        for each in earlier[: practised[0] + 1]
        if (bias := each.value("opening_probe_bias_deg")) is not None
    ]
    now = session.value("opening_probe_bias_deg")
    if not baseline or now is None:
        return Missing("no_probe")
    gain = abs(sum(baseline) / len(baseline)) - abs(now)
    return Value(gain, session.count("opening_probe_bias_deg"), 1.0 if len(baseline) > 1 else 0.5)
