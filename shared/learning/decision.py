"""Deciding to stop: an independent race between going and stopping, in which stopping may not be triggered.

A go process and a stop process run for themselves; the first to finish decides. Somebody who sometimes fails
to launch the stop process looks like somebody who stops slowly, unless such failures are counted apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.figure import Figure, Series
from shared.learning import fit as fitting
from shared.learning._profile import widened
from shared.learning.spec import LearningError, Model, Parameter, Recovery, Schedule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from shared.learning.spec import Columns, Fit

_SOURCE = "Logan & Cowan 1984, Psychol Rev 91:295; Matzke, Love & Heathcote 2017, Behav Res Methods 49:267"

_GO = (
    Parameter("mu", 0.45, 0.1, 1.5, "mean of the normal part of the go reaction time", "s"),
    Parameter("sigma", 0.05, 0.005, 0.4, "SD of the normal part", "s"),
    Parameter("tau", 0.10, 0.005, 0.6, "mean of the exponential part", "s"),
    Parameter("go_failure", 0.02, 0.0, 0.5, "probability of not starting to go", "1"),
)
_STOP = (
    Parameter("ssrt", 0.22, 0.05, 0.8, "mean stop-signal reaction time", "s"),
    Parameter("ssrt_sd", 0.04, 0.005, 0.3, "its SD", "s"),
)
_TRIGGER = Parameter("trigger_failure", 0.08, 0.0, 0.7, "probability of not starting to stop", "1")
_FITTED = (*_GO, *_STOP, _TRIGGER)
_LOG_SQRT_2PI = 0.5 * math.log(2.0 * math.pi)


def ex_gaussian_log_pdf(x: NDArray[np.float64], mu: float, sigma: float, tau: float) -> NDArray[np.float64]:
    """Return the log density of a normal plus an exponential variable; x in any unit, shape (n,)."""
    from scipy.special import log_ndtr

    ratio = sigma / tau
    away = (x - mu) / sigma
    return np.asarray(-math.log(tau) + 0.5 * ratio**2 - (x - mu) / tau + log_ndtr(away - ratio))


def ex_gaussian_cdf(x: NDArray[np.float64], mu: float, sigma: float, tau: float) -> NDArray[np.float64]:
    """Return the distribution function of a normal plus an exponential variable; shape (n,)."""
    from scipy.special import log_ndtr, ndtr

    ratio = sigma / tau
    away = (x - mu) / sigma
    tail = np.exp(np.minimum(0.5 * ratio**2 - (x - mu) / tau + log_ndtr(away - ratio), 0.0))
    return np.asarray(np.clip(ndtr(away) - tail, 0.0, 1.0))


def response_given_stop(params: Mapping[str, float], delay_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the inhibition function: the probability of responding at each stop-signal delay; shape (n,).

    The stop time is normal, so the go time less the stop time is again ex-Gaussian and the race has a closed
    form: P(stop wins at delay d) = 1 - F(0; mu - ssrt - d, sqrt(sigma^2 + ssrt_sd^2), tau).
    """
    go_wins = _go_wins(params, np.asarray(delay_s, dtype=np.float64))
    triggered = 1.0 - params["trigger_failure"]
    return np.asarray((1.0 - params["go_failure"]) * (1.0 - triggered * (1.0 - go_wins)))


def _go_wins(params: Mapping[str, float], delay_s: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = math.hypot(params["sigma"], params["ssrt_sd"])
    return ex_gaussian_cdf(-(params["mu"] - params["ssrt"] - delay_s), 0.0, spread, params["tau"])


@dataclass(slots=True)
class TrackingStaircase:
    """The stop-signal delay that follows the person: later after a stop, earlier after a response.

    One up, one down: it settles where half of the stop trials are stopped (Logan & Cowan 1984).
    """

    delay_s: float = 0.2
    step_s: float = 0.05
    low_s: float = 0.0
    high_s: float = 1.0

    def follow(self, responded: bool) -> None:
        """Take the result of a stop trial."""
        moved = self.delay_s - self.step_s if responded else self.delay_s + self.step_s
        self.delay_s = min(max(moved, self.low_s), self.high_s)


def race(params: Mapping[str, float], delay_s: NDArray[np.float64], random: Generator) -> NDArray[np.float64]:
    """Return reaction times (s), NaN where no response came. `delay_s`: NaN on go trials; shape (n,)."""
    count = len(delay_s)
    go = params["mu"] + params["sigma"] * random.standard_normal(count)
    go += params["tau"] * random.standard_exponential(count)
    go[random.random(count) < params["go_failure"]] = math.inf
    stop = delay_s + params["ssrt"] + params["ssrt_sd"] * random.standard_normal(count)
    stop[random.random(count) < params["trigger_failure"]] = math.inf
    stop[np.isnan(delay_s)] = math.inf
    return np.where(np.isfinite(go) & (go < stop), go, math.nan)


def simulate_tracking(
    params: Mapping[str, float],
    stops: NDArray[np.bool_],
    random: Generator,
    staircase: TrackingStaircase | None = None,
) -> dict[str, NDArray[np.float64]]:
    """Simulate trials whose delays follow the person; `stops` says which are stop trials, shape (n,)."""
    follows = staircase or TrackingStaircase()
    delays, times = np.full(len(stops), math.nan), np.full(len(stops), math.nan)
    for trial, is_stop in enumerate(stops):
        if is_stop:
            delays[trial] = follows.delay_s
        times[trial] = race(params, delays[trial : trial + 1], random)[0]
        if is_stop:
            follows.follow(bool(np.isfinite(times[trial])))
    return _columns(delays, times)


def _columns(delays: NDArray[np.float64], times: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    return {"output": times, "rt": times, "responded": np.isfinite(times).astype(np.float64), "ssd": delays}


def _simulate(
    params: Mapping[str, float], schedule: Schedule, random: Generator | None
) -> dict[str, NDArray[np.float64]]:
    if random is None:
        raise LearningError("a race needs chance: give a seed")
    if (schedule.perturbation < 0).any():
        raise LearningError("a stop-signal delay is negative; a go trial is a clamp")
    return _columns(schedule.perturbation, race(params, schedule.perturbation, random))


def log_likelihood(
    params: Mapping[str, float], delay_s: NDArray[np.float64], rt_s: NDArray[np.float64]
) -> float:
    """Return the log likelihood of go and stop trials; NaN delay on a go trial, NaN time without response.

    Go trial: (1 - g) f(t), or g without response. Stop trial: (1 - g) f(t) [q + (1 - q) (1 - F_stop(t - d))]
    with a response, else 1 less the inhibition function (Matzke et al. 2017; go failures: Matzke et al. 2019,
    not verified).
    """
    from scipy.special import ndtr

    is_stop, came = ~np.isnan(delay_s), ~np.isnan(rt_s)
    go_failure, trigger = params["go_failure"], params["trigger_failure"]
    times = rt_s[came]
    total = len(times) * math.log(max(1.0 - go_failure, 1e-300))
    total += float(ex_gaussian_log_pdf(times, params["mu"], params["sigma"], params["tau"]).sum())
    late = (rt_s - delay_s)[came & is_stop]
    running = ndtr(-(late - params["ssrt"]) / params["ssrt_sd"])
    total += float(np.log(np.maximum(trigger + (1.0 - trigger) * running, 1e-300)).sum())
    total += int((~came & ~is_stop).sum()) * math.log(max(go_failure, 1e-300))
    stopped = 1.0 - response_given_stop(params, delay_s[~came & is_stop])
    return total + float(np.log(np.maximum(stopped, 1e-300)).sum())


def _fit(data: Columns) -> Fit:
    delays, times = fitting.columns(data, ("ssd", "rt"), at_least=100)
    is_stop = ~np.isnan(delays)
    came = ~np.isnan(times)
    if int(is_stop.sum()) < 50:
        raise LearningError(f"{int(is_stop.sum())} stop trials, and at least 50 are needed")
    if (delays[is_stop] < 0).any() or (times[came] <= 0).any():
        raise LearningError("a stop-signal delay is negative, or a reaction time is not above 0 s")
    if not (came & ~is_stop).sum() >= 20:
        raise LearningError("fewer than 20 go trials were answered")
    if came[is_stop].all() or not came[is_stop].any():
        raise LearningError("every stop trial ended alike: the speed of stopping cannot be told")
    start = _start(delays, times)

    def solved(names: Sequence[Parameter], **rest: float) -> fitting.Solution:
        def cost(theta: NDArray[np.float64]) -> float:
            values = {each.name: float(value) for each, value in zip(names, theta, strict=True)}
            return -log_likelihood({**rest, **values}, delays, times)

        starts = [np.array([{**start, **other}[each.name] for each in names]) for other in _OTHERS]
        found = fitting.solve_likelihood(cost, names, starts, len(times))
        return widened(found, cost, names, ("ssrt", "ssrt_sd")) if not rest else found

    solution = solved(_FITTED)
    simpler = (*_GO, *_STOP)
    return fitting.report(
        "stopping",
        _FITTED,
        solution,
        simpler=("stopping_without_trigger_failures", solved(simpler, trigger_failure=0.0), len(simpler)),
    )


_OTHERS: tuple[dict[str, float], ...] = (
    {},
    {"trigger_failure": 0.01},
    {"trigger_failure": 0.2, "ssrt_sd": 0.02},
)


def _start(delays: NDArray[np.float64], times: NDArray[np.float64]) -> dict[str, float]:
    """Rough values: moments of the go times, and the integration method for the stop process."""
    is_stop, came = ~np.isnan(delays), ~np.isnan(times)
    go = times[came & ~is_stop]
    tau = min(max(0.6 * float(go.std()), 0.02), 0.4)
    quantile = float(np.quantile(go, float(came[is_stop].mean())))
    return {
        "mu": max(float(go.mean()) - tau, 0.12),
        "sigma": max(math.sqrt(max(float(go.var()) - tau**2, 0.0)), 0.02),
        "tau": tau,
        "go_failure": max(1.0 - float(came[~is_stop].mean()), 0.005),
        "ssrt": min(max(quantile - float(delays[is_stop].mean()), 0.1), 0.6),
        "ssrt_sd": 0.04,
        "trigger_failure": 0.08,
    }


def _session() -> Schedule:
    """720 trials, every third with a stop signal, at eight delays in turn."""
    delays = (0.05, 0.35, 0.15, 0.45, 0.25, 0.1, 0.4, 0.2)
    values = [delays[trial // 3 % 8] if trial % 3 == 2 else math.nan for trial in range(720)]
    return Schedule.of(np.array(values))


def _draw(random: Generator) -> dict[str, float]:
    return {
        "mu": float(random.uniform(0.4, 0.55)),
        "sigma": float(random.uniform(0.04, 0.09)),
        "tau": float(random.uniform(0.06, 0.18)),
        "go_failure": float(random.uniform(0.005, 0.05)),
        "ssrt": float(random.uniform(0.17, 0.3)),
        "ssrt_sd": float(random.uniform(0.03, 0.08)),
        "trigger_failure": float(random.uniform(0.03, 0.25)),
    }


def figure_inhibition() -> Figure:
    """The inhibition function, without and with trigger failures, and with slower stopping."""
    delays = np.linspace(0.0, 0.7, 71)
    series = [
        Series(name, delays.tolist(), response_given_stop(STOPPING.complete(values), delays).tolist())
        for name, values in (
            ("SSRT 0.22 s", {"trigger_failure": 0.0}),
            ("SSRT 0.22 s, one stop signal in five not taken up", {"trigger_failure": 0.2}),
            ("SSRT 0.32 s", {"trigger_failure": 0.0, "ssrt": 0.32}),
        )
    ]
    return Figure(
        title="Slow to stop, or not even trying",
        x="Stop-signal delay (s)",
        y="Probability of responding",
        series=series,
        caption="Slow stopping shifts the curve; failures to launch lift its foot. After Logan & Cowan 1984 "
        "and Matzke, Love & Heathcote 2017; the numbers are ours.",
    )


STOPPING = Model(
    id="stopping",
    name="Stopping: a race of go and stop, with trigger failures",
    equation="t_go ~ N(mu, sigma^2) + Exp(tau), t_stop ~ SSD + N(ssrt, ssrt_sd^2); a response if "
    "t_go < t_stop, or if the stop process was not started",
    source=_SOURCE,
    verified="abstract read of Matzke et al. 2017 (race, ex-Gaussian go times, trigger failures distort "
    "SSRT); theirs has an ex-Gaussian stop time too, ours a normal one; the closed form is our derivation",
    schedule="stop-signal delay (s), 0 or more; a clamp is a go trial",
    parameters=_FITTED,
    simulate=_simulate,
    data=("ssd", "rt"),
    fit=_fit,
    recovery=Recovery(schedule=_session, draw=_draw),
    figures=(figure_inhibition,),
    example_schedule="3xclamp,1x0.2,3xclamp,1x0.25",
    simpler="stopping_without_trigger_failures",
    random="needed",
    extra={
        "rt": "reaction time (s), null without a response; output is the same",
        "responded": "1 with a response, else 0",
        "ssd": "stop-signal delay (s), null on a go trial",
    },
)

MODELS = (STOPPING,)
