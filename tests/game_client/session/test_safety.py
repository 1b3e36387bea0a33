"""Pain, effort, warning signs, time and fatigue rest or stop a session, by the plan's limits (N14, H4-H6)."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest
from msgspec.structs import replace

from game_client.session.run import SessionRun
from game_client.session.safety import Fatigue
from shared.patient.virtual import VirtualPatient, draw_person
from shared.wire.events import Rest
from shared.wire.plan import SafetyLimits
from shared.wire.trials import trials_of
from tests.virtual_sessions import make_header, make_plan, play


def begun(**limits: float) -> SessionRun:
    plan = make_plan(practice=4, safety=SafetyLimits(**limits))  # type: ignore[arg-type]
    return SessionRun(make_header(plan))


def answer(run: SessionRun, pain: int, effort: int = 1, warning: int = 0) -> None:
    for name, value in (("pain", pain), ("effort", effort), ("warning", warning)):
        run.command(name, float(value))


def to_the_end(run: SessionRun) -> None:
    """Nobody moves: every trial times out, until the closing questions."""
    while run.stage not in ("symptoms_after", "done"):
        if run.stage == "rest":
            run.command("rest_done")
        else:
            run.tick(0, 0)


@pytest.mark.parametrize(
    ("pain", "effort", "warning", "stage"),
    [
        (3, 4, 0, "play"),
        (4, 1, 0, "rest"),
        (7, 1, 0, "done"),
        (0, 5, 0, "rest"),
        (0, 7, 0, "done"),
        (0, 0, 1, "done"),
    ],
)
def test_answers_before_play(pain: int, effort: int, warning: int, stage: str) -> None:
    run = begun()
    answer(run, pain, effort, warning)
    assert run.stage == stage
    if stage == "done":
        assert run.ended_reason == "safety"
        assert run.urgent, "the clinic hears of it at once"


def test_a_rise_of_three_stops_and_is_told() -> None:
    run = begun()
    answer(run, 1)
    to_the_end(run)
    answer(run, 4)
    assert run.ended_reason == "safety"
    assert run.urgent == [("pain", 4, "pain 4 of 10, change +3")]


def test_a_plan_may_only_tighten() -> None:
    run = begun(pain_stop=3)
    answer(run, 3)
    assert run.ended_reason == "safety"
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"pain_stop": 9}, SafetyLimits)


def test_unanswered_questions_stop_nothing_and_are_kept_as_unanswered() -> None:
    run = begun()
    for name in ("pain", "effort", "warning"):
        run.command(name, None)
    assert run.stage == "play"


def test_rests_come_at_least_every_five_active_minutes() -> None:
    _, recording = play(make_plan(practice=150), "stroke_moderate", 2)
    rests = [each for each in recording.events if isinstance(each, Rest) and each.reason == "time"]
    assert rests
    last = 0
    for each in rests:
        assert each.tick - last <= (5 * 60 + 15) * 120
        last = each.tick


def test_a_session_ends_at_its_limit() -> None:
    run, recording = play(make_plan(practice=300, safety=SafetyLimits(session_max_min=3.0)), "healthy_old", 1)
    assert run.ended_reason == "completed"
    assert recording.ticks <= (3 * 60 + 15) * 120


def test_a_quarter_slower_than_the_block_began_is_fatigue() -> None:
    fatigue = Fatigue()
    for time_s in [1.0] * 16 + [1.2] * 8:
        fatigue.add(time_s)
    assert not fatigue.is_slower
    for _ in range(8):
        fatigue.add(1.3)
    assert fatigue.is_slower


def test_pausing_in_a_reach_voids_the_trial_and_gives_it_again() -> None:
    run = begun()
    answer(run, 0)
    for _ in range(60):
        run.tick(0, 0)
    target = run.view.target
    assert target is not None
    run.command("pause")
    before = run.ticks
    for _ in range(50):
        run.tick(50_000, 0)
    assert run.ticks == before, "no time passes in a pause"
    run.command("resume", 3.0)
    for _ in range(60):
        run.tick(0, 0)
    assert run.view.target == target
    ends = [each for each in run.recorder.events if getattr(each, "outcome", "") == "aborted"]
    assert len(ends) == 1


@pytest.mark.parametrize(("pain", "may_harden"), [(0.0, True), (5.0, False)])
def test_in_pain_play_gets_easier_but_never_harder(pain: float, may_harden: bool) -> None:
    person = replace(draw_person("stroke_mild", 3), pain=pain, effort=0.0)
    plan = make_plan("error_based", practice=40)
    _, recording = play(plan, "stroke_mild", 3, VirtualPatient(person, 3))
    practice = [
        each.start for each in trials_of(recording.events) if each.start.phase in ("ramp", "practice")
    ]
    radii = [each.target_radius_m for each in practice]
    assert any(later < earlier for earlier, later in pairwise(radii)) is may_harden
