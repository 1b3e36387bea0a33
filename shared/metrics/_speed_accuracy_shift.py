"""The shift of the speed-accuracy function over days: accuracy at equal movement time, now less at first.

A session has too few reaches for a curve of its own, so that reaches are pooled over sessions: the first ones
up to a hundred against the newest ones back to a hundred. One logistic function of movement time is fitted to
both, with one slope and a step between them; what is told is the step, in accuracy, over the reaches whose
movement times both have. Who merely slows down moves along the curve and has no step; who learns lifts it
(Shmuelof, Krakauer & Mazzoni 2012, J Neurophysiol 108:578, not verified).

Times and errors are those that the game judged. A limit: movement times that vary for reasons which leave
accuracy alone flatten the slope, and then a part of what slowing down brings is taken for a shift. Of virtual
people whose chance quickness costs them nothing, who slow down by a fifth, it is about two fifths.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.metrics._decided import is_plain
from shared.metrics.spec import Missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from shared.wire.trials import TrialView

LEAST_POOLED = 100
LEAST_SHARED = 30
"""Reaches of each side whose movement times the other has, too."""
LEAST_OF_EACH = 5
PRIOR_SD = 10.0
"""Of a coefficient of the logistic function, a standard deviation of what it weighs: weak, so that data
without overlap still have a fit."""
_SAME_DISTANCE = 0.1  # a target this share nearer or further still asks for the same reach
_EDGE_PERCENT = 5.0  # the fastest and slowest of each side say little of where both have reaches


@dataclass(frozen=True, slots=True)
class Reaches:
    """Unperturbed reaches that were seen, of one session or several.

    `time_s`, `error_m`: shape (n,), movement time and distance of the end from the target's middle.
    `radius_m` is the probes' target radius, without probes the trials' median; `distance_m` the target's.
    """

    time_s: NDArray[np.float64]
    error_m: NDArray[np.float64]
    radius_m: float
    distance_m: float

    def asks_as(self, other: Reaches) -> bool:
        """Whether both are reaches of about the same length."""
        return abs(self.distance_m - other.distance_m) <= _SAME_DISTANCE * other.distance_m


def is_unperturbed(view: TrialView) -> bool:
    """Whether a trial belongs to the curve: a plain reach that was seen, and that nothing turned or led."""
    start = view.start
    # An unseen reach can't be corrected: its accuracy belongs to another curve.
    if start.shows == "nothing" or not is_plain(view):
        return False
    return not (start.clamp or start.rotation_deg or start.zone_deg is not None or start.cue_strength > 0.0)


def reaches_of(trials: Sequence[TrialView]) -> Reaches | None:
    """Return the reaches of a session that came to their end; None when there is none."""
    plain = [each for each in trials if each.is_reach and not each.interrupted]
    kept = [
        (each.end.movement_time_s, each.end.endpoint_error_m, each.start.target_distance_m)
        for each in plain
        if is_unperturbed(each)
        and each.end is not None
        and each.end.outcome in ("hit", "miss")
        and each.end.movement_time_s is not None
        and each.end.endpoint_error_m is not None
    ]
    if not kept:
        return None
    probes = [each for each in plain if each.start.phase == "probe"] or plain
    times, errors, distances = np.array(kept, dtype=np.float64).T
    radius_m = float(np.median([each.start.target_radius_m for each in probes]))
    return Reaches(times, errors, radius_m, float(np.median(distances)))


def first_and_newest(sessions: Sequence[Reaches]) -> tuple[Reaches, Reaches] | Missing:
    """Pool sessions, in their order, from the first and from the newest on, until each side has enough."""
    first, newest = _enough(sessions), _enough(sessions[::-1])
    if first is None or newest is None or first + newest > len(sessions):
        return Missing("too_few_reaches")
    return _pooled(sessions[:first]), _pooled(sessions[len(sessions) - newest :])


def _enough(sessions: Sequence[Reaches]) -> int | None:
    """How many sessions have enough reaches together."""
    count = np.cumsum([len(each.time_s) for each in sessions])
    enough = np.flatnonzero(count >= LEAST_POOLED)
    return int(enough[0]) + 1 if len(enough) else None


def _pooled(parts: Sequence[Reaches]) -> Reaches:
    return Reaches(
        np.concatenate([each.time_s for each in parts]),
        np.concatenate([each.error_m for each in parts]),
        parts[0].radius_m,
        parts[0].distance_m,
    )


def accuracy_shift(
    before_s: ArrayLike, was_accurate: ArrayLike, now_s: ArrayLike, is_accurate: ArrayLike
) -> float | Missing:
    """Return by how much accuracy at equal movement time rose, -1 to 1.

    Args:
        before_s, now_s: movement times, shapes (n,) and (m,).
        was_accurate, is_accurate: true or false, of the same shapes.
    """
    times = np.concatenate([np.asarray(before_s, np.float64), np.asarray(now_s, np.float64)])
    hit = np.concatenate([np.asarray(was_accurate, bool), np.asarray(is_accurate, bool)])
    now = np.arange(len(times)) >= len(np.asarray(before_s))
    edges = [np.percentile(times[side], [_EDGE_PERCENT, 100.0 - _EDGE_PERCENT]) for side in (~now, now)]
    shared = (times >= max(each[0] for each in edges)) & (times <= min(each[1] for each in edges))
    times, hit, now = times[shared], hit[shared], now[shared]
    if min(now.sum(), (~now).sum()) < LEAST_SHARED:
        return Missing("times_do_not_overlap")
    if min(hit.sum(), (~hit).sum()) < LEAST_OF_EACH:
        return Missing("accuracy_does_not_vary")
    spread = max(float(times.std()), 1e-9)
    even = np.column_stack([np.ones(len(times)), (times - times.mean()) / spread, np.zeros(len(times))])
    lifted = even + np.array([0.0, 0.0, 1.0])
    design = np.where(now[:, None], lifted, even)
    theta, _ = fit_logistic(design, hit, np.diag([0.0, PRIOR_SD**-2, PRIOR_SD**-2]))
    return float(np.mean(_share(lifted @ theta) - _share(even @ theta)))


def fit_logistic(
    design: NDArray[np.float64], hit: NDArray[np.bool_], prior: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit p(hit) = 1 / (1 + exp(-design @ theta)) by Newton's method.

    Args:
        design: shape (n, k).
        hit: shape (n,).
        prior: shape (k, k), precision of a normal prior around zero.

    Returns theta, shape (k,), and the information, shape (k, k), whose inverse is its covariance.
    """
    theta = np.zeros(design.shape[1])
    for _ in range(50):
        share = _share(design @ theta)
        information = design.T @ (design * (share * (1.0 - share))[:, None]) + prior
        step = np.linalg.solve(information, design.T @ (hit - share) - prior @ theta)
        theta = theta + np.clip(step, -2.0, 2.0)
        if float(np.abs(step).max()) < 1e-10:
            break
    return theta, information


def _share(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)), dtype=np.float64)
