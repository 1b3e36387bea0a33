"""What repetition leaves: a pull of the free reach towards the practised direction (SCIENCE 1.5, 2.8).

Practice is reaching, or swaying in time; a sway's direction is its own, there and back counted as one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from shared.metrics._rows import MIN_TRIALS, Value, by_block
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing
from shared.units import wrap_deg
from shared.wire.events import PaceOn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

    from shared.metrics._session import SessionData, TrialData

USE_DEPENDENT = MetricSpec(
    id="use_dependent_bias_deg",
    version=2,
    name="Use-dependent bias",
    unit="deg",
    better="neither",
    definition="Mean hand angle of the no-feedback reaches after practice, less the same target's before it, "
    "counted positive towards the direction that the hand repeated in practice; only targets 15 to 165 deg "
    "away from it. Where practice swayed to and fro, the nearer of the two ways counts, and only targets up "
    "to 75 deg from it. Missing when practice went more than 30 deg to either side of one direction. Mean "
    "over blocks.",
    source="SCIENCE 1.5, 2.8; Verstynen & Sabes 2011, J Neurosci 31:10050 (not verified)",
    needs=("hand",),
    min_rate_hz=25.0,
    max_jitter_ms=20.0,
    validated="none",
)
SPREAD_DEG = 30.0
NEAR_DEG, FAR_DEG = 15.0, 165.0
"""Nearer than this there is no side to be pulled to; opposite, either side leads there."""
SWAY_FAR_DEG = 75.0
"""Between the two ways of a sway either one leads there."""


def practised_direction_deg(executed_deg: ArrayLike) -> float | Missing:
    """Return the circular mean of the directions that the hand took, or why there is no single one.

    Args:
        executed_deg: shape (n,), absolute directions of the practised reaches, degrees counter-clockwise.
    """
    angles = np.radians(np.asarray(executed_deg, dtype=np.float64))
    if len(angles) < MIN_TRIALS:
        return Missing("too_few_trials")
    mean = float(np.degrees(np.arctan2(np.sin(angles).mean(), np.cos(angles).mean())))
    apart = np.degrees(np.abs(np.angle(np.exp(1j * (angles - np.radians(mean))))))
    # Motor noise puts single reaches outside; practice in several directions puts most of them there.
    return mean if float(np.median(apart)) <= SPREAD_DEG else Missing("many_directions")


def use_dependent_bias(
    practised_deg: float,
    probes: Mapping[float, tuple[ArrayLike, ArrayLike]],
    *,
    both_ways: bool = False,
) -> Value | Missing:
    """Return the mean pull towards the practised direction at targets to its side, in degrees.

    Args:
        practised_deg: the practised direction, absolute.
        probes: target direction (absolute, deg) -> (hand angles before, after), relative to that target.
        both_ways: practice went to and fro: the nearer of the two ways is the one that pulls.
    """
    pulls: list[float] = []
    far_deg = SWAY_FAR_DEG if both_ways else FAR_DEG
    for target, (before, after) in probes.items():
        away = wrap_deg(practised_deg - target)
        if both_ways and abs(away) > 90.0:
            away = wrap_deg(away + 180.0)
        first, then = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
        if NEAR_DEG <= abs(away) <= far_deg and len(first) and len(then):
            pulls += [np.sign(away) * (float(each) - float(first.mean())) for each in then]
    if not pulls:
        return Missing("no_far_probe")
    if len(pulls) < MIN_TRIALS:
        return Missing("too_few_trials")
    return Value(float(np.mean(pulls)), len(pulls))


def _sways(trial: TrialData) -> bool:
    return any(isinstance(each, PaceOn) for each in trial.view.events)


def _went_deg(trial: TrialData) -> float | None:
    """Which way the hand went, relative to the way shown: of a sway the game's own number."""
    if not _sways(trial):
        return trial.hand_deg
    return None if trial.view.end is None else trial.view.end.hand_deg


def _measure(trials: Sequence[TrialData]) -> Value | Missing:
    practice = [at for at, each in enumerate(trials) if each.phase == "practice"]
    if not practice:
        return Missing("no_practice")
    executed = [
        trials[at].view.start.target_deg + angle
        for at in practice
        if (angle := _went_deg(trials[at])) is not None
    ]
    practised = practised_direction_deg(executed)
    if isinstance(practised, Missing):
        return practised
    probes: dict[float, tuple[list[float], list[float]]] = {}
    for at, each in enumerate(trials):
        outside = at < practice[0] or at > practice[-1]
        if outside and each.is_without_feedback and each.hand_deg is not None:
            pair = probes.setdefault(each.view.start.target_deg, ([], []))
            pair[at > practice[-1]].append(each.hand_deg)
    both_ways = any(_sways(trials[at]) for at in practice)
    return use_dependent_bias(practised, probes, both_ways=both_ways)


def compute(session: SessionData) -> list[MetricRow]:
    swayed = tuple(each for each in session.played if each.view.is_reach or _sways(each))
    return by_block(USE_DEPENDENT, replace(session, trials=swayed), _measure)


METRICS = MetricFamily(specs=(USE_DEPENDENT,), compute=compute)
