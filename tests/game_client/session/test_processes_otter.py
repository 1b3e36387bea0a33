"""Free play shows what is looked after: an overlooked side is swum over less, through the real loop."""

from __future__ import annotations

from statistics import mean

import pytest
from msgspec.structs import replace

from shared.metrics.compute import compute_recording
from shared.patient.virtual import VirtualPatient, draw_person
from tests.virtual_sessions import make_plan, play

pytestmark = pytest.mark.science
SEEDS = range(12)
STRETCHES = 3  # a minute in all


def explored(profile: str, overlooks: str | None) -> tuple[list[float], list[float]]:
    """Left share of what was explored, and explored share, of people who overlook this side."""
    left, whole = [], []
    for seed in SEEDS:
        person = draw_person(profile, seed)
        person = replace(person, impairment=replace(person.impairment, neglect_side=overlooks))
        plan = make_plan("use_dependent", game="otter", practice=STRETCHES, probe=0)
        run, recording = play(plan, profile, seed, VirtualPatient(person, seed))
        assert run.ended_reason == "completed"
        rows = {each.metric: each for each in compute_recording(recording)}
        share = rows["explored_share"]
        assert rows["explored_left_share"].value is not None and share.value is not None
        assert share.quality > 0.99, "all of the minute counted"
        left.append(rows["explored_left_share"].value)
        whole.append(share.value)
    return left, whole


def test_a_side_that_is_overlooked_is_explored_less() -> None:
    """The same people with and without neglect, and with the other side: only the side differs."""
    left = {side: mean(explored("stroke_neglect", side)[0]) for side in ("left", None, "right")}
    assert left[None] == pytest.approx(0.5, abs=0.05)
    assert left["left"] < left[None] - 0.05
    assert left["right"] > left[None] + 0.05


def test_the_healthy_explore_evenly_and_more() -> None:
    left, whole = explored("healthy_old", None)
    neglect_left, neglect_whole = explored("stroke_neglect", "left")
    assert mean(left) == pytest.approx(0.5, abs=0.04)
    assert mean(neglect_left) < 0.46
    assert sum(each < 0.44 for each in neglect_left) >= 4
    assert not any(each < 0.44 for each in left)
    assert mean(whole) > mean(neglect_whole) + 0.05
