"""The numbers on the page of a session of courses: of following, with their units, and none of reaches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.clinic_server.world import replaced, run_jobs
from tests.virtual_sessions import make_plan, play

if TYPE_CHECKING:
    from tests.clinic_server.world import Device, World

pytestmark = pytest.mark.django_db

_PLAYED = ("blocks", "events", "commands", "samples", "ticks", "anchors", "tick_hz", "device", "ended_reason")


def test_the_page_names_the_numbers_of_following(world: World, device: Device) -> None:
    plan = make_plan(game="ferry_crossing", practice=6, probe=4, game_params={"course_s": 5.0})
    played = play(plan, "healthy_old", 1)[1]
    recording = replaced(device.record(), **{name: getattr(played, name) for name in _PLAYED})
    assert device.upload(recording).status_code == 200
    run_jobs()
    page = world.as_().get(f"/sessions/{recording.id}/").content.decode()
    numbers = page[page.index('<section id="numbers">') :]
    measured, _, missing = numbers.partition("that this session could not give")
    for name, unit in (("Tracking error", " mm"), ("Tracking lag", " ms"), ("Time in the channel", "")):
        assert re.search(rf"<td>{name}</td><td>[-\d.]+{unit}</td><td>6</td><td>100 %</td>", measured), name
    assert "<td>Movement time</td>" not in measured
    assert re.search(r"<td>Movement time</td><td>missing: no reaches</td>", missing)
