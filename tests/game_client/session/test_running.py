"""What the director runs beside a game: a second task, boosted rewards, targets that only probes ask for."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from game_client.session.header import Piece, SessionEnd, assemble
from game_client.session.play import play_virtual
from game_client.session.replay import differences, replay
from game_client.session.run import SessionRun
from shared.metrics.compute import compute_recording
from shared.patient.virtual import VirtualPatient, draw_person
from shared.wire.events import SecondTask, TrialStart
from shared.wire.plan import Plan
from shared.wire.session import Recording
from tests.virtual_sessions import make_header, make_plan, play


def dual(**changes: Any) -> Plan:
    plan = make_plan(practice=40, probe=4, **changes)
    block = replace(plan.content.blocks[0], dual_task=True)
    return replace(plan, content=replace(plan.content, blocks=[block]))


def starts(recording: Recording) -> list[TrialStart]:
    return [each for each in recording.events if isinstance(each, TrialStart)]


def test_half_of_the_practice_has_the_second_task_and_probes_have_none() -> None:
    _, recording = play(dual())
    here = starts(recording)
    assert sum(each.dual_task for each in here) == 20
    assert not any(each.dual_task for each in here if each.phase == "probe")
    told = [each for each in recording.events if isinstance(each, SecondTask)]
    assert [each.block for each in told] == [0]
    assert 5 <= told[0].shown <= 20
    assert told[0].said is not None
    assert abs(told[0].said - told[0].shown) <= 5
    assert not differences(recording.events, replay(recording))


def test_a_block_without_it_asks_for_no_count() -> None:
    _, recording = play(make_plan(practice=8, probe=0))
    assert not any(isinstance(each, SecondTask) for each in recording.events)


def test_the_cost_of_the_second_task_appears_in_the_metrics_and_only_when_the_plan_asks() -> None:
    costs = []
    for seed in range(6):
        _, recording = play(dual(), profile="parkinson_on", seed=seed)
        rows = {each.metric: each for each in compute_recording(recording) if not each.scope}
        value = rows["dual_task_cost_speed"].value
        assert value is not None
        costs.append(value)
    assert sum(costs) / len(costs) > 0.05
    _, alone = play(make_plan(practice=40, probe=4), profile="parkinson_on")
    rows = {each.metric: each for each in compute_recording(alone) if not each.scope}
    assert rows["dual_task_cost_speed"].missing_reason == "no_dual_task"


def wished(answer: int | None) -> Recording:
    plan = make_plan("reward_based", practice=12, probe=2)
    person = draw_person("healthy_old", 1)
    header = make_header(plan, 1, person)
    pieces: list[Piece] = []
    if answer is None:
        run = play_virtual(header, VirtualPatient(person, 1), pieces.append)
    else:
        run = play_virtual(header, VirtualPatient(person, 1), pieces.append, wish=answer)
    return assemble(run.header, pieces, SessionEnd(ended_reason="completed", client_metrics=[]))


@pytest.mark.parametrize(("answer", "offered"), [(None, None), (4, None), (1, 2.0), (0, 2.0)])
def test_little_wish_to_play_boosts_the_rewards_and_both_stand_in_the_recording(
    answer: int | None, offered: float | None
) -> None:
    recording = wished(answer)
    paid = {each.reward_offered for each in starts(recording) if each.feedback == "reward"}
    assert paid == {offered}
    told = [each.value for each in recording.commands if each.name == "motivation"]
    assert told == ([] if answer is None else [float(answer)])
    assert not differences(recording.events, replay(recording))
    rows = {each.metric: each for each in compute_recording(recording) if not each.scope}
    assert rows["motivation"].value == answer
    assert rows["boosted_reward_share"].value == (0.0 if offered is None else 1.0)


def test_an_answer_during_play_changes_nothing() -> None:
    run = SessionRun(make_header(make_plan("reward_based", practice=4, probe=0)))
    for name, value in (("pain", 0.0), ("effort", 0.0), ("warning", 0.0), ("motivation", 0.0)):
        run.command(name, value)
    assert run.motivation is None
