"""The pull of repetition: towards the practised direction from either side, and when it cannot be told."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.metrics._rows import Value
from shared.metrics.repetition import practised_direction_deg, use_dependent_bias
from shared.metrics.spec import Missing
from shared.patient.virtual import VirtualPatient, draw_person
from tests.shared.metrics.edited import reason, value
from tests.shared.recordings import PlannedTrial, recording
from tests.virtual_sessions import make_plan, play


def bayesian_pull_deg(away_deg: float, sensory_sd: float, prior_sd: float) -> float:
    """Verstynen & Sabes 2011: bias = s_s^2 / (s_s^2 + s_p^2) (mu_p - theta) (SCIENCE 2.8)."""
    return sensory_sd**2 / (sensory_sd**2 + prior_sd**2) * away_deg


def test_the_bias_of_an_adaptive_prior_is_found_with_its_sign() -> None:
    """Practised 90 deg; free reaches at 60 and 120 deg are pulled inwards by 1/5 of the distance."""
    pull = bayesian_pull_deg(30.0, 4.0, 8.0)
    assert pull == pytest.approx(6.0)
    probes = {60.0: ([1.0, 3.0], [2.0 + pull] * 4), 120.0: ([-1.0, 1.0], [0.0 - pull] * 4)}
    found = use_dependent_bias(90.0, probes)
    assert isinstance(found, Value)
    assert found.value == pytest.approx(6.0)
    unsigned = np.mean([pull, -pull])
    assert unsigned == pytest.approx(0.0), "the plain mean of the changes would say nothing"


@settings(deadline=None, max_examples=40)
@given(st.floats(-180, 180), st.floats(16, 160), st.floats(-20, 20))
def test_turning_and_mirroring_the_table_changes_nothing(turn: float, away: float, pull: float) -> None:
    probes = {90.0 - away: ([0.0] * 4, [pull] * 4)}
    turned = {90.0 - away + turn: ([0.0] * 4, [pull] * 4)}
    mirrored = {90.0 + away: ([0.0] * 4, [-pull] * 4)}
    plain = use_dependent_bias(90.0, probes)
    assert isinstance(plain, Value)
    for found in (use_dependent_bias(90.0 + turn, turned), use_dependent_bias(90.0, mirrored)):
        assert isinstance(found, Value)
        assert found.value == pytest.approx(plain.value, abs=1e-9)


def test_the_practised_direction_is_circular_and_single() -> None:
    assert practised_direction_deg([175.0, -175.0, 179.0, -179.0]) == pytest.approx(180.0)
    assert practised_direction_deg([0.0, 90.0, 180.0, 270.0, 45.0]) == Missing("many_directions")
    assert practised_direction_deg([0.0, 1.0]) == Missing("too_few_trials")
    noisy = np.random.default_rng(3).normal(30.0, 8.0, 60)
    found = practised_direction_deg(noisy)
    assert isinstance(found, float)
    assert math.isclose(found, float(noisy.mean()), abs_tol=0.2)


def test_reasons() -> None:
    near = {85.0: ([0.0] * 4, [3.0] * 4), -90.0: ([0.0] * 4, [3.0] * 4)}
    assert use_dependent_bias(90.0, near) == Missing("no_far_probe")
    assert use_dependent_bias(90.0, {30.0: ([0.0], [1.0] * 3)}) == Missing("too_few_trials")


def free(place: str, hand_deg: float) -> list[PlannedTrial]:
    return [
        PlannedTrial(
            phase="probe", place=place, target=1, target_deg=45.0, hand_deg=hand_deg, shows="nothing",
            feedback="none",
        )
    ] * 6  # fmt: skip


def test_a_session_of_repetition() -> None:
    repeated = [PlannedTrial(phase="practice", target=0, target_deg=90.0)] * 20
    found = recording(free("opening", 1.0) + repeated + free("closing", 5.0))
    assert value(found, "use_dependent_bias_deg") == pytest.approx(4.0, abs=0.3)
    assert reason(recording(free("opening", 1.0)), "use_dependent_bias_deg") == "no_practice"


def test_a_sway_pulls_to_the_nearer_of_its_two_ways() -> None:
    """Practised 0 and 180 deg: a reach to 150 is pulled to 180, one to 90 could be pulled to either."""
    probes = {30.0: ([0.0] * 2, [-4.0] * 2), 150.0: ([0.0] * 2, [4.0] * 2), 90.0: ([0.0] * 2, [50.0] * 2)}
    found = use_dependent_bias(0.0, probes, both_ways=True)
    assert isinstance(found, Value)
    assert found.value == pytest.approx(4.0) and found.n == 4
    one_way = use_dependent_bias(0.0, probes)
    assert isinstance(one_way, Value) and one_way.value != pytest.approx(4.0)


def test_a_session_of_swaying_finds_the_pull_of_repetition() -> None:
    def pull_deg(rate: float) -> float:
        person = replace(
            draw_person("healthy_young", 1),
            repetition_rate=rate, motor_noise_deg=1.0, bias_deg=0.0, generalisation_deg=45.0, error_fast=0.0,
            error_slow=0.0,
        )  # fmt: skip
        plan = make_plan("use_dependent", game="reeds_rhythm", practice=40, probe=10)
        return value(play(plan, "healthy_young", 1, VirtualPatient(person, 1))[1], "use_dependent_bias_deg")

    assert pull_deg(0.0) == pytest.approx(0.0, abs=1.2)
    assert pull_deg(0.04) > 3.0
