"""What a player may choose: the order and the place, and not where anything hangs on it."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from game_client.session.blocks import blocks_of
from game_client.session.choice import arranged, may_choose_order, may_choose_place
from game_client.session.run import SessionRun
from shared.wire.plan import Plan
from tests.virtual_sessions import make_header, make_plan


def plan_of(*changes: dict[str, Any], **content: Any) -> Plan:
    plan = make_plan(practice=4, probe=0, **content)
    only = plan.content.blocks[0]
    blocks = [replace(only, key=f"b{k}", **each) for k, each in enumerate(changes)]
    return replace(plan, content=replace(plan.content, blocks=blocks))


def test_the_chosen_game_comes_first_and_the_others_keep_their_order() -> None:
    plan = plan_of({}, {"game": "ferry_crossing"}, {})
    assert may_choose_order(plan)
    found = arranged(plan, blocks_of(plan), "b2", "")
    assert [each.plan_block for each in found] == ["b2", "b0", "b1"]


def test_the_place_is_shown_and_without_a_choice_each_game_is_at_home() -> None:
    plan = plan_of({}, {"game": "ferry_crossing"})
    at_home = [each.context for each in blocks_of(plan)]
    assert at_home[0] == "harbour"
    found = arranged(plan, blocks_of(plan), "", "spring")
    assert [each.context for each in found] == ["spring", "spring"]
    assert [each.context for each in arranged(plan, blocks_of(plan), "", "")] == at_home


def test_a_context_that_the_plan_names_and_the_order_of_an_assessment_stay() -> None:
    named = plan_of({"context": "reed_marsh"}, {})
    assert not may_choose_place(named)
    assert arranged(named, blocks_of(named), "", "spring")[0].context == "reed_marsh"
    assessed = plan_of({"purpose": "assess"}, {})
    assert not may_choose_order(assessed)
    assert [each.plan_block for each in arranged(assessed, blocks_of(assessed), "b1", "")] == ["b0", "b1"]
    design = plan_of({"n_of_1": ["error_based", "reward_based"]}, {})
    assert not may_choose_order(design)


def test_a_rest_of_ten_minutes_begins_the_count_of_successes_anew() -> None:
    for seconds, kept in ((60.0, True), (700.0, False)):
        run = SessionRun(make_header(make_plan(practice=60, probe=0)))
        for name in ("pain", "effort", "warning"):
            run.command(name, 0.0)
        policy = run.running.policy
        for _ in range(12):
            policy.setup("practice", 0, 60, 0)
            from shared.training.spec import TrialResult

            policy.finish("practice", TrialResult(0.0, True, True, 0.5))
        run.command("rest_asked")
        run.command("rest_done", seconds)
        found = policy._challenge
        assert found is not None
        assert bool(found.recent) is kept
