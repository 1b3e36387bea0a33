"""The trunk, where the recording has it: its share in the reach, and its sway against the person's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shared.metrics._rows import MIN_TRIALS, Value, gate, median_of, row, scopes, without_target
from shared.metrics._session import BEFORE_S, MAX_GAP_S, RATE_HZ, in_order
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing
from shared.movement.sampling import SignalError, resample_uniform
from shared.movement.trunk import RelativeSway, TrunkSway, relative_sway, trunk_compensation, trunk_sway
from shared.wire.streams import stream_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from shared.metrics._session import SessionData, TrialData

BASELINES = ("baseline", "probe_opening")
_SWAY = (
    " While the hand waits, from 0.3 s before go to onset, as a ratio to the same person's trials of the "
    "baseline phase (else of the opening probe) in the same session: a camera's trunk is a point in a "
    "picture, not a centre of pressure. Median over the valid practice trials over the median at baseline."
)


def _spec(metric: str, name: str, definition: str, source: str, *, with_hand: bool) -> MetricSpec:
    return MetricSpec(
        id=metric,
        version=1,
        name=name,
        unit="1",
        better="lower",
        definition=definition,
        source=source,
        needs=("hand", "trunk") if with_hand else ("trunk",),
        min_rate_hz=15.0,
        max_jitter_ms=40.0,
        validated="none",
    )


COMPENSATION = _spec(
    "trunk_compensation",
    "Trunk compensation",
    "How far the trunk moved along the hand's displacement from onset to end, over the length of that "
    "displacement: 0 is an arm alone, 1 a hand carried by the trunk. Both in the camera's frame. Median over "
    "the valid practice trials.",
    "Movere's own, after Cirstea & Levin 2000, Brain 123:940 (not verified)",
    with_hand=True,
)
SWAY_RMS = _spec(
    "trunk_sway_rms_ratio",
    "Trunk sway, size",
    "Root mean square distance of the trunk from its mean place." + _SWAY,
    "Movere's own",
    with_hand=False,
)
SWAY_SPEED = _spec(
    "trunk_sway_speed_ratio",
    "Trunk sway, speed",
    "Path of the trunk over time." + _SWAY,
    "Movere's own",
    with_hand=False,
)


class _Trunk:
    """The trunk's stamps in seconds on the session's clock, and its places, shape (M, 2), in metres."""

    def __init__(self, stamps_s: NDArray[np.float64], position: NDArray[np.float64]) -> None:
        self.stamps_s, self.position = stamps_s, position

    def between(self, from_s: float, samples: int) -> NDArray[np.float64] | None:
        """Return `samples` even samples at `RATE_HZ`, or None where the trunk was not seen throughout."""
        until_s = from_s + (samples - 1) / RATE_HZ
        first = max(0, int(np.searchsorted(self.stamps_s, from_s, side="right")) - 1)
        last = int(np.searchsorted(self.stamps_s, until_s)) + 1
        try:
            even = resample_uniform(
                self.stamps_s[first:last],
                self.position[first:last],
                RATE_HZ,
                start_s=from_s,
                end_s=until_s,
                max_gap_s=MAX_GAP_S,
            )
        except SignalError:
            return None
        return even.values if even.measured.all() else None


def _trunk(session: SessionData) -> _Trunk | Missing:
    columns = stream_columns(session.recording, "trunk")
    if not len(columns.get("t_ns", ())):
        return Missing("no_trunk_samples")
    if not session.clock.is_monotonic:
        return Missing("no_clock")
    seen = columns["confidence"] > 0
    if not seen.any():
        return Missing("no_trunk_samples")
    places = np.column_stack([columns["x_um"], columns["y_um"]])[seen] * 1e-6
    return _Trunk(*in_order(columns["t_ns"][seen] * 1e-9, places))


def compute(session: SessionData) -> list[MetricRow]:
    trunk = _trunk(session)
    if isinstance(trunk, Missing):
        return [
            row(spec, scope, Missing(gate(spec, session) or trunk.reason))
            for spec in (COMPENSATION, SWAY_RMS, SWAY_SPEED)
            for scope, _ in scopes(session)
        ]
    shares = {id(trial): _share(trial, trunk) for trial in session.trials}
    sways = {id(trial): _sway(trial, trunk) for trial in session.trials}
    still = next(
        (
            found
            for phase in BASELINES
            if (found := _median_sway([sways[id(each)] for each in session.trials if each.phase == phase]))
        ),
        None,
    )

    def relative(trials: Sequence[TrialData], number: Callable[[RelativeSway], float]) -> Value | Missing:
        seen = [found for each in trials if (found := sways[id(each)]) is not None]
        now = _median_sway(seen)
        if still is None:
            return Missing("no_trunk_baseline")
        if now is None:
            return Missing("too_few_trials")
        try:
            return Value(number(relative_sway(now, still)), len(seen), len(seen) / len(trials))
        except SignalError:
            return Missing("no_trunk_sway_at_baseline")

    def measure(spec: MetricSpec, trials: Sequence[TrialData]) -> Value | Missing:
        if spec is COMPENSATION:
            return median_of(trials, lambda trial: shares[id(trial)])
        return relative(trials, (lambda each: each.rms) if spec is SWAY_RMS else (lambda each: each.speed))

    return [
        row(
            spec,
            scope,
            Missing(blocked) if blocked else measure(spec, trials) if trials else without_target(session),
        )
        for spec in (COMPENSATION, SWAY_RMS, SWAY_SPEED)
        for blocked in [gate(spec, session)]
        for scope, trials in scopes(session)
    ]


def _share(trial: TrialData, trunk: _Trunk) -> float | None:
    if trial.reach is None or trial.go_s is None or trial.moving_m is None:
        return None
    places = trunk.between(trial.go_s + trial.reach.onset_s, len(trial.moving_m))
    if places is None:
        return None
    try:
        return trunk_compensation(trial.moving_m, places, 0, len(places) - 1).ratio
    except SignalError:
        return None


def _sway(trial: TrialData, trunk: _Trunk) -> TrunkSway | None:
    if trial.reach is None or trial.go_s is None:
        return None
    places = trunk.between(trial.go_s - BEFORE_S, round((BEFORE_S + trial.reach.onset_s) * RATE_HZ))
    if places is None:
        return None
    try:
        return trunk_sway(places, RATE_HZ)
    except SignalError:
        return None


def _median_sway(found: Sequence[TrunkSway | None]) -> TrunkSway | None:
    seen = [each for each in found if each is not None]
    if len(seen) < MIN_TRIALS:
        return None
    return TrunkSway(
        rms=float(np.median([each.rms for each in seen])),
        speed=float(np.median([each.speed for each in seen])),
        area=float(np.median([each.area for each in seen])),
    )


METRICS = MetricFamily(specs=(COMPENSATION, SWAY_RMS, SWAY_SPEED), compute=compute)
