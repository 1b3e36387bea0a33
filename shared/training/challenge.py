"""Adaptive difficulty: one axis at a time, bounded steps, inside limits, never harder when tired or in pain.

A weighted up-down staircase (Kaernbach 1991): a step `d` harder after a success and `u` easier after a miss
settles where p = u / (u + d), here 7 to 3 for 70 %. Steps are ratios, so they mean the same for a large and a
small target, largest first. Where the spread of the endpoints is known, `radius_for_success` gives the size
at once. Rules in `version` 1 are those of the first recordings and stay, so that these still replay.
"""

from __future__ import annotations

import math
from statistics import NormalDist

from msgspec import Struct
from msgspec.structs import replace

TARGET_SUCCESS = 0.70
"""Middle of the 60-80 % band (DESIGN 9): a design choice, not a law of learning."""
MIN_RADIUS_M, MAX_RADIUS_M = 0.005, 0.035
DEAD_BAND, WINDOW = 0.05, 10
"""No step while the success of the last ten trials lies within five points of the target."""
SPREAD_SHARE = 0.1
"""Weight of the newest squared error in the running spread."""
_STEPS = {1: (0.30, 0.10), 2: (0.26, 0.10)}  # first and last; 2 keeps every change below 20 %
_SETTLE_TRIALS = 20


class Axis(Struct, frozen=True, gc=False):
    """One thing that can be harder, within the plan's limits. `harder` is -1 when a smaller value is."""

    name: str
    value: float
    low: float
    high: float
    harder: int = -1


class Challenge(Struct, frozen=True, gc=False):
    """The state of one block's difficulty. Only the axis at `active` moves."""

    axes: tuple[Axis, ...]
    version: int = 2
    active: int = 0
    trials: int = 0
    recent: tuple[bool, ...] = ()

    def value(self, name: str) -> float:
        return next(each.value for each in self.axes if each.name == name)


def start(axes: tuple[Axis, ...], *, version: int = 2) -> Challenge:
    """Begin with every axis inside its limits."""
    return Challenge(
        axes=tuple(replace(each, value=min(each.high, max(each.low, each.value))) for each in axes),
        version=version,
    )


def next_challenge(
    state: Challenge, success: bool, *, may_harden: bool = True, target: float = TARGET_SUCCESS
) -> Challenge:
    """Return the difficulty after a trial.

    Args:
        success: whether the trial succeeded.
        may_harden: False while the person is tired or in pain: then a success changes nothing.
        target: the success rate to settle at, in (0, 1).
    """
    recent = (*state.recent, success)[-WINDOW:]
    state = replace(state, recent=recent, trials=state.trials + 1)
    rate = sum(recent) / len(recent)
    if state.version > 1:
        is_settled = len(recent) == WINDOW and abs(rate - target) <= DEAD_BAND
        if is_settled or (success and not may_harden):
            return state
    first, last = _STEPS[state.version]
    step = first + (last - first) * min(1.0, (state.trials - 1) / _SETTLE_TRIALS)
    change = step * (1.0 - target) if success else -step * target
    return _moved(state, change)


def after_rest(state: Challenge) -> Challenge:
    """Forget the last trials after a rest of more than ten minutes: the person may be another one now."""
    return replace(state, recent=(), trials=0)


def _moved(state: Challenge, harder_by: float) -> Challenge:
    """Move the active axis by a ratio; where it stands at its limit, the next one takes over."""
    for offset in range(len(state.axes)):
        at = (state.active + offset) % len(state.axes)
        axis = state.axes[at]
        wanted = axis.value * math.exp(axis.harder * harder_by)
        value = min(axis.high, max(axis.low, wanted))
        if value != axis.value:
            axes = (*state.axes[:at], replace(axis, value=value), *state.axes[at + 1 :])
            return replace(state, axes=axes, active=at)
    return state


# ---- where a staircase settles (SCIENCE 5)


def weighted_target(harder: float, easier: float) -> float:
    """Return the success rate at which a weighted up-down staircase settles (Kaernbach 1991).

    Args:
        harder: the step towards harder after a success; easier: the step back after a failure.
    """
    return easier / (harder + easier)


def transformed_target(successes: int) -> float:
    """Return where a staircase settles that needs so many successes in a row for a step (Levitt 1971)."""
    return float(0.5 ** (1.0 / successes))


# ---- sizes from the spread of the endpoints (SCIENCE 5)


def half_width_for_success(spread: float, success: float = TARGET_SUCCESS) -> float:
    """Return the half width that a share `success` of one-dimensional errors of SD `spread` stays within."""
    return spread * NormalDist().inv_cdf((1.0 + success) / 2.0)


def radius_for_success(spread: float, success: float = TARGET_SUCCESS) -> float:
    """Return the radius that holds a share `success` of endpoints with SD `spread` along each of two axes."""
    return spread * math.sqrt(-2.0 * math.log(1.0 - success))


def next_variance(variance: float, error: float) -> float:
    """Return the running variance of the endpoint error after one more (mean zero assumed)."""
    return (1.0 - SPREAD_SHARE) * variance + SPREAD_SHARE * error * error
