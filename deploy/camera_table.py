"""Measure the trackers and write the table of docs/camera.md: `python3 deploy/camera_table.py [--json]`.

Each clip of known truth runs once at 30 frames a second through the real capture process, while a session
ticks 120 times a second in this process as it does in play; then each game is played and drawn beside an
endless clip of a hand. It takes two minutes. `--json` prints the
figures and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from deploy import _setup

if __name__ == "__main__":
    _setup.enter("all")

import math
import os
import platform
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from deploy._bench_camera import GAMES, NAMES, with_camera
from game_client.camera.capture import Capture
from game_client.camera.frames import Clip
from game_client.camera.untested import UNTESTED
from game_client.session.run import SessionRun
from tests.game_client.camera.measured import Measures, body_measures, hand_measures
from tests.virtual_sessions import make_header, make_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deploy._bench_camera import Beside
    from game_client.camera.ring import Result
    from game_client.camera.tracker import TrackerName

PAGE = Path(__file__).resolve().parents[1] / "docs/camera.md"
START, END = "<!-- written by deploy/camera_table.py -->\n", "<!-- end -->\n"
_TICK_NS = 1_000_000_000 // 120
_RATE_HZ = 30.0

TRACKERS: tuple[tuple[TrackerName, str, str, Callable[[Sequence[Result]], Measures]], ...] = (
    ("hand", "hand, complexity 0: tip of the index finger", "drawn_hand", hand_measures),
    ("body", "body, complexity 1: nose and shoulders", "moved_person", body_measures),
)


@dataclass(frozen=True)
class Row:
    """One tracker on its clip; `taken_ms` from capture until a tick of the game had it."""

    what: str
    frames: int
    measures: Measures
    taken_ms_median: float
    taken_ms_p95: float
    late_tick_ms_p99: float


def main() -> int:
    parser = argparse.ArgumentParser(prog="camera_table.py", description="measure the camera's trackers")
    parser.add_argument("--json", action="store_true", help="print the figures, write nothing")
    arguments = parser.parse_args()
    rows = [measure(*each) for each in TRACKERS]
    plays = [with_camera(game) for game in GAMES]
    if arguments.json:
        print(json.dumps([*map(asdict, rows), *map(asdict, plays)], indent=1))
        return 0
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    tail = rest.partition(END)[2]
    PAGE.write_text(head + START + written(rows, plays) + END + tail, encoding="utf-8")
    return 0


def measure(name: TrackerName, what: str, clip: str, measures: Callable[[Sequence[Result]], Measures]) -> Row:
    """Run the clip through its tracker beside a ticking session; return what came out.

    Raises:
        RuntimeError: the clip did not run to its end.
    """
    run = SessionRun(make_header(make_plan(practice=4)))
    for command in ("pain", "effort", "warning"):
        run.command(command, 0.0)
    capture = Capture(Clip(f"tests.game_client.camera.{clip}:clip", _RATE_HZ), name)
    results: list[Result] = []
    taken_ms: list[float] = []
    late_ms: list[float] = []
    try:
        run.anchor(time.perf_counter_ns())
        due_ns = time.perf_counter_ns()
        while (problem := capture.problem(time.perf_counter_ns())) is None:
            due_ns += _TICK_NS
            time.sleep(max(0, due_ns - time.perf_counter_ns()) * 1e-9)
            now_ns = time.perf_counter_ns()
            late_ms.append((now_ns - due_ns) * 1e-6)
            for result in capture.since(results[-1].number if results else 0):
                results.append(result)
                taken_ms.append((now_ns - result.t_ns) * 1e-6)
            run.tick(*_place(results), 100, 0)
        results += capture.since(results[-1].number if results else 0)
    finally:
        capture.close()
    if problem.code != "ended":
        raise RuntimeError(problem.sentence)
    return Row(
        what=what,
        frames=len(results),
        measures=measures(results),
        taken_ms_median=float(np.median(taken_ms)),
        taken_ms_p95=float(np.percentile(taken_ms, 95)),
        late_tick_ms_p99=float(np.percentile(late_ms, 99)),
    )


def load() -> str:
    """Return how busy the machine was in the last minute, in words; nothing where that can't be told."""
    return f" under a load of {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""


def _place(results: Sequence[Result]) -> tuple[int, int]:
    if not results or not results[-1].points:
        return 0, 0
    point = results[-1].points[0]
    return round(-point.x * 1e6), round(-point.y * 1e6)


def written(rows: Sequence[Row], plays: Sequence[Beside]) -> str:
    """Return the tables and the list of what was not tried, as Markdown."""
    lines = [
        "| tracker | frames | found | error px, median / p95 | capture to result ms, median / p95"
        " | capture to the game's tick ms, median / p95 |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        found = row.measures
        lines.append(
            f"| {row.what} | {row.frames} | {found.share:.1%}"
            f" | {found.error_median_px:.1f} / {found.error_p95_px:.1f}"
            f" | {found.ms_median:.1f} / {found.ms_p95:.1f}"
            f" | {row.taken_ms_median:.1f} / {row.taken_ms_p95:.1f} |"
        )
    slopes = [row.measures.lean_slope for row in rows if not math.isnan(row.measures.lean_slope)]
    late = max(row.late_tick_ms_p99 for row in rows)
    lines += [
        "",
        f"Pictures of 640 × 480 at {_RATE_HZ:.0f} a second, beside a session that ticks 120 times a second"
        f" (99 % of its ticks at most {late:.1f} ms late); {platform.system()}, Python"
        f" {platform.python_version()}, {os.cpu_count()} shared processor cores{load()}."
        " No camera's own delay is in these times.",
        "",
        f"When the photograph leans by 1°, the body tracker's shoulder line turns by {slopes[0]:.2f}°."
        if slopes
        else "",
        "",
        "### A game with the camera on",
        "",
        "| game | frames drawn | late frames | late without a camera | capture to result ms, median / p95"
        " | capture to the game's tick ms, median / p95 | result to tick ms, median / p95 |",
        "|---|---|---|---|---|---|---|",
        *(_played(each) for each in plays),
        "",
        "The game is drawn 60 times a second in software, without a screen, beside the hand tracker, on two"
        f" processor cores{load()}. A frame is late when it comes more than 25 ms after the one before;"
        " without a camera the same play is drawn again. A result waits for the next of 120 ticks a second,"
        " so up to 8.3 ms.",
        "",
        "### Never tried on",
        "",
        *(f"- {each};" for each in UNTESTED[:-1]),
        f"- {UNTESTED[-1]}.",
        "",
    ]
    return "\n".join(lines)


def _played(found: Beside) -> str:
    pairs = (found.tracker_ms, found.taken_ms, found.waited_ms)
    times = " | ".join(f"{middle:.1f} / {high:.1f}" for middle, high in pairs)
    late = f"{found.dropped:.2%} | {found.dropped_without:.2%}"
    return f"| {NAMES[found.game]} | {found.frames} | {late} | {times} |"


if __name__ == "__main__":
    raise SystemExit(main())
