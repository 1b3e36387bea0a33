"""Vigour: does an offer of more make the reach quicker (SCIENCE 1.5)? From the points offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shared.metrics._decided import is_plain
from shared.metrics._rows import Value, whole
from shared.metrics._statistics import line
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Literal

    from numpy.typing import ArrayLike

    from shared.metrics._session import SessionData, TrialData

LEAST_TRIALS = 10


def _spec(
    metric: str,
    name: str,
    unit: str,
    better: Literal["higher", "lower", "neither"],
    what: str,
    rate_hz: float,
) -> MetricSpec:
    return MetricSpec(
        id=metric,
        version=1,
        name=name,
        unit=unit,
        better=better,
        definition=f"Slope of the {what} over the points that were offered before the trial (least squares, "
        "all trials with an offer, less those of stopping, turning and choosing; reaches of one length). "
        "Missing when the offers do not vary.",
        source="SCIENCE 1.5; Summerside, Shadmehr & Ahmed 2018, J Neurophysiol 119:2347 (not verified)",
        needs=("hand", "events"),
        min_rate_hz=rate_hz,
        max_jitter_ms=20.0,
        validated="none",
    )


SPEED = _spec(
    "vigour_speed_m_s_per_point", "Vigour: speed for reward", "m/s/point", "neither", "peak speed", 60.0
)
REACTION = _spec(
    "vigour_reaction_time_s_per_point",
    "Vigour: reaction time for reward",
    "s/point",
    "neither",
    "reaction time (go to movement onset)",
    60.0,
)


def vigour(offered_points: ArrayLike, measured: ArrayLike) -> Value | Missing:
    """Return the least-squares slope of a measure over the offered points.

    Args:
        offered_points, measured: shape (n,); NaN where a trial had no usable movement.
    """
    offered, seen = np.asarray(offered_points, dtype=np.float64), np.asarray(measured, dtype=np.float64)
    if not len(offered):
        return Missing("no_offers")
    usable = np.isfinite(offered) & np.isfinite(seen)
    if usable.sum() < LEAST_TRIALS:
        return Missing("too_few_trials")
    if np.ptp(offered[usable]) == 0.0:
        return Missing("offers_do_not_vary")
    slope, _ = line(offered[usable], seen[usable])
    return Value(slope, int(usable.sum()), float(usable.mean()))


def _measure(number: Callable[[TrialData], float | None]) -> Callable[[Sequence[TrialData]], Value | Missing]:
    def measure(trials: Sequence[TrialData]) -> Value | Missing:
        offers = [
            each for each in trials if each.view.start.reward_offered is not None and is_plain(each.view)
        ]
        values = [number(each) for each in offers]
        return vigour(
            [each.view.start.reward_offered or 0.0 for each in offers],
            [np.nan if each is None else each for each in values],
        )

    return measure


def compute(session: SessionData) -> list[MetricRow]:
    return [
        *whole(SPEED, session, _measure(lambda each: each.reach.peak_speed_m_s if each.reach else None)),
        *whole(REACTION, session, _measure(lambda each: each.reach.onset_s if each.reach else None)),
    ]


METRICS = MetricFamily(specs=(SPEED, REACTION), compute=compute)
