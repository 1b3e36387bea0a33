"""Adaptive difficulty: the target's radius follows the person, so that most reaches succeed.

A weighted up-down staircase (Kaernbach 1991): after a success the radius shrinks by `down`, after a miss
it grows by `up`; it settles where p * down = (1 - p) * up. Steps are ratios, so they mean the same for a
large and a small target. The step is largest first and falls, which finds the level within a block.
"""

from __future__ import annotations

import math

TARGET_SUCCESS = 0.70
"""Middle of the 60-80 % band (DESIGN 9): a design choice, not a law of learning."""
MIN_RADIUS_M, MAX_RADIUS_M = 0.005, 0.035
_FIRST_STEP, _LAST_STEP, _SETTLE_TRIALS = 0.30, 0.10, 20


def next_radius_m(radius_m: float, success: bool, trials_done: int) -> float:
    """Return the next target radius in metres.

    Args:
        radius_m: the radius of the trial that just ended.
        success: whether it succeeded.
        trials_done: how many trials this staircase has seen before.
    """
    settled = min(1.0, trials_done / _SETTLE_TRIALS)
    step = _FIRST_STEP + (_LAST_STEP - _FIRST_STEP) * settled
    change = -step * (1.0 - TARGET_SUCCESS) if success else step * TARGET_SUCCESS
    return min(MAX_RADIUS_M, max(MIN_RADIUS_M, radius_m * math.exp(change)))
