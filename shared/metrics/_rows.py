"""From trials to rows: scopes, gates, medians. One place decides when a number is Missing."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.metrics._repeatability import smallest_detectable_change
from shared.metrics._session import PHASES
from shared.metrics.spec import MetricRow, MetricSpec, Missing

if TYPE_CHECKING:
    from shared.metrics._session import SessionData, TrialData

MIN_TRIALS = 4
_LENGTH_UNITS = frozenset({"m", "mm", "mm2", "m/s", "m/s/point"})


@dataclass(frozen=True, slots=True)
class Value:
    """A number from `n` trials; `quality` is the share of the trials asked for that could be used."""

    value: float
    n: int
    quality: float = 1.0


def row(spec: MetricSpec, scope: str, found: Value | Missing) -> MetricRow:
    """Make the row; a number that is not finite becomes Missing("not_finite")."""
    if isinstance(found, Value) and not math.isfinite(found.value):
        found = Missing("not_finite")
    has = isinstance(found, Value)
    return MetricRow(
        metric=spec.id,
        version=spec.version,
        scope=scope,
        value=found.value if isinstance(found, Value) else None,
        unit=spec.unit,
        quality=min(1.0, max(0.0, found.quality)) if isinstance(found, Value) else 0.0,
        n=found.n if isinstance(found, Value) else 0,
        missing_reason=None if has else found.reason,  # type: ignore[union-attr]
        smallest_detectable_change=None if scope else smallest_detectable_change(spec.id),
    )


def gate(spec: MetricSpec, session: SessionData) -> str | None:
    """Say why this session's signal cannot carry the metric, or None."""
    if "hand" in spec.needs:
        if session.hand_missing is not None:
            return session.hand_missing
        if spec.unit in _LENGTH_UNITS and session.recording.device.unit != "m":
            return "uncalibrated"
    if session.rate_hz < spec.min_rate_hz:
        return "sample_rate_too_low"
    if session.recording.device.stamp_jitter_ms > spec.max_jitter_ms:
        return "stamp_jitter_too_high"
    return None


def scopes(
    session: SessionData, among: Sequence[TrialData] | None = None
) -> Iterator[tuple[str, list[TrialData]]]:
    """Yield the practice trials as the session, then every phase played, then blocks if there are several.

    `among` are the trials that the metric is about: reaches to one target that stayed, unless said otherwise.
    """
    trials = [each for each in session.trials if each.invalid != "decided"] if among is None else among
    by_phase = {name: [each for each in trials if each.phase == name] for name in PHASES}
    yield "", by_phase["practice"]
    for name, found in by_phase.items():
        if found:
            yield f"phase:{name}", found
    if len({each.block for each in session.played}) > 1:
        for block in dict.fromkeys(each.block for each in trials):
            yield f"block:{block}", [each for each in by_phase["practice"] if each.block == block]


def scoped(
    spec: MetricSpec,
    session: SessionData,
    measure: Callable[[Sequence[TrialData]], Value | Missing],
    among: Sequence[TrialData] | None = None,
) -> list[MetricRow]:
    """Apply `measure` to the trials of every scope, after the gates."""
    blocked = gate(spec, session)
    none = Missing("no_trials") if among is not None else without_target(session)
    return [
        row(spec, scope, Missing(blocked) if blocked else measure(trials) if trials else none)
        for scope, trials in scopes(session, among)
    ]


def without_target(session: SessionData) -> Missing:
    """Say why there is no trial with a target: only courses were followed, or nothing was played."""
    return Missing("no_reaches" if session.courses and not session.trials else "no_trials")


def median_of(trials: Sequence[TrialData], number: Callable[[TrialData], float | None]) -> Value | Missing:
    """Return the median of a number over the trials that have it."""
    values = [each for each in map(number, trials) if each is not None]
    if len(values) < MIN_TRIALS:
        return Missing("too_few_trials")
    return Value(float(np.median(values)), len(values), len(values) / len(trials))


def by_block(
    spec: MetricSpec, session: SessionData, measure: Callable[[Sequence[TrialData]], Value | Missing]
) -> list[MetricRow]:
    """Apply `measure` to each block whole; the session's value is the mean of the blocks that have one."""
    blocked = gate(spec, session)
    if blocked:
        return [row(spec, "", Missing(blocked))]
    found = {block: measure(trials) for block, trials in session.blocks.items()}
    values = [each for each in found.values() if isinstance(each, Value)]
    reasons = [each.reason for each in found.values() if isinstance(each, Missing)]
    whole: Value | Missing
    if values:
        whole = Value(
            float(np.mean([each.value for each in values])),
            sum(each.n for each in values),
            float(np.mean([each.quality for each in values])),
        )
    else:
        whole = Missing(reasons[0]) if reasons else without_target(session)
    rows = [row(spec, "", whole)]
    if len(found) > 1:
        rows += [row(spec, f"block:{block}", each) for block, each in found.items()]
    return rows


def whole(
    spec: MetricSpec, session: SessionData, measure: Callable[[Sequence[TrialData]], Value | Missing]
) -> list[MetricRow]:
    """Apply `measure` to all trials of the session."""
    blocked = gate(spec, session)
    if not blocked and session.courses and not session.trials:
        return [row(spec, "", without_target(session))]
    return [row(spec, "", Missing(blocked) if blocked else measure(session.trials))]


def hands(trials: Sequence[TrialData]) -> list[float]:
    """Return the hand angles, degrees relative to the target, of the trials whose movement is used."""
    return [each.hand_deg for each in trials if each.hand_deg is not None]


def mean_of(values: Sequence[float], of: int, at_least: int = MIN_TRIALS) -> Value | Missing:
    """Return the mean of `values`, out of `of` trials that could have given one."""
    if len(values) < at_least:
        return Missing("too_few_trials")
    return Value(float(np.mean(values)), len(values), len(values) / max(1, of))
