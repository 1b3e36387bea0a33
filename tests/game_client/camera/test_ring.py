"""The newest result crosses from one process to another whole, and the reader never waits for the writer."""

from __future__ import annotations

import multiprocessing
import multiprocessing.synchronize
import os
import signal
import time

from game_client.camera.light import Light
from game_client.camera.ring import NOTHING, SLOTS, Result, Ring
from game_client.camera.tracker import Point


def result(number: int) -> Result:
    """Every field says the same number, so that a mixture of two shows."""
    points = tuple(Point(number + each, number, number, number) for each in range(5))
    light = Light(number, number, number, number)
    return Result(number, number, number, number, points, number, light, number)


def test_what_is_written_is_read() -> None:
    ring = Ring()
    assert ring.newest() == NOTHING
    assert ring.since(0) == []
    ring.write(result(1))
    bare = Result(2, 1, 5, 6, (), None, Light(1.0, 0.5, 0.25, 2.0), 0.75)
    ring.write(bare)
    assert ring.newest() == bare
    assert ring.since(0) == [result(1), bare]
    assert ring.since(1) == [bare]
    assert ring.since(2) == []


def test_a_slow_reader_misses_the_oldest_and_gets_the_rest_in_order() -> None:
    ring = Ring()
    for number in range(1, 3 * SLOTS):
        ring.write(result(number))
    got = [each.number for each in ring.since(5)]
    assert got == list(range(got[0], 3 * SLOTS))
    assert len(got) >= SLOTS - 2


def test_a_slot_half_written_is_never_taken() -> None:
    ring = Ring()
    for number in range(1, 6):
        ring.write(result(number))
    size = len(ring._memory) // SLOTS
    ring._memory[5 * size + 40 : 5 * size + 48] = b"\x01" * 8
    assert ring.newest() == result(4)
    assert [each.number for each in ring.since(2)] == [3, 4]


def test_no_mixture_under_a_writer_at_full_speed_and_no_wait_for_one_that_stands_still() -> None:
    context = multiprocessing.get_context("spawn")
    ring, stop = Ring(), context.Event()
    child = context.Process(target=_write_on, args=(ring, stop), daemon=True)
    child.start()
    try:
        until = time.monotonic() + 30
        while ring.newest().number < 1000:
            assert time.monotonic() < until
        for _ in range(5000):
            newest = ring.newest()
            assert newest == result(newest.number)
        assert child.pid is not None
        os.kill(child.pid, signal.SIGSTOP)
        slowest_s = 0.0
        for _ in range(200):
            start_s = time.perf_counter()
            newest = ring.newest()
            slowest_s = max(slowest_s, time.perf_counter() - start_s)
            assert newest == result(newest.number)
        assert slowest_s < 0.25
    finally:
        if child.pid is not None:
            os.kill(child.pid, signal.SIGCONT)
        stop.set()
        child.join(10)
    assert child.exitcode == 0


def test_it_could_not_hold_a_picture() -> None:
    assert len(Ring()._memory) < 320 * 240 * 3 // 8


def _write_on(ring: Ring, stop: multiprocessing.synchronize.Event) -> None:
    number = 0
    while not stop.is_set():
        for _ in range(100):
            number += 1
            ring.write(result(number))
