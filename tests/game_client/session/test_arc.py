"""The arc of a session: probes around each block, rests between, a free swim at the end, one sentence."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from game_client.session.blocks import blocks_of
from game_client.session.replay import differences, replay
from shared.wire.events import BlockStart, ProbeStart, Rest, TrialEnd, TrialStart
from shared.wire.plan import ImpairmentProfile, Plan
from tests.virtual_sessions import make_plan, play


def plan_of(*games: tuple[str, str], **content: Any) -> Plan:
    plan = make_plan(practice=4, probe=2, **content)
    only = plan.content.blocks[0]
    blocks = [replace(only, key=game, game=game, mode=mode) for game, mode in games]  # type: ignore[arg-type]
    return replace(plan, content=replace(plan.content, blocks=blocks))


def test_two_games_and_a_swim_in_order_with_rests_between() -> None:
    plan = plan_of(("tide_anchor", "error_based"), ("stargazer", "reward_based"), free_swim_min=0.7)
    run, recording = play(plan, "healthy_old", 1)
    assert [each.game for each in recording.blocks] == ["tide_anchor", "stargazer", "otter"]
    told = [each for each in recording.events if isinstance(each, BlockStart | ProbeStart | Rest)]
    names = [type(each).__name__ for each in told]
    assert names == [
        "BlockStart", "ProbeStart", "ProbeStart", "Rest",
        "BlockStart", "ProbeStart", "ProbeStart", "Rest", "BlockStart",
    ]  # fmt: skip
    swims = [each for each in recording.events if isinstance(each, TrialStart) and each.block == 2]
    assert len(swims) == 2, "a minute and a bit is two stretches"
    ends = [each for each in recording.events if isinstance(each, TrialEnd)]
    assert all(each.success is None for each in ends[-2:]), "nothing is judged in it"
    assert run.summary[1] == "summary.good", "one sentence for several games"
    assert not differences(recording.events, replay(recording))


def test_without_the_field_there_is_no_swim_and_a_body_swims_by_its_own_movement() -> None:
    plain = plan_of(("tide_anchor", "error_based"))
    assert [each.game for each in blocks_of(plain)] == ["tide_anchor"]
    lean = plan_of(("ferry_crossing", "error_based"), free_swim_min=2.0)
    block = replace(lean.content.blocks[0], movement="trunk_lean")
    lean = replace(lean, content=replace(lean.content, blocks=[block]))
    swim = blocks_of(lean, place="water_mill")[-1]
    assert (swim.game, swim.movement, swim.context) == ("otter", "trunk_lean", "water_mill")
    assert swim.phases == [("practice", 6)]


def test_a_session_of_free_play_alone_says_how_much_was_played() -> None:
    run, _ = play(plan_of(("otter", "use_dependent")), "healthy_old", 1)
    assert run.summary == (8, "summary.swims", {"n": 8})


@pytest.mark.parametrize(("age", "rule"), [(6, "fixed"), (30, None)])
def test_young_children_are_rewarded_by_one_fixed_rule(age: int, rule: str | None) -> None:
    plan = replace(plan_of(("fireflies", "reward_based")), impairment=ImpairmentProfile(age_years=age))
    assert blocks_of(plan)[0].mode_params.get("rule") == rule
