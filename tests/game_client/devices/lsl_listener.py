"""Play a decoder's stream in ticks, as a game does, until something holds."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from game_client.devices._port import PROBLEMS
from game_client.devices.lsl_stream import LslStream
from shared.wire.streams import FLAG_HELD, FLAG_LOST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shared.wire.plan import DecoderPlan

TICK_S = 1 / 120


@contextmanager
def opened(name: str, plan: DecoderPlan | None = None, **more: Any) -> Iterator[LslStream]:
    device = LslStream(name, plan, **more)
    try:
        yield device
    finally:
        device.close()


def until(device: LslStream, holds: Callable[[], bool], within_s: float = 5.0) -> float:
    """Play on in ticks until it holds; return how long that took, s."""
    began = time.perf_counter()
    while not holds():
        assert time.perf_counter() - began < within_s, (device.problem, device.sentence)
        time.sleep(TICK_S)
        device.at(time.perf_counter_ns())
    return time.perf_counter() - began


def wait(device: LslStream, seconds: float) -> None:
    ended = time.perf_counter() + seconds
    until(device, lambda: time.perf_counter() > ended, seconds + 1.0)


def now(device: LslStream) -> tuple[int, int, int, int]:
    return device.at(time.perf_counter_ns())


def flows(device: LslStream) -> bool:
    return now(device)[3] in (0, FLAG_HELD) and not device.problem


def lost(device: LslStream, problem: str) -> bool:
    assert problem in PROBLEMS
    return now(device)[2:] == (0, FLAG_LOST) and device.problem == problem
