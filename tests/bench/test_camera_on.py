"""A game beside the hand tracker, on two cores: frames stay on time, and a sample soon reaches its tick."""

from __future__ import annotations

import pytest

from deploy._bench_camera import GAMES, SECONDS, with_camera


@pytest.mark.bench
@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("driver", ["dummy", "x11"])
def test_a_camera_costs_no_frames_and_no_time(game: str, driver: str, request: pytest.FixtureRequest) -> None:
    display = request.getfixturevalue("screen") if driver == "x11" else ""
    found = with_camera(game, SECONDS, display)
    assert found.frames >= SECONDS * 60 * 0.98, found
    assert found.samples >= SECONDS * 30 * 0.95, found
    assert found.dropped < 0.01, found
    assert found.waited_ms[0] <= 5.0, found
    # A result may come just after a tick and wait 8.3 ms for the next, so 5 ms can't be asked of 95 in 100;
    # half as much again is for a busy machine.
    assert found.waited_ms[1] <= 12.5, found
