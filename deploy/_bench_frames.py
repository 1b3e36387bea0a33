"""CPU time of a frame of every game, in software at 1280 x 720, beside an empty one in the same run.

A frame is two ticks of the real session with a virtual person's hand, the play scene drawn, and the window's
flip. `python -m deploy._bench_frames FRAMES` prints one JSON object a game, the empty loop's first.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, convert

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
WARM_UP = 120
MOST_P99_MS = 8.0


class FrameTime(Struct, frozen=True):
    """`game` is empty for the loop that draws nothing."""

    game: str
    mode: str
    p50_ms: float
    p99_ms: float


def frame_times(frames: int) -> list[FrameTime]:
    """Measure in a process of its own, without a display."""
    environment = {**os.environ, "SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}
    done = subprocess.run(
        [sys.executable, "-m", "deploy._bench_frames", str(frames)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [convert(json.loads(line), FrameTime) for line in done.stdout.splitlines() if line[:1] == "{"]


def _measured(frames: int, frame: Callable[[], None]) -> tuple[float, float]:
    for _ in range(WARM_UP):
        frame()
    taken_ms = []
    for _ in range(frames):
        began_ns = time.thread_time_ns()
        frame()
        taken_ms.append((time.thread_time_ns() - began_ns) * 1e-6)
    taken_ms.sort()
    return taken_ms[len(taken_ms) // 2], taken_ms[int(0.99 * (len(taken_ms) - 1))]


def _main(frames: int) -> None:
    from deploy.game_sheet import Showing
    from game_client.config import Settings
    from game_client.engine.window import Window
    from game_client.session.blocks import games

    window = Window("bench", software=True)

    def empty() -> None:
        window.canvas.fill((20, 32, 43))
        window.present()

    p50, p99 = _measured(frames, empty)
    print(json.dumps({"game": "", "mode": "", "p50_ms": p50, "p99_ms": p99}))
    for game in games().values():
        for mode in sorted(game.modes):
            showing = Showing(game, mode, Settings(liveliness="high"), probe=0)
            showing.canvas = window.canvas

            def frame(showing: Showing = showing) -> None:
                showing.step(2)
                window.present()

            p50, p99 = _measured(frames, frame)
            print(json.dumps({"game": game.name, "mode": mode, "p50_ms": p50, "p99_ms": p99}), flush=True)
    window.close()


if __name__ == "__main__":
    _main(int(sys.argv[1]))
