"""Keeping still: the game's own speed, the time in calm found again from the recording, and the reasons."""

from __future__ import annotations

import math
from statistics import mean, median

import numpy as np
import pytest
from msgspec.structs import replace

from game_client.session.header import Piece, SessionEnd, assemble
from game_client.session.run import SessionRun
from shared.metrics.compute import compute_recording
from shared.metrics.spec import MetricRow
from shared.metrics.stillness import calm_share, sway_speed
from shared.patient.virtual import VirtualPatient, draw_person
from shared.wire.events import CalmOn, TrialEnd
from shared.wire.session import Recording
from shared.wire.streams import stream_columns
from shared.wire.trials import trials_of
from tests.virtual_sessions import make_header, make_plan, play


def played(practice: int = 12, probe: int = 4, seed: int = 3, **params: float) -> Recording:
    plan = make_plan(
        "reward_based",
        game="stargazer",
        practice=practice,
        probe=probe,
        game_params={"hold_s": 5.0, **params},
    )
    return play(plan, "healthy_old", seed)[1]


def rows(recording: Recording) -> dict[tuple[str, str], MetricRow]:
    return {(each.metric, each.scope): each for each in compute_recording(recording)}


@pytest.fixture(scope="module")
def recording() -> Recording:
    return played()


def levels(recording: Recording, phase: str, place: str | None = None) -> list[float]:
    return [
        each.end.level
        for each in trials_of(recording.events)
        if each.start.phase == phase and each.probe == place and each.end and each.end.level is not None
    ]


def test_the_speed_of_an_even_circle_is_its_own_and_fast_noise_is_filtered() -> None:
    turn = 0.5 * np.arange(1200) / 120
    circle = 0.01 * np.column_stack([np.cos(turn), np.sin(turn)])
    assert sway_speed(circle, 120.0)[200:] == pytest.approx(0.005, rel=0.01)
    noise = circle + 0.001 * (np.arange(1200) % 2)[:, None]
    assert sway_speed(noise, 120.0)[200:].mean() == pytest.approx(0.005, rel=0.15)


def test_time_in_calm_counts_from_where_it_is_told() -> None:
    speeds = np.concatenate([np.full(1200, 0.02), np.full(1200, 0.002)])
    # The smoothed speed rises from 0, and passes the bar 0.4 s times ln(18 / 3) after the change.
    rises, late = 0.4 * math.log(0.020 / 0.015), 0.4 * math.log(0.018 / 0.003)
    assert calm_share(speeds, 0, 0.005, 120.0) == pytest.approx((rises + 10.0 - late) / 20.0, abs=0.002)
    assert calm_share(speeds, 1200, 0.005, 120.0) == pytest.approx((10.0 - late) / 10.0, abs=0.004)


def test_speed_is_the_games_own_by_phase(recording: Recording) -> None:
    found = rows(recording)
    assert found["sway_speed_m_s", ""].value == pytest.approx(median(levels(recording, "practice")))
    opening = found["sway_speed_m_s", "phase:probe_opening"]
    assert opening.value == pytest.approx(median(levels(recording, "probe", "opening"))) and opening.n == 4


def test_the_recording_gives_the_levels_that_the_game_judged(recording: Recording) -> None:
    """The same filters over the recorded ticks find the game's own mean speed."""
    ticks = stream_columns(recording, "tick")
    places = np.column_stack([ticks["fx_um"], ticks["fy_um"]]) * 1e-6
    for trial in trials_of(recording.events)[5:10]:
        calm = next(each for each in trial.events if isinstance(each, CalmOn))
        assert trial.end is not None and trial.end.level is not None
        speeds = sway_speed(places[calm.tick - 120 : trial.end.tick], 120.0)[120:]
        assert speeds.mean() == pytest.approx(trial.end.level, rel=0.01)


def test_the_ratio_is_closing_over_opening(recording: Recording) -> None:
    opening, closing = levels(recording, "probe", "opening"), levels(recording, "probe", "closing")
    row = rows(recording)["sway_speed_ratio", ""]
    assert row.value == pytest.approx(mean(closing) / mean(opening)) and row.n == 8


def test_more_calm_is_more_time_in_calm(recording: Recording) -> None:
    row = rows(recording)["calm_share", ""]
    assert row.value is not None and 0.3 < row.value < 0.95 and row.n == 12
    assert rows(recording)["calm_share", "phase:probe_opening"].missing_reason == "no_bar_in_probes"


def test_stars_and_time_in_calm_agree() -> None:
    """The game lights a star for each 9 % of the time in calm: the metric finds the same number."""
    run = SessionRun(
        make_header(
            make_plan("reward_based", game="stargazer", practice=5, probe=0, game_params={"hold_s": 5.0})
        )
    )
    patient = VirtualPatient(draw_person("healthy_old", 2), 2)
    pieces: list[Piece] = []
    lit: dict[int, int] = {}
    for name in ("pain", "effort", "warning"):
        run.command(name, 0.0)
    while run.stage == "play":
        shown = run.view
        if shown.stage == "reach":
            lit[shown.trial] = shown.lit  # type: ignore[attr-defined]
        x_m, y_m = patient.move(shown)
        run.tick(round(x_m * 1e6), round(y_m * 1e6))
        if run.piece_ready:
            pieces.append(run.take_piece())
    end = SessionEnd(ended_reason="completed", client_metrics=[])
    found = rows(assemble(run.header, pieces, end))["calm_share", ""]
    shares = sorted(lit.values())
    assert found.value is not None
    assert 0.09 * shares[2] - 0.02 <= found.value <= 0.09 * (shares[2] + 1) + 0.02 or shares[2] == 8


def test_reasons(recording: Recording) -> None:
    tide = rows(play(make_plan(practice=8, probe=0), "healthy_old", 1)[1])
    for metric in ("sway_speed_m_s", "sway_speed_ratio", "calm_share"):
        assert tide[metric, ""].missing_reason == "no_keeping_still"
    short = rows(played(practice=2, probe=0))
    assert short["sway_speed_m_s", ""].missing_reason == "too_few_trials"
    assert short["sway_speed_ratio", ""].missing_reason == "no_opening_probe"
    events = [replace(each, level=0.0) if isinstance(each, TrialEnd) else each for each in recording.events]
    assert (
        rows(replace(recording, events=events))["sway_speed_ratio", ""].missing_reason == "no_sway_in_opening"
    )
