"""A recording replays to the same events, bit for bit, whatever the player did."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game_client.session.header import Piece, SessionEnd, assemble
from game_client.session.replay import differences, replay
from game_client.session.run import SessionRun
from shared.patient.virtual import VirtualPatient, draw_person
from shared.wire.codec import decode_recording, encode_document
from shared.wire.streams import FLAG_LOST
from tests.virtual_sessions import make_header, make_plan, play


@pytest.mark.parametrize("mode", ["error_based", "reward_based", "strategy_cue"])
def test_a_session_replays_bit_for_bit(mode: str) -> None:
    _, recording = play(make_plan(mode, purpose="assess", practice=24), "parkinson_on", 3)
    again = decode_recording(encode_document(recording))
    assert again == recording
    assert differences(recording.events, replay(again)) == []


def test_another_hand_gives_other_events() -> None:
    """The comparison can fail: one tick moved by a centimetre is seen."""
    _, recording = play(make_plan(practice=8), "healthy_old", 1)
    other = play(make_plan(practice=8), "healthy_old", 2)[1]
    assert differences(recording.events, replay(other))


_DISTURBANCES = st.lists(
    st.tuples(st.integers(200, 6000), st.sampled_from(["pause", "rest_asked", "lost", "stall"])), max_size=6
)


def disturb(run: SessionRun, what: str) -> int:
    """Do what a player or a machine might; return for how many ticks the hand is lost."""
    if what == "lost":
        return 60
    if what == "pause":
        run.command("pause")
        run.command("resume", 2.5)
    elif what == "stall":
        run.stall(250.0)
    else:
        run.command(what)
    return 0


def play_tick(run: SessionRun, patient: VirtualPatient, *, is_lost: bool) -> None:
    if not run.is_playing():
        return
    view = run.view
    for name, value in patient.commands(view):
        run.command(name, value)
    x, y = patient.move(view)
    run.tick(round(x * 1e6), round(y * 1e6), 0 if is_lost else 100, FLAG_LOST if is_lost else 0)


@settings(max_examples=15, deadline=None)
@given(_DISTURBANCES, st.sampled_from(["off", "default", "tremor"]))
def test_pauses_rests_stalls_and_lost_samples_replay_too(
    disturbances: list[tuple[int, str]], preset: str
) -> None:
    person = draw_person("healthy_old", 4)
    plan = make_plan("strategy_cue", practice=10)
    device = make_header(plan).device.__class__("virtual", "m", "none", 120.0, 0.0, 0.0, True, None, preset)
    run = SessionRun(make_header(plan, 4, person, device=device))
    patient = VirtualPatient(person, 4)
    for name in ("pain", "effort", "warning"):
        run.command(name, 0.0)
    pieces: list[Piece] = []
    due = sorted(disturbances)
    lost = 0
    while run.stage != "done" and run.ticks < 40_000:
        if run.stage == "rest":
            run.command("rest_done")
        elif run.stage == "symptoms_after":
            for name in ("pain", "effort", "warning"):
                run.command(name, 0.0)
        else:
            if due and run.ticks >= due[0][0]:
                lost = disturb(run, due.pop(0)[1])
            play_tick(run, patient, is_lost=lost > 0)
            lost = max(0, lost - 1)
        if run.piece_ready:
            pieces.append(run.take_piece())
    pieces.append(run.take_piece())
    end = SessionEnd(ended_reason=run.ended_reason or "quit", client_metrics=[])
    recording = decode_recording(encode_document(assemble(run.header, pieces, end)))
    assert differences(recording.events, replay(recording)) == []
