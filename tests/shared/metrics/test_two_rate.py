"""The two-rate metrics: found again from real play, and never told from an ordinary session."""

from __future__ import annotations

import math

import numpy as np
import pytest

from deploy.two_rate_recovery import SITTINGS, assessed, recovery
from shared.learning.sittings import NAMES, fit_sittings
from shared.metrics._session import session_data
from shared.metrics.compute import compute_recording
from shared.metrics.spec import Missing
from shared.metrics.two_rate import SPECS, sitting_of, two_rate
from tests.virtual_sessions import make_plan, play

IDS = {spec.id for spec in SPECS}


def test_a_sample_of_people_is_found_again() -> None:
    people = [assessed(number) for number in range(10)]
    found = recovery(people, SITTINGS)
    for name in NAMES:
        assert found.median_error(name) <= 0.15, name
    # Of 40 intervals at 90 % some 36 hold; fewer than 31 come about once in a hundred such samples.
    assert found.coverage >= 31 / 40
    row = two_rate(people[0].sittings)
    rates = fit_sittings(people[0].sittings)
    for name in NAMES:
        value, error = row[f"two_rate_{name}"], row[f"two_rate_{name}_se"]
        assert not isinstance(value, Missing) and not isinstance(error, Missing)
        assert (value.value, error.value) == (rates.value[name], rates.se[name])
        assert value.n == sum(len(each.hand_deg) for each in people[0].sittings)


@pytest.mark.science
@pytest.mark.long
def test_fifty_people_are_found_again() -> None:
    found = recovery([assessed(number) for number in range(50)], SITTINGS)
    for name in NAMES:
        assert found.median_error(name) <= 0.15, name
    assert 0.85 <= found.coverage <= 0.95


@pytest.mark.parametrize(
    "plan",
    [
        make_plan(practice=60),
        make_plan(purpose="assess", practice=60),
        make_plan("reward_based", practice=40),
        make_plan(
            purpose="assess",
            practice=100,
            mode_params={"schedule": "two_rate"},
            game_params={"targets": 2, "spread": "near", "trained": 1},
        ),
    ],
    ids=["training", "assessment", "reward", "cut short"],
)
def test_an_ordinary_session_cannot_tell(plan: object) -> None:
    recording = play(plan, "healthy_old", 1)[1]  # type: ignore[arg-type]
    rows = [each for each in compute_recording(recording) if each.metric in IDS]
    assert {(each.metric, each.missing_reason) for each in rows} == {(each, "cannot_tell") for each in IDS}


def test_a_sitting_holds_what_was_seen_and_where_the_hand_ended() -> None:
    plan = make_plan(
        purpose="assess",
        practice=140,
        probe=4,
        mode_params={"schedule": "two_rate", "rotation_deg": 20.0},
        game_params={"targets": 2, "spread": "near", "trained": 1},
    )
    recording = play(plan, "healthy_young", 2)[1]
    trials = session_data(recording).trials
    sitting = sitting_of(trials)
    assert sitting is not None
    told = np.isfinite(sitting.error_deg)
    practised = [each for each in trials if each.view.start.target == 0]
    assert len(sitting.error_deg) == len(practised)
    assert told.sum() == sum(each.view.start.feedback == "path_error" for each in practised) == 140 - 30 + 24
    for each, error, hand in zip(practised, sitting.error_deg, sitting.hand_deg, strict=True):
        if math.isfinite(error):
            assert error - hand == pytest.approx(each.view.start.rotation_deg)
    # The turned cursor is answered: after 60 reaches the hand goes the other way.
    late = [each.view.start.rotation_deg for each in practised].index(-20.0)
    assert float(np.mean(sitting.hand_deg[late - 10 : late])) < -8.0


def test_a_rate_that_is_not_known_is_not_told() -> None:
    """A hand that only scatters learns nothing: no rate has a standard error of half its size."""
    one = assessed(0, sittings=1).sittings[0]
    random = np.random.default_rng(1)
    scatter = type(one)(one.error_deg, random.normal(0.0, 3.0, len(one.hand_deg)))
    assert set(two_rate([scatter]).values()) == {Missing("cannot_tell")}
