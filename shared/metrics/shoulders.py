"""The shoulders, where a body camera saw them: how much of a reach they do in the arm's stead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shared.metrics._rows import gate, median_of, row, scopes, without_target
from shared.metrics._session import MAX_GAP_S, RATE_HZ, in_order
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing
from shared.movement.sampling import SignalError, lowpass, resample_uniform
from shared.movement.shoulders import Posture, hike_deg, lean, posture
from shared.wire.streams import stream_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Literal

    from numpy.typing import NDArray

    from shared.metrics._session import SessionData, TrialData

REST_S, EDGE_S = 0.5, 0.3
CUTOFF_HZ = 3.0
"""A shoulder is lifted slowly; a tracker's trembling is quicker."""
FLOOR_DEG, FLOOR_WIDTHS = 2.5, 0.06
"""A smaller change of one reach counts as none: points that tremble by 0.5 % of the picture's width each, on
shoulders a quarter of it apart, seem to tilt and lean by less than this."""
_HOW = (
    " From the median of the 0.5 s before go to the greatest (95th percentile) from onset to end, both below "
    "3 Hz; smaller changes than {floor} are below the noise of a camera's points and count as none. Median "
    "over the valid practice trials of blocks that are played by reaching. Relative: a picture has no scale."
)


def _spec(metric: str, name: str, unit: str, better: Literal["lower", "neither"], says: str) -> MetricSpec:
    return MetricSpec(
        id=metric,
        version=1,
        name=name,
        unit=unit,
        better=better,
        definition=says + _HOW.format(floor=f"{FLOOR_DEG:g} deg and {FLOOR_WIDTHS:g} widths"),
        source="Movere's own, after Cirstea & Levin 2000, Brain 123:940 (not verified)",
        needs=("hand", "shoulders"),
        min_rate_hz=12.0,
        max_jitter_ms=40.0,
    )


HIKE = _spec(
    "shoulder_hike_deg",
    "Shoulder hike",
    "deg",
    "lower",
    "How far the shoulder of the moving side rises above the other in a reach, as the tilt of the line "
    "between them in the camera's picture, less the tilt that a sideways lean of the whole trunk explains.",
)
LEAN = _spec(
    "trunk_side_lean",
    "Sideways lean in the reach",
    "1",
    "neither",
    "How far the middle of the shoulders goes towards the moving side in a reach, in the person's own "
    "shoulder widths. A reach to that side may well take it along.",
)


class _Shoulders:
    """Stamps in seconds on the session's clock, and left x, y, right x, y, shape (M, 4), picture widths."""

    def __init__(self, stamps_s: NDArray[np.float64], places: NDArray[np.float64]) -> None:
        self.stamps_s, self.places = stamps_s, places
        self.rate_hz = 1.0 / float(np.median(np.diff(stamps_s))) if len(stamps_s) > 1 else 0.0

    def changed(
        self, trial: TrialData, side: Literal["left", "right"], measure: Callable[[Posture, Posture], float]
    ) -> float | None:
        """Measure the reach against the rest before it; None where they were not seen throughout."""
        if trial.reach is None or trial.go_s is None:
            return None
        onset_s = trial.go_s + trial.reach.onset_s
        end_s = onset_s + trial.reach.movement_time_s
        from_s, until_s = trial.go_s - REST_S - EDGE_S, end_s + EDGE_S
        first = max(0, int(np.searchsorted(self.stamps_s, from_s, side="right")) - 1)
        last = int(np.searchsorted(self.stamps_s, until_s)) + 1
        try:
            even = resample_uniform(
                self.stamps_s[first:last],
                self.places[first:last],
                RATE_HZ,
                start_s=from_s,
                end_s=until_s,
                max_gap_s=MAX_GAP_S,
            )
            smooth = lowpass(even.values, RATE_HZ, CUTOFF_HZ)
            go, onset, end = (
                round((each - from_s) * RATE_HZ) for each in (from_s + EDGE_S + REST_S, onset_s, end_s)
            )
            rests, reaches = slice(round(EDGE_S * RATE_HZ), go), slice(onset, end + 1)
            if not (even.measured[rests].all() and even.measured[reaches].all()):
                return None
            reach, rest = (posture(smooth[at, :2], smooth[at, 2:], side) for at in (reaches, rests))
            return measure(reach, rest)
        except SignalError:
            return None


def _shoulders(session: SessionData) -> _Shoulders | Missing:
    columns = stream_columns(session.recording, "shoulders")
    seen = columns["confidence"] > 0 if columns else np.zeros(0, dtype=bool)
    if not seen.any():
        return Missing("no_shoulder_samples")
    if not session.clock.is_monotonic:
        return Missing("no_clock")
    names = ("left_x_um", "left_y_um", "right_x_um", "right_y_um")
    places = np.column_stack([columns[name] for name in names])[seen] * 1e-6
    return _Shoulders(*in_order(columns["t_ns"][seen] * 1e-9, places))


def compute(session: SessionData) -> list[MetricRow]:
    found = _shoulders(session)
    blocks = session.recording.blocks
    reached = [
        each
        for each in session.trials
        # A trunk that is asked to lean does not compensate.
        if each.block < len(blocks) and blocks[each.block].movement == "hand_reach"
    ]
    none = Missing("not_by_reaching") if session.trials and not reached else without_target(session)

    def rows(
        spec: MetricSpec, measure: Callable[[Posture, Posture], float], floor: float
    ) -> Iterator[MetricRow]:
        why = gate(spec, session)
        if isinstance(found, Missing):
            why = why or found.reason
        elif found.rate_hz < spec.min_rate_hz:
            why = why or "sample_rate_too_low"

        def number(trial: TrialData) -> float | None:
            if isinstance(found, Missing):
                return None
            change = found.changed(trial, blocks[trial.block].side, measure)
            return change if change is None or abs(change) >= floor else 0.0

        for scope, trials in scopes(session, reached):
            yield row(spec, scope, Missing(why) if why else median_of(trials, number) if trials else none)

    return [*rows(HIKE, hike_deg, FLOOR_DEG), *rows(LEAN, lean, FLOOR_WIDTHS)]


METRICS = MetricFamily(specs=(HIKE, LEAN), compute=compute)
