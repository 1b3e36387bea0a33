"""Speed against accuracy: how long a reach must take to be accurate (SCIENCE 1.5, speed at fixed accuracy).

The reach counts as accurate when the hand itself ends within the target's radius, in trials that nothing
perturbed; a logistic function of movement time is fitted to it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.metrics._rows import Value, gate, row
from shared.metrics._speed_accuracy_shift import LEAST_OF_EACH, PRIOR_SD, fit_logistic, is_unperturbed
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing

if TYPE_CHECKING:
    from typing import Literal

    from numpy.typing import ArrayLike, NDArray

    from shared.metrics._session import SessionData

LEAST_TRIALS = 30
FIXED_ACCURACY = 0.75
LEAST_SE = 2.0


def _spec(
    metric: str, name: str, unit: str, better: Literal["higher", "lower", "neither"], definition: str
) -> MetricSpec:
    return MetricSpec(
        id=metric,
        # Version 2 leaves out the reaches that nobody could see.
        version=2,
        name=name,
        unit=unit,
        better=better,
        definition=f"{definition} Logistic fit of 'the hand ended within the probes' target radius' on "
        "movement time over the unperturbed trials of all phases that showed the cursor, less those of "
        "stopping, turning and choosing; at least 30 trials, 5 of them accurate and 5 not. Missing when "
        "accuracy does not rise with time by two standard errors.",
        source="SCIENCE 1.5; Movere's own fit after Shmuelof, Krakauer & Mazzoni 2012, J Neurophysiol "
        "108:578 (not verified)",
        needs=("hand",),
        min_rate_hz=50.0,
        max_jitter_ms=20.0,
    )


FIXED = _spec(
    "speed_at_fixed_accuracy_s",
    "Speed at fixed accuracy",
    "s",
    "lower",
    "Movement time at which 75 % of reaches are accurate; Missing outside the movement times seen.",
)
MIDPOINT = _spec(
    "speed_accuracy_midpoint_s",
    "Speed-accuracy function: 50 % point",
    "s",
    "lower",
    "Movement time at which half of the reaches are accurate; Missing outside the movement times seen.",
)
SLOPE = _spec(
    "speed_accuracy_slope_1_s",
    "Speed-accuracy function: slope",
    "1/s",
    "neither",
    "Slope of the log odds of an accurate reach, a second of movement time.",
)


@dataclass(frozen=True, slots=True)
class SpeedAccuracy:
    """p(accurate) = 1 / (1 + exp(-slope_1_s * (t - midpoint_s))); `slope_se` is its standard error."""

    midpoint_s: float
    slope_1_s: float
    slope_se: float
    fastest_s: float
    slowest_s: float
    n: int

    def time_s(self, accuracy: float) -> float | Missing:
        """Return the movement time at which `accuracy` is reached, when it lies among those seen."""
        time = self.midpoint_s + math.log(accuracy / (1.0 - accuracy)) / self.slope_1_s
        return time if self.fastest_s <= time <= self.slowest_s else Missing("outside_the_data")


def speed_accuracy_function(movement_time_s: ArrayLike, accurate: ArrayLike) -> SpeedAccuracy | Missing:
    """Fit the logistic speed-accuracy function (Newton's method, a weak normal prior on the slope).

    Args:
        movement_time_s: shape (n,); NaN for a movement that is not used.
        accurate: shape (n,), true or false.
    """
    times, hit = np.asarray(movement_time_s, dtype=np.float64), np.asarray(accurate, dtype=bool)
    usable = np.isfinite(times)
    times, hit = times[usable], hit[usable]
    if len(times) < LEAST_TRIALS:
        return Missing("too_few_trials")
    if min(hit.sum(), len(hit) - hit.sum()) < LEAST_OF_EACH:
        return Missing("accuracy_does_not_vary")
    mean, spread = float(times.mean()), float(times.std())
    if spread <= 0.0:
        return Missing("speed_does_not_vary")
    design = np.column_stack([np.ones(len(times)), (times - mean) / spread])
    prior = np.diag([0.0, PRIOR_SD**-2])
    theta, information = fit_logistic(design, hit, prior)
    error = math.sqrt(float(np.linalg.inv(information)[1, 1]))
    if theta[1] < LEAST_SE * error:
        return Missing("no_trade_off")
    return SpeedAccuracy(
        midpoint_s=mean - float(theta[0] / theta[1]) * spread,
        slope_1_s=float(theta[1]) / spread,
        slope_se=error / spread,
        fastest_s=float(times.min()),
        slowest_s=float(times.max()),
        n=len(times),
    )


def binned_accuracy(movement_time_s: ArrayLike, accurate: ArrayLike, bins: int = 5) -> NDArray[np.float64]:
    """Return (mean movement time, share accurate, trials) of `bins` equally filled bins, shape (bins, 3)."""
    times, hit = np.asarray(movement_time_s, dtype=np.float64), np.asarray(accurate, dtype=np.float64)
    usable = np.isfinite(times)
    order = np.argsort(times[usable], kind="stable")
    parts = np.array_split(order, bins)
    return np.array(
        [(times[usable][at].mean(), hit[usable][at].mean(), len(at)) for at in parts if len(at)]
    ).reshape(-1, 3)


def _fixed_radius_m(session: SessionData) -> float:
    """The probes' target radius, which difficulty does not move; without probes the trials' median."""
    probes = [each for each in session.trials if each.is_without_feedback] or list(session.trials)
    return float(np.median([each.view.start.target_radius_m for each in probes])) if probes else 0.0


def compute(session: SessionData) -> list[MetricRow]:
    times: list[float] = []
    accurate: list[bool] = []
    radius_m = _fixed_radius_m(session)
    for each in session.trials:
        if not is_unperturbed(each.view):
            continue
        reach = each.reach
        error_m = reach.endpoint_error_m if reach else None
        times.append(reach.movement_time_s if reach and error_m is not None else np.nan)
        accurate.append(error_m is not None and error_m <= radius_m)
    fitted = speed_accuracy_function(times, accurate) if times else Missing("no_unperturbed_trials")
    rows = []
    for spec in METRICS.specs:
        blocked = gate(spec, session)
        found: Value | Missing
        if blocked:
            found = Missing(blocked)
        elif isinstance(fitted, Missing):
            found = fitted
        elif spec is SLOPE:
            found = Value(fitted.slope_1_s, fitted.n, fitted.n / len(times))
        else:
            time = fitted.time_s(0.5 if spec is MIDPOINT else FIXED_ACCURACY)
            found = time if isinstance(time, Missing) else Value(time, fitted.n, fitted.n / len(times))
        rows.append(row(spec, "", found))
    return rows


METRICS = MetricFamily(specs=(FIXED, MIDPOINT, SLOPE), compute=compute)
