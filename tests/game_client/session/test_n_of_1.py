"""N-of-1 designs: sets of targets apart, drawn once; order turned from session to session; its own probes."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from msgspec.structs import replace

from game_client.session.blocks import blocks_of
from shared.errors import PlanError
from shared.wire.plan import Plan
from tests.virtual_sessions import make_plan, play

MODES = ["error_based", "reward_based", "strategy_cue"]


def design(modes: list[str], seed: int = 0, **changes: Any) -> Plan:
    plan = make_plan(practice=8, probe=2)
    block = replace(plan.content.blocks[0], n_of_1=modes, **changes)
    named = replace(plan, id=uuid.UUID(int=plan.id.int + seed))
    return replace(named, content=replace(plan.content, blocks=[block]))


def test_each_mode_has_its_own_targets_at_least_60_degrees_apart() -> None:
    for seed in range(20):
        blocks = blocks_of(design(MODES, seed))
        assert sorted(each.mode for each in blocks) == sorted(MODES)
        centres = sorted(float(each.game_params["centre_deg"]) for each in blocks)
        gaps = [(b - a) % 360 for a, b in zip(centres, [*centres[1:], centres[0]], strict=True)]
        assert min(gaps) - 30.0 >= 60.0


def test_sets_stay_and_the_order_turns_over_sessions() -> None:
    plan = design(MODES[:2], 3)
    first, second, third = (blocks_of(plan, sessions_before=each) for each in range(3))
    assert [each.mode for each in first] == [each.mode for each in reversed(second)]
    assert [each.mode for each in first] == [each.mode for each in third]
    places = [{each.mode: each.game_params["centre_deg"] for each in blocks} for blocks in (first, second)]
    assert places[0] == places[1]


def test_set_and_first_mode_are_drawn_anew_for_each_plan() -> None:
    drawn = [blocks_of(design(MODES[:2], seed)) for seed in range(40)]
    firsts = {each[0].mode for each in drawn}
    sets = {each[0].game_params["centre_deg"] for each in drawn}
    assert firsts == set(MODES[:2])
    assert len(sets) == 3


def test_each_arm_is_known_by_its_key_and_takes_its_own_parameters() -> None:
    blocks = blocks_of(design(MODES[:2], mode_params={"rotation_deg": 10.0, "zone_half_deg": 4.0}))
    by_mode = {each.mode: each for each in blocks}
    assert {each.plan_block for each in blocks} == {"tide.error_based", "tide.reward_based"}
    assert by_mode["error_based"].mode_params == {"rotation_deg": 10.0}
    assert by_mode["reward_based"].mode_params == {"zone_half_deg": 4.0}


def test_a_session_plays_every_arm_with_its_own_probes() -> None:
    _, recording = play(design(MODES[:2]))
    assert len(recording.blocks) == 2
    for index in range(2):
        here = [each for each in recording.events if getattr(each, "block", None) == index]
        assert [each.place for each in here if type(each).__name__ == "ProbeStart"] == ["opening", "closing"]


def test_a_game_without_targets_around_is_refused_in_a_sentence() -> None:
    with pytest.raises(PlanError, match="Ferry Crossing has no sets of targets") as caught:
        blocks_of(design(["error_based", "acuity"], game="ferry_crossing"))
    assert caught.value.pointer == "/blocks/0/n_of_1"


def test_a_mode_that_the_game_does_not_carry_is_refused() -> None:
    with pytest.raises(PlanError, match="cannot be played as acuity"):
        blocks_of(design(["error_based", "acuity"]))
