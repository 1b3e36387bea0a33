"""A decoder's program for tests: a real outlet in a process of its own, told by lines on its standard input.

As a program, its first line says what it is (`Stream`'s fields in JSON), each later one changes what it does:
`values` that are sent, `meant` a velocity (m/s) that a population of tuned units means, `rate_hz`, `silent`;
`repeat` the last stamp, let stamps run `backwards`, `back_s` how far they lie back. It ends with its input.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[3]


class Outlet:
    """A stream that is there until it is closed. `units` of a population of that seed, or labelled channels.

    `said` is put into its description instead of what it would say: a mapping of words for each channel.
    """

    def __init__(
        self,
        name: str,
        *,
        labels: tuple[str, ...] = ("x", "y"),
        units: int = 0,
        seed: int = 1,
        rate_hz: float = 50.0,
        said: list[dict[str, str]] | None = None,
        kind: str = "Movere",
        channel_format: str = "double64",
        environment: dict[str, str] | None = None,
    ) -> None:
        what = {
            "name": name,
            "labels": labels,
            "units": units,
            "seed": seed,
            "rate_hz": rate_hz,
            "said": said,
            "kind": kind,
            "format": channel_format,
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.game_client.devices.lsl_outlet"],
            cwd=ROOT,
            env=environment or dict(os.environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.tell(**what)
        assert self._out.readline() == "there\n"

    @property
    def _out(self) -> IO[str]:
        assert self._process.stdout is not None
        return self._process.stdout

    def tell(self, **change: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(change) + "\n")
        self._process.stdin.flush()

    def hang(self) -> None:
        """Stop it where it is: its connections stay open, and nothing comes through them."""
        self._process.send_signal(signal.SIGSTOP)

    def close(self) -> None:
        """Kill it: a program that crashes says no farewell either."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._out):
            assert pipe is not None
            pipe.close()

    def __enter__(self) -> Outlet:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def main() -> None:
    import numpy as np
    import pylsl

    from shared.patient.neurons import population

    what = json.loads(sys.stdin.readline())
    of = population(what["seed"], units=what["units"]) if what["units"] else None
    count = what["units"] or len(what["labels"])
    info = pylsl.StreamInfo(what["name"], what["kind"], count, what["rate_hz"], what["format"], "")
    channels = info.desc().append_child("channels")
    said = what["said"]
    if said is None and of is not None:
        tuning = of.loading[:, :2]
        said = [
            {
                "label": f"unit_{at}",
                "preferred_deg": str(np.degrees(np.arctan2(*tuning[at][::-1]))),
                "rest": str(of.rest_hz[at]),
                "depth": str(np.hypot(*tuning[at])),
                "extra": "0.01" if at < 10 else "0",
            }
            for at in range(count)
        ]
    for each in said if said is not None else [{"label": each} for each in what["labels"]]:
        channel = channels.append_child("channel")
        for word, text in each.items():
            channel.append_child_value(word, text)
    outlet = pylsl.StreamOutlet(info, chunk_size=1)
    state: dict[str, Any] = {"rate_hz": what["rate_hz"] or 50.0, "values": [0.0] * count, "meant": [0.0, 0.0]}

    def listen() -> None:
        for line in sys.stdin:
            state.update(json.loads(line))
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    sys.stdout.write("there\n")
    sys.stdout.flush()
    chance = np.random.default_rng(what["seed"])
    due, stamp = time.perf_counter(), pylsl.local_clock()
    while True:
        due = max(due + 1.0 / state["rate_hz"], time.perf_counter() - 0.1)
        time.sleep(max(0.0, due - time.perf_counter()))
        if state.get("silent"):
            continue
        values = state["values"]
        if of is not None:
            values = of.meant(np.array([state["meant"]]), chance)[0].tolist()
        if not state.get("repeat"):
            stamp = (
                stamp - 0.001 if state.get("backwards") else pylsl.local_clock() - state.get("back_s", 0.0)
            )
        outlet.push_sample([str(each) for each in values] if what["format"] == "string" else values, stamp)


if __name__ == "__main__":
    main()
