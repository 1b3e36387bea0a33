"""Virtual patients: drawn by seed, blind to what the mode hides, learning by the signal the mode gives."""

from __future__ import annotations

from statistics import mean, stdev

import numpy as np
import pytest
from msgspec.structs import replace

from shared.errors import MovereError
from shared.metrics.compute import compute_recording
from shared.patient.virtual import VirtualPatient, draw_person, profiles
from shared.wire.events import Go, TrialEnd
from shared.wire.session import Recording
from shared.wire.streams import stream_columns
from shared.wire.trials import trials_of
from tests.virtual_sessions import make_plan, play


def test_a_seed_is_a_person() -> None:
    assert draw_person("stroke_moderate", 3) == draw_person("stroke_moderate", 3)
    assert draw_person("stroke_moderate", 3) != draw_person("stroke_moderate", 4)
    with pytest.raises(MovereError, match="no virtual profile called nobody"):
        draw_person("nobody", 1)


def test_every_profile_names_its_source_and_plays_a_session() -> None:
    for name, profile in profiles().items():
        assert profile["source"]
        run, recording = play(make_plan(practice=4), name, 1)
        assert run.ended_reason == "completed"
        assert recording.ticks > 1000


def test_the_same_seed_plays_the_same_session() -> None:
    one, other = (play(make_plan(practice=8), "amnesia", 2)[1] for _ in range(2))
    assert one.events == other.events
    assert one.samples == other.samples


def probe_deg(recording: Recording, place: str) -> float:
    ends = [each.end for each in trials_of(recording.events) if each.probe == place]
    return mean(each.hand_deg for each in ends if each is not None and each.hand_deg is not None)


def learnt(mode: str, profile: str, people: int = 6) -> float:
    """Mean change towards the goal of an assessment from the opening to the closing probe, degrees."""
    changes = []
    for seed in range(people):
        _, recording = play(make_plan(mode, purpose="assess", practice=80), profile, seed)
        changes.append(probe_deg(recording, "opening") - probe_deg(recording, "closing"))
    return mean(changes)


@pytest.mark.science
def test_ataxia_learns_by_reward_and_hardly_by_error() -> None:
    """Tseng 2007; Therrien 2016: the double dissociation that choosing a mode rests on."""
    assert learnt("error_based", "cerebellar_ataxia") < 0.5 * learnt("error_based", "healthy_old")
    assert learnt("reward_based", "cerebellar_ataxia") > 2 * learnt("error_based", "cerebellar_ataxia")


@pytest.mark.science
def test_what_ataxia_learnt_by_reward_stays_and_by_error_goes() -> None:
    kept = {}
    for mode in ("reward_based", "error_based"):
        patient = VirtualPatient(draw_person("cerebellar_ataxia", 5), 5)
        play(make_plan(mode, purpose="assess", practice=80), "cerebellar_ataxia", 5, patient)
        rows = slice(2, 3) if mode == "reward_based" else slice(0, 2)
        memory = float(np.abs(patient.memory[rows].sum(axis=0)).mean())
        patient.sleep(1.0)
        kept[mode] = float(np.abs(patient.memory[rows].sum(axis=0)).mean()) / memory
    assert kept["reward_based"] > 0.8
    assert kept["error_based"] < 0.4


def wobble_mm(forward_model: float, seed: int) -> float:
    """Sideways spread of the hand around its own straight line late in error-based reaches, mm."""
    person = replace(
        draw_person("healthy_old", seed), forward_model=forward_model, tremor_mm=0.0, motor_noise_deg=1.0,
        bias_deg=0.0,
    )  # fmt: skip
    plan = make_plan(
        "error_based",
        purpose="assess",
        practice=16,
        mode_params={"rotation_deg": 30.0, "ramp_deg_per_trial": 30.0},
    )
    _, recording = play(plan, "healthy_old", seed, VirtualPatient(person, seed))
    columns = stream_columns(recording, "tick")
    spread = []
    go = 0
    for event in recording.events:
        if isinstance(event, Go):
            go = event.tick
        if isinstance(event, TrialEnd) and event.outcome != "aborted":
            x, y = columns["x_um"][go : event.tick] / 1000.0, columns["y_um"][go : event.tick] / 1000.0
            direction = np.array([x[-1] - x[0], y[-1] - y[0]])
            side = np.array([-direction[1], direction[0]]) / (np.linalg.norm(direction) + 1e-9)
            spread.append(float(np.ptp((x - x[0]) * side[0] + (y - y[0]) * side[1])))
    return mean(spread)


def test_without_a_forward_model_the_same_error_is_corrected_twice() -> None:
    good = mean(wobble_mm(1.0, seed) for seed in range(4))
    none = mean(wobble_mm(0.0, seed) for seed in range(4))
    assert none > 1.05 * good


def test_the_hand_moves_smoothly_and_never_jumps() -> None:
    _, recording = play(make_plan(practice=12), "parkinson_on", 3)
    columns = stream_columns(recording, "tick")
    step_mm = np.hypot(np.diff(columns["x_um"]), np.diff(columns["y_um"])) / 1000.0
    assert step_mm.max() < 8.0, "faster than about 1 m/s is no movement of such a hand"


@pytest.mark.science
def test_the_trunk_makes_its_share_of_the_way_and_metrics_see_it() -> None:
    """Cirstea & Levin 2000: the more severe the paresis, the more the trunk carries the hand."""
    found = {}
    for profile in ("healthy_young", "stroke_severe"):
        shares, measured = [], []
        for seed in range(4):
            _, recording = play(make_plan(practice=12), profile, seed)
            rows = {(each.metric, each.scope): each for each in compute_recording(recording)}
            value = rows["trunk_compensation", ""].value
            assert value is not None
            measured.append(value)
            shares.append(draw_person(profile, seed).trunk_share)
        assert measured == pytest.approx(shares, abs=0.12)
        found[profile] = mean(measured)
    assert found["stroke_severe"] > found["healthy_young"] + 0.15


def test_submovements_show_as_movement_units() -> None:
    found = {}
    for share in (0.0, 1.0):
        person = replace(draw_person("healthy_young", 3), submovements=share, tremor_mm=0.0)
        _, recording = play(make_plan(practice=12), "healthy_young", 3, VirtualPatient(person, 3))
        rows = {(each.metric, each.scope): each for each in compute_recording(recording)}
        found[share] = rows["movement_units", ""].value or 0.0
    assert found == {0.0: 1.0, 1.0: 2.0}


def test_days_and_reaches_differ_in_pace() -> None:
    times = []
    for seed in range(6):
        _, recording = play(make_plan(practice=12), "healthy_old", seed)
        ends = [each.end for each in trials_of(recording.events)]
        times.append([each.movement_time_s for each in ends if each and each.movement_time_s])
    assert stdev(times[0]) > 0.02
    assert stdev(mean(each) for each in times) > 0.01


@pytest.mark.parametrize("seed", [2001, 2009])
def test_a_trembling_hand_finds_the_start_without_a_cursor(seed: int) -> None:
    """A tremor on the start's rim flips between waiting and returning; these two once played for ever."""
    plan = make_plan("reward_based", purpose="assess", practice=40, mode_params={"goal_deg": 0.0})
    run, recording = play(plan, "parkinson_off", seed)
    assert run.ended_reason == "completed"
    assert recording.ticks < 120 * 60 * 12
