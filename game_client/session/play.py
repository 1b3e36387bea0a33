"""Play a whole session without a screen: a virtual patient at the real loop, much faster than real time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from game_client.session.run import SessionRun
from shared.errors import MovereError
from shared.patient.virtual import VirtualPatient

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.session.header import Piece, SessionHeader

_TICK_NS = 1_000_000_000 // 120
_REST_S = 60.0
_MOST_COUNTED = 10  # the answer's scale ends there
_MOST_TICKS = 120 * 60 * 90  # no plan allows more than 60 minutes
_TRUNK_EVERY_TICKS = 4  # a body camera's thirty frames a second


def play_virtual(
    header: SessionHeader,
    patient: VirtualPatient,
    store: Callable[[Piece], None],
    on_trial: Callable[[SessionRun], None] | None = None,
    *,
    wish: int | None = None,
) -> SessionRun:
    """Let a virtual patient play the session of this header to its end; each piece goes to `store`.

    The patient's clock runs with the ticks: anchors and raw stamps are those that a session in real time
    would have had.

    Args:
        wish: what the patient answers to the weekly question, 0 to 4; None when it is not asked.

    Raises:
        MovereError: the patient gets nowhere within an hour and a half of play.
    """
    run = SessionRun(header)
    mono_ns = header.started_mono_ns
    _answer(run, patient, before=True, wish=wish)
    run.anchor(mono_ns)
    tick, raw = run.tick, run.recorder.row
    view: Any = run.view  # whichever game's; the patient knows what to look at in it
    looked_at = ("", -1)
    while run.stage != "done":
        if run.stage == "play":
            # What a patient looks at changes from tick to tick in a reach only.
            now = (run.game_stage, run.trials_done)
            if now != looked_at or now[0] == "reach":
                view, looked_at = run.view, now
                patient.learner.divided = run.running.is_dual
            for name, value in patient.commands(view):
                run.command(name, value)
            x_m, y_m = patient.move(view)
            x_um, y_um = round(x_m * 1e6), round(y_m * 1e6)
            raw("raw_points", mono_ns, x_um, y_um, 100)
            if run.ticks % _TRUNK_EVERY_TICKS == 0:
                trunk_x_m, trunk_y_m = patient.trunk_m
                raw("trunk", mono_ns, round(trunk_x_m * 1e6), round(trunk_y_m * 1e6), 100)
            tick(x_um, y_um)
            mono_ns += _TICK_NS
            if run.ticks > _MOST_TICKS:
                raise MovereError(f"{patient.person.profile} gets nowhere in stage {run.game_stage}")
        elif run.stage == "rest":
            mono_ns += int(_REST_S * 1e9)
            run.command("rest_done")
            run.anchor(mono_ns)
        else:
            _answer(run, patient, before=False)
        if run.piece_ready:
            store(run.take_piece())
            if on_trial is not None:
                on_trial(run)
    return run


def _answer(run: SessionRun, patient: VirtualPatient, *, before: bool, wish: int | None = None) -> None:
    """Answer what is asked outside play: the wish, the count of the second task, the symptoms."""
    if run.stage == "count":
        run.command("counted", float(min(_MOST_COUNTED, patient.counted(run.running.counted_birds))))
        return
    if wish is not None:
        run.command("motivation", float(wish))
    for name in ("pain", "effort"):
        if run.stage == "done":
            return
        run.command(name, float(patient.symptom(name, before=before)))
    if run.stage != "done":
        run.command("warning", 0.0)
