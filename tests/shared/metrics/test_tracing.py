"""Tracing metrics: a known offset comes back exactly through the mirror; exits, time, gaps, and reasons."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import msgspec
import numpy as np
import pytest

from game_client.games.mirror_scribe import mirrored, outline
from shared.metrics._session import session_data
from shared.metrics.across import SessionSummary, compute_across, summary_of
from shared.metrics.compute import compute_recording, families
from shared.wire.events import (
    Corner,
    DropOut,
    Event,
    Feedback,
    Go,
    Pause,
    PhaseStart,
    Resume,
    TargetOn,
    Timeout,
    TraceOn,
    TrialEnd,
    TrialStart,
)
from shared.wire.session import Recording
from shared.wire.trials import trials_of
from tests.shared.metrics.edited import reason, rows_of, value
from tests.shared.recordings import TICK_HZ, _block, _samples, planned_session, recording
from tests.virtual_sessions import make_plan, play

RADIUS_M, HALF_WIDTH_M, HOLD_S, ROUND_S = 0.04, 0.006, 0.8, 6.0
TRACING = {spec.id for spec in families()["tracing"].specs}
Pen = Callable[[float], tuple[float, float]]


def circle(out_m: Callable[[float], float] | float = 0.0, aside_m: tuple[float, float] = (0.0, 0.0)) -> Pen:
    """Once round from the marked point, so far outside the line at each share of the way, and aside."""

    def pen(share: float) -> tuple[float, float]:
        radius = RADIUS_M + (out_m(share) if callable(out_m) else out_m)
        turn = math.tau * share - 0.5 * math.pi
        return radius * math.cos(turn) + aside_m[0], RADIUS_M + radius * math.sin(turn) + aside_m[1]

    return pen


def eased(pen: Pen) -> Pen:
    """From rest to rest; a mouse's place is anchored where it begins to move."""
    return lambda share: pen(share - math.sin(math.tau * share) / math.tau)


ON_THE_LINE = circle()


@dataclass(frozen=True, slots=True)
class Page:
    """`pen` says where the pen appears at each share of the time; the hand goes there by the mirror."""

    pen: Pen = ON_THE_LINE
    mirror: Any = "left_right"
    shape: str = "circle"
    phase: str = "practice"
    round_s: float = ROUND_S
    lost: tuple[float, float] | None = None
    """The device loses the hand from one share of the time to another; it is then seen far away."""
    paused: bool = False
    closed: bool = True


def drawn(pages: Sequence[Page], **fields: Any) -> Recording:
    """A session of pages; `fields` as `recordings.recording` takes them."""
    plain = recording([], **fields)
    events: list[Event] = [PhaseStart(tick=0, block=0, phase="practice", trials=len(pages))]
    hand, lost, tick = [], [], 0
    for number, page in enumerate(pages):
        path, gone, found = _played(page, number, tick)
        hand.append(path)
        lost.append(gone)
        events += found
        tick += len(path)
    samples = _samples(
        np.concatenate(hand), np.concatenate(lost), fields.get("device", "points"), plain.device.rate_hz
    )
    block = _block([], 0)
    made = msgspec.structs.replace(block, game="mirror_scribe", phases=[("practice", len(pages))])
    return msgspec.structs.replace(plain, schema=2, ticks=tick, events=events, blocks=[made], samples=samples)


def _played(page: Page, number: int, tick: int) -> tuple[np.ndarray, np.ndarray, list[Event]]:
    rest, drawing, back = round(HOLD_S * TICK_HZ), round(page.round_s * TICK_HZ), 72
    on = [mirrored(page.mirror, *page.pen(at / drawing)) for at in range(drawing + 1)]
    # The hand waits where it is to begin, as a hand on the marked point does.
    to_rest = np.linspace(on[-1], on[0], back)
    hand = np.concatenate([np.repeat([on[0]], rest, axis=0), np.array(on), to_rest])
    gone = np.zeros(len(hand), dtype=bool)
    go, end = tick + rest, tick + rest + drawing
    events: list[Event] = [
        TrialStart(
            tick=tick, trial=number, block=0, phase=page.phase, target=1, target_deg=90.0,  # type: ignore[arg-type]
            target_distance_m=2 * RADIUS_M, target_radius_m=HALF_WIDTH_M, start_x_m=0.0, start_y_m=0.0,
            rotation_deg=0.0, clamp=False, shows="cursor", feedback="path_error",
        ),
        TargetOn(tick=go, trial=number),
        Go(tick=go, trial=number),
        TraceOn(
            tick=go, trial=number, shape=page.shape, mirror=page.mirror, half_width_m=HALF_WIDTH_M,
            corners=[Corner(x, y) for x, y in outline(page.shape, RADIUS_M)[1]],
        ),
    ]  # fmt: skip
    if page.lost:
        first, last = (rest + round(each * drawing) for each in page.lost)
        gone[first:last] = True
        hand[first:last] = 0.3
        events.append(DropOut(tick=tick + last, ticks=int(gone.sum())))
    if page.paused:
        events += [Pause(tick=go + 60, reason="asked"), Resume(tick=go + 60, paused_s=5.0)]
    if not page.closed:
        events.append(Timeout(tick=end, trial=number))
    events += [
        Feedback(tick=end, trial=number, kind="path_error"),
        # What the game judged is nonsense here: the metrics may not lean on it.
        TrialEnd(
            tick=end, trial=number, outcome="hit" if page.closed else "timeout", success=page.closed,
            hand_deg=None, endpoint_error_m=1.0, movement_time_s=1.0, level=99.0,
        ),
    ]  # fmt: skip
    return hand, gone, events


def three(pen: Pen = ON_THE_LINE, **changes: Any) -> list[Page]:
    return [Page(pen, **changes) for _ in range(3)]


def ring(found: Recording, metric: str) -> dict[int, float]:
    return {
        int(scope.removeprefix("angle:")): row.value
        for (name, scope), row in rows_of(found).items()
        if name == metric and scope.startswith("angle:") and row.value is not None
    }


# ---- the residual


@pytest.mark.parametrize("device", ["points", "mouse", "ticks"])
@pytest.mark.parametrize("out_mm", [3.0, -2.0])
def test_a_known_offset_gives_the_exact_residual(device: Any, out_mm: float) -> None:
    found = drawn(three(eased(circle(0.001 * out_mm))), device=device)
    assert value(found, "trace_error_mm") == pytest.approx(abs(out_mm), abs=0.05)
    assert value(found, "trace_bias_mm") == pytest.approx(out_mm, abs=0.05)
    # The corners lie on the circle, and their mean distance from its middle is its radius.
    assert value(found, "trace_error_relative") == pytest.approx(abs(out_mm) / 40.0, abs=0.0015)
    assert list(ring(found, "trace_bias_mm").values()) == pytest.approx([out_mm] * 36, abs=0.1)


@pytest.mark.parametrize("mirror", ["left_right", "up_down", "both"])
def test_the_mirror_is_turned_round(mirror: Any) -> None:
    """A shape aside: with the mirror left as it is, the pen would be on the other side, or far below."""
    found = drawn(three(circle(aside_m=(0.004, 0.0)), mirror=mirror))
    by_angle = ring(found, "trace_bias_mm")
    # The marked point is below; a circle 4 mm to the right is outside at 0 degrees, inside at 180.
    assert by_angle[5] == pytest.approx(4.0, abs=0.2) and by_angle[175] == pytest.approx(-4.0, abs=0.2)
    assert by_angle[85] == pytest.approx(-0.2 + 4.0 * math.cos(math.radians(85)), abs=0.2)
    assert value(found, "trace_error_mm") == pytest.approx(4.0 / math.sqrt(2), abs=0.1)


@pytest.mark.parametrize("rate_hz", [20.0, 30.0, 125.0])
def test_the_devices_rate_does_not_change_it(rate_hz: float) -> None:
    found = drawn(three(circle(0.003)), rate_hz=rate_hz)
    assert value(found, "trace_error_mm") == pytest.approx(3.0, abs=0.1)


@pytest.mark.parametrize("shape", ["star", "circle", "square"])
def test_the_line_itself_has_no_residual(shape: str) -> None:
    corners = outline(shape, RADIUS_M)[1]
    first = min(range(len(corners)), key=lambda at: math.hypot(*corners[at]))
    closed = np.array([*corners[first:], *corners[:first], corners[first]])
    sides = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])

    def pen(share: float) -> tuple[float, float]:
        way = share * sides[-1]
        return float(np.interp(way, sides, closed[:, 0])), float(np.interp(way, sides, closed[:, 1]))

    found = drawn(three(pen, shape=shape, round_s=12.0))
    assert value(found, "trace_error_mm") < 0.35, "but for corners that the filter rounds"
    assert value(found, "trace_exits") == 0.0 and value(found, "trace_outside_share") == 0.0


# ---- exits, the way outside, time


def bulges(share: float) -> float:
    """Outside from a tenth to two tenths of the way, and from five to seven."""
    return 0.012 if 0.1 < share < 0.2 or 0.5 < share < 0.7 else 0.0


@pytest.mark.parametrize("device", ["points", "mouse"])
def test_coming_back_in_is_no_exit(device: Any) -> None:
    found = drawn(three(circle(bulges)), device=device)
    assert value(found, "trace_exits") == 2.0
    # 0.3 of the turn at 52 mm, the rest at 40 mm; four ways of 12 mm, half of each outside.
    outside = 0.3 * math.tau * 52 + 4 * 6
    whole = 0.7 * math.tau * 40 + 0.3 * math.tau * 52 + 4 * 12
    assert value(found, "trace_outside_share") == pytest.approx(outside / whole, abs=0.02)


def test_beginning_outside_and_coming_in_is_none() -> None:
    found = drawn(three(circle(lambda share: 0.012 if share < 0.2 else 0.0)))
    assert value(found, "trace_exits") == 0.0
    assert value(found, "trace_outside_share") > 0.15


def test_time_begins_with_the_shape_and_not_with_the_wait() -> None:
    pages = [Page(round_s=each) for each in (5.0, 7.0, 8.0)]
    found = drawn(pages)
    assert value(found, "trace_time_s") == pytest.approx(7.0, abs=0.005)
    assert trials_of(found.events)[1].start.tick == round((HOLD_S + 5.0) * TICK_HZ) + 1 + 72


def test_a_page_that_was_not_closed_counts_as_far_as_it_was_drawn() -> None:
    half = circle(0.002)
    found = drawn(three(lambda share: half(0.7 * share), round_s=20.0, closed=False))
    assert value(found, "trace_time_s") == pytest.approx(20.0, abs=0.005)
    assert value(found, "trace_error_mm") == pytest.approx(2.0, abs=0.05)
    short = drawn(three(lambda share: half(0.4 * share), round_s=20.0, closed=False))
    assert reason(short, "trace_error_mm") == "too_few_trials"
    assert value(short, "trace_time_s") == pytest.approx(20.0, abs=0.005)
    assert set(ring(short, "trace_bias_mm")) == set(), "a page too short has no part in the ring either"


def test_where_the_pen_rested_shows_in_the_density() -> None:
    up = 0.5 + 5.0 / 360.0  # of the way: at 95 degrees

    def rests(share: float) -> tuple[float, float]:
        return ON_THE_LINE(float(np.interp(share, [0.0, 0.4, 0.65, 1.0], [0.0, up, up, 1.0])))

    by_angle = ring(drawn(three(rests)), "trace_density")
    # A quarter of the time at one of 36 directions is nine times an even share.
    assert by_angle[95] == pytest.approx(10.0, abs=0.5) and by_angle[315] == pytest.approx(0.8, abs=0.1)
    assert sum(by_angle.values()) == pytest.approx(36.0, abs=0.5)
    even = drawn(three())
    assert value(even, "trace_density") < 0.1 < value(drawn(three(rests)), "trace_density")


# ---- mirrored and plain, the first pages, gaps


def test_pages_with_and_without_the_mirror_stand_apart() -> None:
    baseline = three(circle(0.001), mirror="none", phase="baseline")
    practice = three(circle(0.004)) + three(circle(0.002), mirror="none")
    found = drawn(baseline + practice)
    assert value(found, "trace_error_mm") == pytest.approx(4.0, abs=0.05)
    assert value(found, "trace_error_mm_plain") == pytest.approx(2.0, abs=0.05)
    assert value(found, "trace_error_mm_plain", "phase:baseline") == pytest.approx(1.0, abs=0.05)
    assert ("trace_error_mm", "phase:baseline") not in rows_of(found)
    assert reason(drawn(three()), "trace_error_mm_plain") == "no_plain_pages"
    assert reason(drawn(three(mirror="none")), "trace_error_mm") == "no_mirror"


def test_the_first_pages_are_the_first_in_the_mirror() -> None:
    sizes = [6.0, 5.0, 4.0, 1.0, 1.0, 1.0]
    pages = [Page(circle(0.001 * each)) for each in sizes]
    pages[2:2] = [Page(circle(0.0), mirror="none"), Page(circle(0.0), paused=True)]
    row = rows_of(drawn(pages))["trace_first_error_relative", ""]
    assert row.value == pytest.approx(5.0 / 40.0, abs=0.001) and row.n == 3
    assert row.quality == pytest.approx(3 / 4), "a paused page lay between them"


def test_short_gaps_are_left_out_and_long_ones_take_the_page() -> None:
    short = drawn(three(circle(0.003), lost=(0.4, 0.55)))
    assert value(short, "trace_error_mm") == pytest.approx(3.0, abs=0.05)
    assert value(short, "trace_exits") == 0.0
    # Straight across a gap it is outside the line that the pen kept within.
    across = drawn(three(circle(-0.003), lost=(0.4, 0.58)))
    assert value(across, "trace_exits") == value(across, "trace_outside_share") == 0.0
    assert not set(range(75, 85)) & set(ring(short, "trace_bias_mm")), "what was not seen is in no direction"
    long = drawn([*three(circle(0.003)), *three(lost=(0.3, 0.6))])
    row = rows_of(long)["trace_error_mm", ""]
    assert (row.n, row.quality) == (3, 0.5)
    assert {each.invalid for each in session_data(long).traces[3:]} == {"drop_outs"}
    assert value(long, "valid_trials_share") == 0.5


def test_reasons() -> None:
    assert {reason(recording(planned_session()), each) for each in TRACING} == {"no_shapes"}
    few = drawn(three()[:2])
    assert reason(few, "trace_exits") == reason(few, "trace_first_error_relative") == "too_few_trials"
    fast = drawn(three(), pointer="accelerated")
    assert reason(fast, "trace_time_s") == "pointer_accelerated"
    assert not ring(fast, "trace_bias_mm")
    bare = drawn(three(circle(0.002)), unit="norm")
    assert reason(bare, "trace_error_mm") == "uncalibrated" and not ring(bare, "trace_bias_mm")
    assert value(bare, "trace_error_relative") == pytest.approx(0.05, abs=0.001)


def test_a_session_of_pages_has_no_numbers_of_reaches_or_courses() -> None:
    found = drawn(three())
    for metric in ("movement_time_s", "hand_angle_deg", "sparc", "tracking_error_mm"):
        assert rows_of(found)[metric, ""].value is None
    assert value(found, "valid_trials_share") == 1.0 and value(found, "trials") == 3


def test_the_metrics_find_what_the_game_judged() -> None:
    """Played by a virtual person: time, exits and distance agree with the game's own count."""
    _, found = play(make_plan(game="mirror_scribe", practice=12, probe=0), "healthy_old", 2)
    pages = [each for each in trials_of(found.events) if each.trace and each.trace.mirror != "none"]
    ends = [each.end for each in pages if each.end]
    took_s = median(each.movement_time_s or 0.0 for each in ends)
    assert value(found, "trace_time_s") == pytest.approx(took_s, abs=0.01)
    # The game counts its own 120 Hz cursor, the metric the hand below 8 Hz.
    assert value(found, "trace_exits") == pytest.approx(median(each.level or 0.0 for each in ends), abs=1.0)
    rms_mm = 1000.0 * median(each.endpoint_error_m or 0.0 for each in ends)
    # Its distance counts each moment, and the metric's each direction once.
    assert 0.6 * rms_mm < value(found, "trace_error_mm") < 1.6 * rms_mm
    assert len([each for each in compute_recording(found) if each.scope.startswith("angle:")]) == 72


# ---- across days


def day(number: int, out_mm: float | None) -> SessionSummary:
    """A day on which the first pages are so far outside, or one without a mirror."""
    pages = three(mirror="none") if out_mm is None else [*three(circle(0.001 * out_mm)), *three()]
    found = drawn(pages, started_utc_ms=1_780_000_000_000 + number * 86_400_000)
    return replace(summary_of(found, compute_recording(found)), session_id=str(number))


def test_savings_are_what_the_first_pages_of_a_later_day_have_less_of_the_error() -> None:
    days = [day(0, None), day(1, 6.0), day(2, 4.0), day(9, 1.5), day(10, None)]
    rows = {
        at: {row.metric: row for row in each}["trace_savings"] for at, each in compute_across(days).items()
    }
    assert rows["0"].missing_reason == rows["10"].missing_reason == "no_mirror"
    assert rows["1"].missing_reason == "first_exposure"
    assert rows["2"].value == pytest.approx(2 / 6, abs=0.01)
    assert rows["9"].value == pytest.approx(4.5 / 6, abs=0.01) and rows["9"].n == 3
