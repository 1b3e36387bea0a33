"""How a shape is drawn along, in a mirror and out of it: exits over the border, time, and distance by angle.

All of it comes from the recorded hand, with the mirror turned round, and never from what the game judged.
Pages without a mirror (a session's controls, its baseline and washout, all of acuity) stand apart: their
metrics end in `_plain`. What the mirror alone makes harder is the difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.metrics._rows import Value, gate, row, scoped
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing
from shared.movement.sampling import SignalError
from shared.movement.trace import Border, border, time_by_angle, trace_residual

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Literal

    from numpy.typing import NDArray

    from shared.metrics._session import SessionData, TrialData
    from shared.movement.trace import Drawn

BINS = 36
LEAST_COVERAGE = 0.5
"""A page that was drawn in fewer of its directions tells too little of the whole shape."""
LEAST_PAGES = 3
"""As many as there are shapes; a page is worth more than a reach."""
_CLASSIC = "Mirror drawing: Milner 1962 (not verified); the filter and the rules for gaps are Movere's own"
_BY_ANGLE = "Garrido 2026, Behav Res Methods, s13428-025-02845-6 (not verified); Movere's own form of it"
_USED = (
    " The hand, below 8 Hz and by its own stamps, with the mirror turned round. A page that the time limit "
    "ended counts as far as it was drawn; one with more than 20 % unseen or a pause is not used."
)
_ANGLES = " Scopes angle:5 to angle:355 are the single directions, counter-clockwise from the right."


def _spec(
    metric: str,
    name: str,
    unit: str,
    better: Literal["higher", "lower", "neither"],
    definition: str,
    source: str,
    *,
    needs: tuple[Literal["hand", "events"], ...] = ("hand", "events"),
    per_session: str = " Median over the practice pages; probes by scope.",
) -> MetricSpec:
    return MetricSpec(
        id=metric,
        version=1,
        name=name,
        unit=unit,
        better=better,
        definition=definition + per_session,
        source=source,
        needs=needs,
        min_rate_hz=15.0,
        max_jitter_ms=40.0,
    )


def _pair(
    metric: str,
    name: str,
    unit: str,
    better: Literal["higher", "lower", "neither"],
    definition: str,
    source: str,
) -> tuple[MetricSpec, MetricSpec]:
    """The same for the pages in a mirror, and for those without one."""
    return (
        _spec(f"trace_{metric}", f"{name}, in the mirror", unit, better, definition, source),
        _spec(f"trace_{metric}_plain", f"{name}, without a mirror", unit, better, definition, source),
    )


EXITS = _pair(
    "exits",
    "Exits over the border",
    "1",
    "lower",
    "How often on a page the pen crossed from inside the double line to outside. In training the line's "
    "width adapts, so compare sessions by the radial error." + _USED,
    _CLASSIC,
)
TIME = _pair(
    "time_s",
    "Time a shape",
    "s",
    "lower",
    "Time from the shape's appearing to its being closed; the wait on the marked point before it does not "
    "count. A page that was not closed counts the time it was given." + _USED,
    _CLASSIC,
)
OUTSIDE = _pair(
    "outside_share",
    "Share of the way outside",
    "1",
    "lower",
    "Length of the path outside the double line over its whole length. In training the line's width adapts, "
    "so compare sessions by the radial error." + _USED,
    _CLASSIC,
)
ERROR = _pair(
    "error_mm",
    "Radial error",
    "mm",
    "lower",
    "Root mean square, over 36 directions around the shape's centre, of the mean radial residual in each: "
    "the drawn radius less the shape's. A direction counts once, however long the pen was there. A page "
    "drawn in less than half of the directions has none." + _USED,
    _BY_ANGLE,
)
RELATIVE = _pair(
    "error_relative",
    "Radial error, relative to the shape",
    "1",
    "lower",
    "The radial error over the mean distance of the shape's corners from its centre. It needs no scale."
    + _USED,
    _BY_ANGLE,
)
BIAS = _spec(
    "trace_bias_mm",
    "Radial residual, by direction",
    "mm",
    "neither",
    "Mean over the directions of the signed radial residual, outside positive, of the pages in the mirror."
    + _USED,
    _BY_ANGLE,
    per_session=" Median over the practice pages." + _ANGLES,
)
DENSITY = _spec(
    "trace_density",
    "Unevenness of the time, by direction",
    "1",
    "neither",
    "How unevenly the time of a page in the mirror falls to the 36 directions: the standard deviation of "
    "each one's time over an even share; 0 is even, and a shape with corners is never quite so." + _USED,
    _BY_ANGLE,
    per_session=" Median over the practice pages. In a direction's own scope: its time over an even share."
    + _ANGLES,
)
FIRST = _spec(
    "trace_first_error_relative",
    "Radial error of the first pages",
    "1",
    "lower",
    "The radial error, relative to the shape, of the session's first three practice pages in the mirror that "
    "can be used. Against the same on another day it tells what stayed." + _USED,
    _BY_ANGLE,
    per_session=" Mean of the three.",
)


@dataclass(frozen=True, slots=True)
class _Page:
    """What a used page gave; the residual's numbers are None where too little of the shape was drawn."""

    border: Border
    took_s: float
    rms_mm: float | None
    bias_mm: float | None
    relative: float | None
    residual_mm: dict[int, float]
    """By direction's number."""
    density: NDArray[np.float64]


_BOTH: tuple[tuple[tuple[MetricSpec, MetricSpec], Callable[[_Page], float | None]], ...] = (
    (EXITS, lambda page: float(page.border.exits)),
    (TIME, lambda page: page.took_s),
    (OUTSIDE, lambda page: page.border.outside_share),
    (ERROR, lambda page: page.rms_mm),
    (RELATIVE, lambda page: page.relative),
)


def _page(drawn: Drawn) -> _Page:
    try:
        found = trace_residual(drawn.pen_m, drawn.corners_m, bins=BINS, seen=drawn.seen)
    except SignalError:
        found = None
    kept, density = border(drawn), time_by_angle(drawn, BINS)
    if found is None or found.coverage < LEAST_COVERAGE:
        return _Page(kept, drawn.took_s, None, None, None, {}, density)
    at = (found.angle_deg * (BINS / 360.0)).astype(int).tolist()
    residual_mm = dict(zip(at, (1000.0 * found.residual).tolist(), strict=True))
    relative = found.rms / drawn.size_m
    return _Page(kept, drawn.took_s, 1000.0 * found.rms, 1000.0 * found.bias, relative, residual_mm, density)


def _median(values: Sequence[float | None]) -> Value | Missing:
    """The median over the pages that have the number."""
    known = [each for each in values if each is not None]
    if len(known) < LEAST_PAGES:
        return Missing("too_few_trials")
    return Value(float(np.median(known)), len(known), len(known) / len(values))


def _first(values: Sequence[float | None]) -> Value | Missing:
    """The mean of the first ones; its quality counts the pages that it took to find them."""
    known = [at for at, each in enumerate(values) if each is not None][:LEAST_PAGES]
    if len(known) < LEAST_PAGES:
        return Missing("too_few_trials")
    first = [each for each in values[: known[-1] + 1] if each is not None]
    return Value(float(np.mean(first)), len(first), len(first) / (known[-1] + 1))


def _ring(
    spec: MetricSpec, number: Callable[[_Page], dict[int, float]], pages: Sequence[_Page | None]
) -> list[MetricRow]:
    """A row a direction, over the pages that were drawn there."""
    bins = [{} if each is None else number(each) for each in pages]
    return [
        row(spec, f"angle:{round((at + 0.5) * 360.0 / BINS)}", _median([each.get(at) for each in bins]))
        for at in range(BINS)
    ]


def compute(session: SessionData) -> list[MetricRow]:
    if not session.traces:
        return [row(spec, "", Missing(gate(spec, session) or "no_shapes")) for spec in METRICS.specs]
    pages = {each.view.start.trial: _page(each.drawn) for each in session.traces if each.drawn is not None}
    in_mirror: list[TrialData] = []
    plain: list[TrialData] = []
    for each in session.traces:
        (plain if each.view.trace and each.view.trace.mirror == "none" else in_mirror).append(each)

    def of(trials: Sequence[TrialData]) -> list[_Page | None]:
        return [pages.get(each.view.start.trial) for each in trials]

    def by_scope(
        spec: MetricSpec,
        trials: Sequence[TrialData],
        none: str,
        number: Callable[[_Page], float | None],
        over: Callable[[Sequence[float | None]], Value | Missing] = _median,
    ) -> list[MetricRow]:
        if not trials:
            return [row(spec, "", Missing(gate(spec, session) or none))]
        return scoped(
            spec,
            session,
            lambda some: over([None if each is None else number(each) for each in of(some)]),
            trials,
        )

    rows: list[MetricRow] = []
    for (mirrored, unmirrored), number in _BOTH:
        rows += by_scope(mirrored, in_mirror, "no_mirror", number)
        rows += by_scope(unmirrored, plain, "no_plain_pages", number)
    rows += by_scope(BIAS, in_mirror, "no_mirror", lambda page: page.bias_mm)
    rows += by_scope(DENSITY, in_mirror, "no_mirror", lambda page: float(np.std(page.density)))
    rows += by_scope(FIRST, in_mirror, "no_mirror", lambda page: page.relative, _first)
    rings: tuple[tuple[MetricSpec, Callable[[_Page], dict[int, float]]], ...] = (
        (BIAS, lambda page: page.residual_mm),
        (DENSITY, lambda page: dict(enumerate(page.density.tolist()))),
    )
    practice = of([each for each in in_mirror if each.phase == "practice"])
    for spec, ring in rings:
        if practice and not gate(spec, session):
            rows += _ring(spec, ring, practice)
    return rows


METRICS = MetricFamily(
    specs=(*(spec for pair, _ in _BOTH for spec in pair), BIAS, DENSITY, FIRST), compute=compute
)
