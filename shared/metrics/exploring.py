"""Free play: how much of the reach the hand went over, how far it swam, and whether one side was left out.

The reach is the disc of the block's calibrated radius around the start. A grid of 10 mm squares lies over it,
whose lines pass through the start; a square belongs to the reach when its middle does. Time counts from the
go to the stretch's end, also of a stretch that was cut short, as far as the hand was seen. Places are means
over a tenth of a second, joined by straight lines, so that a faster device neither visits more nor swims
further; nothing is joined over a gap. What was visited is counted over the first 60 s of a block's swims:
whoever swims for long enough has been everywhere.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from shared.metrics._rows import Value, gate, row
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing
from shared.wire.streams import FLAG_LOST, stream_columns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

    from numpy.typing import NDArray

    from shared.metrics._session import SessionData, TrialData

CELL_M = 0.010
STEP_S = 0.1
COUNTED_S = 60.0
LEAST_S = 10.0
_BETWEEN_M = 0.001  # a line is looked at this often
_REACH_M = 0.10  # of a block that does not say: the game's own default
_OWN = "Movere's own, after cell counts of open-field exploration (not verified)"
_GRID = (
    "The grid: 10 mm squares with lines through the start, those whose middle lies within the block's "
    "calibrated reach. The way: places averaged over 0.1 s and joined by straight lines, gaps left out, in "
    "the first 60 s of a block's free play; at least 10 s. Quality is the share of the 60 s that there was."
)


def _spec(
    metric: str, name: str, unit: str, better: Literal["higher", "lower", "neither"], definition: str
) -> MetricSpec:
    return MetricSpec(
        id=metric,
        version=1,
        name=name,
        unit=unit,
        better=better,
        definition=definition,
        source=_OWN,
        needs=("hand",),
        min_rate_hz=15.0,
        max_jitter_ms=40.0,
    )


EXPLORED = _spec(
    "explored_share",
    "Reach explored in free play",
    "1",
    "higher",
    f"Squares of the reach that the hand's way touched, over all squares of the reach. {_GRID}",
)
LEFT = _spec(
    "explored_left_share",
    "Left side of what was explored",
    "1",
    "neither",
    "Squares touched to the left of the start over all squares touched: 0.5 is even, and less is a left "
    f"side left out, as in neglect or where the arm does not get there. {_GRID}",
)
SWUM = _spec(
    "swum_path_m",
    "Way in free play",
    "m",
    "neither",
    "Length of the way over all of the session's free play: places averaged over 0.1 s and joined by "
    "straight lines, gaps left out. It tells how much was moved.",
)


def even_places(places_m: NDArray[np.float64], seen: NDArray[np.bool_], per_step: int) -> NDArray[np.float64]:
    """Return the mean place of each whole step, shape (m, 2), NaN where less than half of it was seen.

    Args:
        places_m: shape (n, 2), hand space, at even ticks.
        seen: shape (n,), whether the hand's place was known.
        per_step: ticks in a step.
    """
    steps = len(places_m) // per_step
    known = seen[: steps * per_step].reshape(steps, per_step)
    place = places_m[: steps * per_step].reshape(steps, per_step, 2)
    counted = known.sum(axis=1)
    total = np.where(known[:, :, None], place, 0.0).sum(axis=1)
    mean = total / np.maximum(counted, 1)[:, None]
    mean[2 * counted < per_step] = np.nan
    return np.asarray(mean, dtype=np.float64)


def grid_of(reach_m: float) -> set[tuple[int, int]]:
    """Return the squares of the reach, by column (negative is left of the start) and row."""
    most = math.ceil(reach_m / CELL_M)
    span = range(-most, most)
    return {(x, y) for x in span for y in span if math.hypot(x + 0.5, y + 0.5) * CELL_M <= reach_m}


def visited(way_m: NDArray[np.float64]) -> set[tuple[int, int]]:
    """Return the squares that the way touches, also outside the reach.

    Args:
        way_m: shape (m, 2), hand space, metres; NaN is a gap.
    """
    begins, ends = way_m[:-1], way_m[1:]
    whole = np.isfinite(begins).all(axis=1) & np.isfinite(ends).all(axis=1)
    begins, ends = begins[whole], ends[whole]
    if not len(begins):
        return set()
    parts = max(1, math.ceil(float(np.hypot(*(ends - begins).T).max()) / _BETWEEN_M))
    shares = np.linspace(0.0, 1.0, parts + 1)[:, None, None]
    cells = np.unique(
        np.floor((begins + shares * (ends - begins)) / CELL_M).astype(int).reshape(-1, 2), axis=0
    )
    return {(int(x), int(y)) for x, y in cells}


def _ways(session: SessionData, swims: Sequence[TrialData]) -> dict[int, list[NDArray[np.float64]]]:
    """The ways swum, by block: one (m, 2) array a stretch, a step of 0.1 s a row, NaN where not seen."""
    recording = session.recording
    ticks = stream_columns(recording, "tick")
    if not len(ticks.get("fx_um", ())):
        return {}
    places = np.column_stack([ticks["fx_um"], ticks["fy_um"]]) * 1e-6
    seen = (ticks["flags"] & FLAG_LOST) == 0
    found: dict[int, list[NDArray[np.float64]]] = {}
    for trial in swims:
        # The session can end in the middle of a stretch: then its way ends there too.
        end = trial.view.end.tick if trial.view.end else recording.ticks
        span = slice(trial.view.go_tick, end)
        way = even_places(places[span], seen[span], round(STEP_S * recording.tick_hz))
        found.setdefault(trial.block, []).append(way)
    return found


def _is_swim(trial: TrialData) -> bool:
    """Whether there was nowhere to go and nothing to keep to."""
    start = trial.view.start
    return start.target_distance_m == 0.0 and start.target_radius_m == 0.0


def _first(ways: Sequence[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """The ways up to the end of the time that counts."""
    left, kept = round(COUNTED_S / STEP_S), []
    for way in ways:
        known = np.cumsum(np.isfinite(way[:, 0]))
        kept.append(way[known <= left])
        left = max(0, left - (int(known[-1]) if len(known) else 0))
    return kept


def _seen_steps(ways: Sequence[NDArray[np.float64]]) -> int:
    return int(sum(np.isfinite(way[:, 0]).sum() for way in ways))


def _measure(session: SessionData) -> dict[str, Value | Missing]:
    swims = [each for each in session.played if _is_swim(each) and each.view.go_tick is not None]
    if not swims:
        return {each.id: Missing("no_free_play") for each in METRICS.specs}
    blocks = _ways(session, swims)
    every = [way for ways in blocks.values() for way in ways]
    if _seen_steps(every) * STEP_S < LEAST_S:
        return {each.id: Missing("too_little_free_play") for each in METRICS.specs}
    squares = left = touched = steps = 0
    for block, ways in blocks.items():
        grid = grid_of(float(session.recording.blocks[block].game_params.get("reach_m", _REACH_M)))
        kept = _first(ways)
        inside = grid & set[tuple[int, int]]().union(*map(visited, kept))
        squares, touched = squares + len(grid), touched + len(inside)
        left += sum(column < 0 for column, _ in inside)
        steps += _seen_steps(kept)
    n, quality = len(every), steps * STEP_S / (COUNTED_S * len(blocks))
    lengths = np.concatenate([np.hypot(*np.diff(way, axis=0).T) for way in every])
    return {
        EXPLORED.id: Value(touched / squares, n, quality),
        LEFT.id: Value(left / touched, n, quality) if touched else Missing("outside_the_reach"),
        SWUM.id: Value(float(np.nansum(lengths)), n),
    }


def compute(session: SessionData) -> list[MetricRow]:
    found = _measure(session)
    rows = []
    for spec in METRICS.specs:
        # A grid in millimetres needs a device that knows them, though a share has no unit of length.
        blocked = gate(spec, session)
        blocked = blocked or (None if session.recording.device.unit == "m" else "uncalibrated")
        rows.append(row(spec, "", Missing(blocked) if blocked else found[spec.id]))
    return rows


METRICS = MetricFamily(specs=(EXPLORED, LEFT, SWUM), compute=compute)
