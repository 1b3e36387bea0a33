"""What only several sessions can tell: retained gain, retention, savings, interference, and what is pooled.

Pooled are the stop-signal reaction time and the shift of the speed-accuracy function.

Definitions of SCIENCE 1.5. The baseline probe is the mean of the opening probes up to the first practice
under the plan (two are asked for); the next-day probe is the opening probe of the next session, 12-96 h
later. Gains are changes of the absolute bias, better positive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.metrics._across_specs import ACROSS, SHIFT
from shared.metrics._exposures import (
    exposures_of,
    interference,
    interference_early,
    savings,
    savings_early,
)
from shared.metrics._repeatability import probe_ratio, repeatability
from shared.metrics._rows import Value, row
from shared.metrics._speed_accuracy_shift import Reaches, accuracy_shift, first_and_newest, reaches_of
from shared.metrics._stop_signal import (
    LEAST_RATE_HZ,
    LEAST_STOP_TRIALS,
    StopTrials,
    pooled,
    stop_signal_reaction_time,
    stop_trials_of,
)
from shared.metrics.spec import MetricRow, Missing
from shared.wire.trials import trials_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.wire.session import Recording

__all__ = [
    "ACROSS",
    "EARLIEST_H",
    "LATEST_H",
    "SessionSummary",
    "between_probe_sd",
    "compute_across",
    "summary_of",
]
EARLIEST_H, LATEST_H = 12.0, 96.0
LEAST_REPEATS = 5
"""From this many probes without practice between them on, a person's own between-probe SD is used."""
_PROBE = "opening_probe_bias_deg"
_FIRST_PAGES = "trace_first_error_relative"


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """A session for comparison: when it began and the rows that `compute_recording` gave.

    `stop`, `reaches` and `device` (kind of input device) are needed only for what is pooled over sessions:
    the stop-signal reaction time and the shift of the speed-accuracy function.
    """

    session_id: str
    started_utc_ms: int
    rows: Sequence[MetricRow]
    stop: StopTrials | None = None
    reaches: Reaches | None = None
    device: str = ""
    rate_hz: float = LEAST_RATE_HZ

    def value(self, metric: str, scope: str = "") -> float | None:
        return next((each.value for each in self.rows if (each.metric, each.scope) == (metric, scope)), None)

    def count(self, metric: str) -> int:
        return next((each.n for each in self.rows if (each.metric, each.scope) == (metric, "")), 0)

    @property
    def probe_spread_deg(self) -> float | None:
        """The least that the opening probe's mean scatters: its reaches' SD over the root of their number."""
        error = self.value("variable_error_deg")
        return None if error is None else error / float(np.sqrt(max(1, self.count(_PROBE))))


def summary_of(recording: Recording, rows: Sequence[MetricRow]) -> SessionSummary:
    """Summarise a recording for comparison; `rows` are those that `compute_recording` gave."""
    trials = trials_of(recording.events)
    return SessionSummary(
        session_id=str(recording.id),
        started_utc_ms=recording.started_utc_ms,
        rows=rows,
        stop=stop_trials_of(trials, recording.tick_hz),
        reaches=reaches_of(trials),
        device=recording.device.kind,
        rate_hz=recording.device.rate_hz or float(recording.tick_hz),
    )


def compute_across(
    sessions: Sequence[SessionSummary], *, between_probe_sd_deg: float | None = None
) -> dict[str, list[MetricRow]]:
    """Return every metric of `ACROSS` for every session, by session id.

    Args:
        sessions: one patient's sessions under one plan, in their order (epoch, device_seq), not by clock.
            With the rows of scope `block:*` among theirs, savings and interference see each block; else a
            session counts as one exposure.
        between_probe_sd_deg: standard deviation between repeated probes, pooled over people like this one;
            when None, the person's own spread of reaches stands in (`between_probe_sd`).
    """
    exposed = [exposures_of(each.rows) for each in sessions]
    found: dict[str, list[MetricRow]] = {}
    for at, session in enumerate(sessions):
        earlier = sessions[:at]
        before = _previous(earlier, session)
        baseline = _baseline(earlier, _PROBE)
        gain = _retained_gain(before, baseline, session)
        past = [each for exposures in exposed[:at] for each in exposures] + exposed[at][:-1]
        now = exposed[at][-1] if exposed[at] else None
        values: list[Value | Missing] = [
            _retention(before, baseline, session, between_probe_sd_deg),
            before if isinstance(before, Missing) else Value(_hours(before, session), 1),
            gain,
            _in_sd(gain, baseline, before, between_probe_sd_deg),
            _fall(before, earlier, session, "opening_probe_spread_deg", power=2.0),
            _fall(before, earlier, session, "speed_at_fixed_accuracy_s", power=1.0),
            *(
                Missing("no_perturbation") if now is None else measure(past, now)
                for measure in (savings, savings_early, interference, interference_early)
            ),
            _ssrt(earlier, session),
            _shift(earlier, session),
            _trace_savings(earlier, session),
        ]
        found[session.session_id] = [row(spec, "", value) for spec, value in zip(ACROSS, values, strict=True)]
    return found


def _hours(before: SessionSummary, session: SessionSummary) -> float:
    return (session.started_utc_ms - before.started_utc_ms) / 3_600_000


def _previous(earlier: Sequence[SessionSummary], session: SessionSummary) -> SessionSummary | Missing:
    """The session before, when it lies 12-96 h back, or why it does not count."""
    if not earlier:
        return Missing("first_session")
    hours = _hours(earlier[-1], session)
    if hours < 0:
        return Missing("clock_set_back")
    if hours < EARLIEST_H:
        return Missing("same_day_session")
    return earlier[-1] if hours <= LATEST_H else Missing("too_long_ago")


def _baseline(earlier: Sequence[SessionSummary], metric: str) -> list[float] | Missing:
    """A metric's values up to the first session with practice, that session's included."""
    practised = [at for at, each in enumerate(earlier) if (each.value("trials") or 0.0) > 0]
    if not practised:
        return Missing("no_practice_yet")
    probes = [each.value(metric) for each in earlier[: practised[0] + 1]]
    kept = [each for each in probes if each is not None]
    return kept or Missing("no_probe")


def between_probe_sd(
    baseline: Sequence[float], pooled_sd: float | None, own_spread: float | None
) -> float | Missing:
    """Return the SD between repeated probes: the person's own from five repeats on, else what people share.

    Until then it is the larger of a given `pooled_sd` and the probe's own spread (its reaches' SD over the
    root of their number) times the ratio that repeated probes showed, pooled over people. Without a spread
    it is the SD pooled over people.
    """
    if len(baseline) >= LEAST_REPEATS:
        own = float(np.std(np.asarray(baseline), ddof=1))
        if own > 0:
            return own
    expected = None if own_spread is None else own_spread * probe_ratio()
    if pooled_sd is None and expected is None and (measured := repeatability().get(_PROBE)) is not None:
        pooled_sd = measured.sd_within
    known = [each for each in (pooled_sd, expected) if each is not None and each > 0]
    return max(known) if known else Missing("no_probe_spread")


def _retention(
    before: SessionSummary | Missing,
    baseline: list[float] | Missing,
    session: SessionSummary,
    pooled_sd: float | None,
) -> Value | Missing:
    if isinstance(before, Missing):
        return before
    opening, closing = before.value(_PROBE), before.value("closing_probe_bias_deg")
    now = session.value(_PROBE)
    if opening is None or closing is None or now is None:
        return Missing("no_probe")
    own = [] if isinstance(baseline, Missing) else baseline
    spread = between_probe_sd(own, pooled_sd, before.probe_spread_deg)
    if isinstance(spread, Missing):
        return spread
    same_day = abs(opening) - abs(closing)
    if same_day < spread or same_day <= 0:
        return Missing("same_day_gain_too_small")
    return Value((abs(opening) - abs(now)) / same_day, session.count(_PROBE))


def _retained_gain(
    before: SessionSummary | Missing, baseline: list[float] | Missing, session: SessionSummary
) -> Value | Missing:
    if isinstance(before, Missing):
        return before
    if isinstance(baseline, Missing):
        return baseline
    now = session.value(_PROBE)
    if now is None:
        return Missing("no_probe")
    gain = abs(sum(baseline) / len(baseline)) - abs(now)
    return Value(gain, session.count(_PROBE), 1.0 if len(baseline) > 1 else 0.5)


def _fall(
    before: SessionSummary | Missing,
    earlier: Sequence[SessionSummary],
    session: SessionSummary,
    metric: str,
    *,
    power: float,
) -> Value | Missing:
    """Return by how much a metric fell from its baseline (a mean of that power) to this session."""
    if isinstance(before, Missing):
        return before
    baseline, now = _baseline(earlier, metric), session.value(metric)
    if isinstance(baseline, Missing):
        return baseline
    if now is None:
        return Missing("no_probe")
    mean = float(np.mean(np.asarray(baseline) ** power) ** (1.0 / power))
    return Value(mean - now, session.count(metric), 1.0 if len(baseline) > 1 else 0.5)


def _in_sd(
    gain: Value | Missing,
    baseline: list[float] | Missing,
    before: SessionSummary | Missing,
    pooled_sd: float | None,
) -> Value | Missing:
    if isinstance(gain, Missing):
        return gain
    own = [] if isinstance(baseline, Missing) else baseline
    spread = between_probe_sd(
        own, pooled_sd, None if isinstance(before, Missing) else before.probe_spread_deg
    )
    if isinstance(spread, Missing):
        return spread
    return Value(gain.value / spread, gain.n, gain.quality)


def _ssrt(earlier: Sequence[SessionSummary], session: SessionSummary) -> Value | Missing:
    if session.stop is None or not len(session.stop.stop_rt_s):
        return Missing("no_stop_trials")
    if session.rate_hz < LEAST_RATE_HZ:
        return Missing("sample_rate_too_low")
    parts = [session.stop]
    for each in reversed(earlier):
        if sum(len(part.stop_rt_s) for part in parts) >= LEAST_STOP_TRIALS:
            break
        if each.stop is not None and each.device == session.device and each.rate_hz >= LEAST_RATE_HZ:
            parts.append(each.stop)
    found = stop_signal_reaction_time(pooled(parts[::-1]))
    return found if isinstance(found, Missing) else Value(found.ssrt_s, found.stop_trials)


def _shift(earlier: Sequence[SessionSummary], session: SessionSummary) -> Value | Missing:
    now = session.reaches
    if now is None:
        return Missing("no_unperturbed_trials")
    if session.rate_hz < SHIFT.min_rate_hz:
        return Missing("sample_rate_too_low")
    like = [
        each.reaches
        for each in earlier
        if each.reaches is not None
        and each.reaches.asks_as(now)
        and each.device == session.device
        and each.rate_hz >= SHIFT.min_rate_hz
    ]
    sides = first_and_newest([*like, now])
    if isinstance(sides, Missing):
        return sides
    first, newest = sides
    # One size of target for both, whatever it was later.
    found = accuracy_shift(
        first.time_s, first.error_m <= first.radius_m, newest.time_s, newest.error_m <= first.radius_m
    )
    n = len(first.time_s) + len(newest.time_s)
    return found if isinstance(found, Missing) else Value(found, n)


def _trace_savings(earlier: Sequence[SessionSummary], session: SessionSummary) -> Value | Missing:
    now = session.value(_FIRST_PAGES)
    if now is None:
        return Missing("no_mirror")
    naive = next((value for each in earlier if (value := each.value(_FIRST_PAGES)) is not None), None)
    if naive is None:
        return Missing("first_exposure")
    return Value((naive - now) / naive, session.count(_FIRST_PAGES)) if naive > 0.0 else Missing("no_error")
