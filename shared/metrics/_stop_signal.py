"""The stop-signal reaction time by the integration method, for one session and for several pooled.

Rules of the consensus (Verbruggen et al. 2019, eLife 8:e46323): go omissions take the slowest response,
premature and wrong responses are kept, n = p(respond | stop) times the number of go trials, SSRT is the n-th
go reaction time less the mean stop-signal delay; no estimate outside p .25-.75, or when responses that
should have been stopped are slower than the go responses (the race model then does not hold).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.errors import MovereError
from shared.metrics._statistics import finite
from shared.metrics.spec import Missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from shared.wire.trials import TrialView

LEAST_STOP_TRIALS = 50
LEAST_GO_TRIALS = 50
LEAST_RATE_HZ = 100.0
RESPOND_LOW, RESPOND_HIGH = 0.25, 0.75
LATE_SPREADS = 3.0
"""A launch is late when it comes this many robust SDs after the median of the go responses."""


@dataclass(frozen=True, slots=True)
class StopTrials:
    """Go and stop trials of one session or several.

    `go_rt_s`: shape (g,), reaction times of the trials without a stop signal, NaN for an omission.
    `stop_delay_s`, `stop_rt_s`: shape (s,), each stop trial's delay, and the reaction time of the response
    that was not stopped, NaN when it was. Seconds after the go signal; a premature response may be negative.
    """

    go_rt_s: NDArray[np.float64]
    stop_delay_s: NDArray[np.float64]
    stop_rt_s: NDArray[np.float64]

    def __post_init__(self) -> None:
        if len(self.stop_delay_s) != len(self.stop_rt_s) or not np.isfinite(self.stop_delay_s).all():
            raise MovereError("every stop trial needs its delay: give both columns in one length")

    @property
    def responded(self) -> float:
        """p(respond | stop); NaN without stop trials."""
        return float(np.isfinite(self.stop_rt_s).mean()) if len(self.stop_rt_s) else math.nan


@dataclass(frozen=True, slots=True)
class StopSignalReactionTime:
    """The estimate and what it stands on; times in seconds."""

    ssrt_s: float
    nth_go_rt_s: float
    mean_delay_s: float
    responded: float
    go_trials: int
    stop_trials: int


def stop_trials_of(trials: Sequence[TrialView], tick_hz: int) -> StopTrials:
    """Return the go and stop trials of the blocks that have stop signals; empty without any.

    A response is the hand leaving the start. Trials cut short, aborted or interrupted are left out.
    """
    blocks = {each.start.block for each in trials if each.stop_signal is not None}
    go: list[float] = []
    delays: list[float] = []
    responses: list[float] = []
    for each in trials:
        if each.start.block not in blocks or each.start.phase not in ("practice", "ramp"):
            continue
        if each.end is None or each.end.outcome == "aborted" or each.interrupted or each.go_tick is None:
            continue
        rt = math.nan if each.onset_tick is None else (each.onset_tick - each.go_tick) / tick_hz
        stop = each.stop_signal
        if stop is None:
            go.append(rt)
        else:
            delays.append(stop.delay_ms * 1e-3)
            responses.append(rt)
    return StopTrials(np.array(go), np.array(delays), np.array(responses))


def pooled(parts: Sequence[StopTrials]) -> StopTrials:
    """Return the trials of several sessions as one, in the order given."""
    return StopTrials(
        np.concatenate([each.go_rt_s for each in parts]),
        np.concatenate([each.stop_delay_s for each in parts]),
        np.concatenate([each.stop_rt_s for each in parts]),
    )


def stop_signal_reaction_time(
    trials: StopTrials, *, at_least: int = LEAST_STOP_TRIALS
) -> StopSignalReactionTime | Missing:
    """Return the stop-signal reaction time by integration, or the consensus' reason for none."""
    go, stops = len(trials.go_rt_s), len(trials.stop_rt_s)
    if stops < at_least:
        return Missing("too_few_stop_trials" if stops else "no_stop_trials")
    answered = finite(trials.go_rt_s)
    if go < LEAST_GO_TRIALS or not len(answered):
        return Missing("too_few_go_trials")
    responded = trials.responded
    if not RESPOND_LOW <= responded <= RESPOND_HIGH:
        return Missing("respond_share_out_of_range")
    if finite(trials.stop_rt_s).mean() > answered.mean():
        return Missing("failed_stops_slower_than_go")
    filled = np.sort(np.where(np.isfinite(trials.go_rt_s), trials.go_rt_s, answered.max()))
    nth = float(filled[max(0, math.ceil(responded * go - 1e-9) - 1)])
    delay = float(trials.stop_delay_s.mean())
    return StopSignalReactionTime(nth - delay, nth, delay, responded, go, stops)


def launch_failures(go_rt_s: NDArray[np.float64]) -> tuple[int, int]:
    """Return how many go trials were omitted, and how many launched late: trouble to start, not to stop.

    Late is more than three robust SDs (1.4826 times the median absolute deviation) after the median.
    """
    answered = finite(go_rt_s)
    if not len(answered):
        return len(go_rt_s), 0
    middle = float(np.median(answered))
    spread = 1.4826 * float(np.median(np.abs(answered - middle)))
    late = int(np.sum(answered > middle + LATE_SPREADS * spread)) if spread > 0 else 0
    return len(go_rt_s) - len(answered), late
