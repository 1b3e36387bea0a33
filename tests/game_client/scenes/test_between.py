"""Between two ticks, in every game as a virtual person plays it: what flows flows, and nothing is added."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from game_client.games._view import RhythmView
from game_client.scenes._between import between
from game_client.session.blocks import games
from game_client.session.run import SessionRun
from shared.patient.virtual import VirtualPatient, draw_person
from tests.virtual_sessions import make_header, make_plan

if TYPE_CHECKING:
    from game_client.games._view import View

PLAYED = [(name, mode) for name, game in sorted(games().items()) for mode in game.modes]
FLOWS = {
    "ferry_crossing": {"run_s"},
    "lighthouse": {"wind"},
    "otter": {"run_s", "liveliness"},
    "reeds_rhythm": {"run_s", "beat_phase"},
    "stargazer": {"fraction"},
}
"""What flows besides the cursor, by game."""


def played(game: str, mode: str, seconds: float) -> list[View]:
    """The view of every tick of a session."""
    run = SessionRun(make_header(make_plan(mode, game=game, practice=3, probe=1)))
    patient = VirtualPatient(draw_person("healthy_old", 1), 1)
    for name in ("pain", "effort", "warning"):
        run.command(name, 0.0)
    run.anchor(1)
    views = [run.view]
    while run.stage in ("play", "rest") and len(views) < 120 * seconds:
        if run.stage == "rest":
            run.command("rest_done", 60.0)
        x_m, y_m = patient.move(run.view)
        run.tick(round(x_m * 1e6), round(y_m * 1e6))
        views.append(run.view)
    return views


@pytest.mark.parametrize(("game", "mode"), PLAYED)
def test_half_way_is_half_way_and_nothing_hidden_is_shown(game: str, mode: str) -> None:
    views = played(game, mode, 40.0)
    flowed: set[str] = set()
    for earlier, now in pairwise(views):
        half, whole = between(earlier, now, 0.5), between(earlier, now, 1.0)
        for name in now.__struct_fields__:
            first, last, middle = (getattr(each, name) for each in (earlier, now, half))
            if middle == last:
                continue
            assert getattr(whole, name) == pytest.approx(last)
            assert None not in (first, last, middle), name
            if name == "cursor":
                assert middle == pytest.approx(tuple((a + b) / 2 for a, b in zip(first, last, strict=True)))
            else:
                assert middle == pytest.approx((first + last) / 2)
                assert earlier.trial == now.trial
                flowed.add(name)
        if now.cursor is None:
            assert half.cursor is None and whole.cursor is None
    assert FLOWS.get(game, set()) <= flowed


def test_a_clock_that_begins_anew_does_not_run_back() -> None:
    views = played("reeds_rhythm", "use_dependent", 40.0)
    at = next(each for each in views if isinstance(each, RhythmView) and each.run_s > 2.0)
    shown = between(at, replace(at, run_s=0.0, beat_phase=0.0), 0.5)
    assert isinstance(shown, RhythmView)
    assert (shown.run_s, shown.beat_phase) == (0.0, 0.0)


def test_frames_at_their_own_moments_move_evenly() -> None:
    """Frames that fall anywhere between ticks show the beat coming nearer by even steps."""
    every = played("reeds_rhythm", "use_dependent", 60.0)
    views = [each for each in every if isinstance(each, RhythmView) and each.beat_phase > 0.0][:60]
    moments = [1 + k * 2.13 for k in range(25)]  # ticks
    stepped = [_phase(views[int(each)]) for each in moments]
    smooth = [_phase(between(views[int(each) - 1], views[int(each)], each % 1)) for each in moments]
    assert stepped[-1] > stepped[0]
    assert roughness(smooth) < 0.05 * roughness(stepped)


def _phase(view: View) -> float:
    assert isinstance(view, RhythmView)
    return view.beat_phase


def roughness(values: list[float]) -> float:
    """The mean size of the second differences."""
    steps = [b - a for a, b in pairwise(values)]
    return sum(abs(b - a) for a, b in pairwise(steps)) / (len(steps) - 1)
