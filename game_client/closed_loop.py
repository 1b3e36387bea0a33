"""How late a camera sees what the screen shows: the whole loop, closed by a patch that changes on the screen.

Nothing inside the game can know what the screen and the camera's own sensor add. So the camera is pointed at
the screen; a patch turns dark and bright at times that a seed decides; and the time from handing a change to
the screen to the first frame that shows it is measured. A frame comes on average half an interval after what
it shows, so that half is in it. The patch changes at most once in 0.6 s (PRODUCT N7 allows three a second).
"""

from __future__ import annotations

import itertools
import random
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from game_client.camera.capture import Capture
from game_client.engine.palette import BLACK, WHITE
from shared.errors import MovereError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from game_client.camera.frames import Source
    from game_client.camera.ring import Result
    from game_client.engine.window import Window

CHANGES = 20
_LEAST_CHANGES = 8
_LEAST_STEP = 8.0  # of 255: a camera beside the screen sees less than one before it
_LONGEST_S = 0.55
_FIRST_FRAME_S = 10.0


class LoopError(MovereError):
    """The loop could not be closed; the sentence says what to do."""


class LoopDelay(NamedTuple):
    """From handing a change to the screen to the first frame that shows it, ms, of so many changes."""

    median_ms: float
    p95_ms: float
    changes: int
    frame_interval_ms: float


def measure(
    window: Window,
    source: Source,
    *,
    seed: int = 0,
    times: int = CHANGES,
    progress: Callable[[float], None] = lambda share: None,
) -> LoopDelay:
    """Show the patch and watch it through the camera while it changes so many times (16 s for twenty).

    Raises:
        LoopError: the camera gives nothing, or does not see the patch.
    """
    capture = Capture(source, "light")
    chance = random.Random(seed)
    changes: list[tuple[int, bool]] = []
    seen: list[Result] = []
    try:
        _show(window, bright=False)
        _wait_for_frames(capture)
        for at in range(times):
            until_s = time.monotonic() + chance.uniform(0.6, 1.0)
            while time.monotonic() < until_s:
                window.pump()
                seen += capture.since(seen[-1].number if seen else 0)
                time.sleep(0.004)
            is_bright = at % 2 == 0
            changes.append((_show(window, bright=is_bright), is_bright))
            progress((at + 1) / times)
        time.sleep(_LONGEST_S)
        seen += capture.since(seen[-1].number if seen else 0)
        sentence = capture.sentence(time.perf_counter_ns())
    finally:
        capture.close()
    if sentence:
        raise LoopError(sentence)
    return found(changes, seen)


def found(changes: Sequence[tuple[int, bool]], seen: Sequence[Result]) -> LoopDelay:
    """Find each change (when it was handed to the screen, whether to bright) in the frames' brightness.

    Raises:
        LoopError: too few changes show.
    """
    delays_ms = []
    for handed_ns, is_bright in changes:
        before = [each.light.mean for each in seen if handed_ns - 300_000_000 < each.t_ns <= handed_ns]
        after = [each for each in seen if handed_ns < each.t_ns <= handed_ns + round(_LONGEST_S * 1e9)]
        if not before or not after:
            continue
        low, high = before[-1], after[-1].light.mean
        if abs(high - low) < _LEAST_STEP or (high > low) != is_bright:
            continue
        middle = (low + high) / 2
        first = next(each for each in after if (each.light.mean > middle) == is_bright)
        delays_ms.append((first.t_ns - handed_ns) * 1e-6)
    if len(delays_ms) < _LEAST_CHANGES:
        raise LoopError(
            f"the camera saw {len(delays_ms)} of {len(changes)} changes: point it at the screen, near enough"
            " that the patch fills most of its picture, and switch other lights off"
        )
    ordered = sorted(delays_ms)
    last = len(ordered) - 1
    gaps_ms = sorted((b.t_ns - a.t_ns) * 1e-6 for a, b in itertools.pairwise(seen))
    return LoopDelay(
        round(ordered[round(0.5 * last)], 1),
        round(ordered[round(0.95 * last)], 1),
        len(ordered),
        round(gaps_ms[len(gaps_ms) // 2], 1),
    )


def _show(window: Window, *, bright: bool) -> int:
    canvas: Any = window.canvas
    canvas.fill(WHITE if bright else BLACK, 1.0)
    return window.present()


def _wait_for_frames(capture: Capture) -> None:
    until_s = time.monotonic() + _FIRST_FRAME_S
    while capture.newest().number < 3:
        sentence = capture.sentence(time.perf_counter_ns())
        if sentence or time.monotonic() > until_s:
            raise LoopError(sentence or "no picture came from the camera within ten seconds: try another")
        time.sleep(0.01)
