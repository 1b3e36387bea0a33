"""Each metric finds again what the planned movements put in, by mouse, by points and by ticks."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from shared.metrics.compute import compute_recording
from shared.metrics.spec import MetricRow
from shared.wire.session import Recording
from tests.shared.recordings import DeviceKind, PlannedTrial, planned_session, recording, varied


def rows_of(found: Recording) -> dict[tuple[str, str], MetricRow]:
    return {(each.metric, each.scope): each for each in compute_recording(found)}


def value(rows: dict[tuple[str, str], MetricRow], metric: str, scope: str = "") -> float:
    found = rows[metric, scope].value
    assert found is not None, rows[metric, scope].missing_reason
    return found


def reason(rows: dict[tuple[str, str], MetricRow], metric: str, scope: str = "") -> str | None:
    return rows[metric, scope].missing_reason


def practice(count: int = 16, **changes: object) -> list[PlannedTrial]:
    plain = [
        PlannedTrial(phase="practice", target=at % 4, target_deg=90.0 * (at % 4 - 1)) for at in range(count)
    ]
    return varied(plain, **changes)


@pytest.mark.parametrize("device", ["points", "mouse", "ticks"])
def test_reach_family_measures_the_planned_reach(device: DeviceKind) -> None:
    rows = rows_of(recording(practice(hand_deg=6.0, duration_s=0.8, reaction_s=0.3), device=device))
    assert value(rows, "hand_angle_deg") == pytest.approx(6.0, abs=0.6)
    assert value(rows, "peak_speed_m_s") == pytest.approx(1.875 * 0.1 / 0.8, rel=0.03)
    assert value(rows, "movement_time_s") == pytest.approx(0.8811 * 0.8, abs=0.03)
    assert value(rows, "reaction_time_s") == pytest.approx(0.3 + 0.0594 * 0.8, abs=0.02)
    assert value(rows, "time_to_peak_s") == pytest.approx(0.4406 * 0.8, abs=0.03)
    assert value(rows, "path_ratio") == pytest.approx(1.0, abs=0.01)
    assert value(rows, "endpoint_error_mm") == pytest.approx(200 * math.sin(math.radians(3)), abs=0.5)
    assert value(rows, "movement_units") == 1.0
    assert value(rows, "sparc") == pytest.approx(-1.405, abs=0.02)
    assert value(rows, "ldlj") == pytest.approx(-4.4, abs=0.15)
    assert rows["hand_angle_deg", ""].n == 16
    assert rows["hand_angle_deg", ""].quality == 1.0


@pytest.mark.parametrize("rate_hz", [60.0, 125.0, 1000.0])
def test_the_device_rate_does_not_move_the_numbers(rate_hz: float) -> None:
    rows = rows_of(recording(practice(hand_deg=-9.0), rate_hz=rate_hz))
    assert value(rows, "hand_angle_deg") == pytest.approx(-9.0, abs=0.3)
    assert value(rows, "peak_speed_m_s") == pytest.approx(1.875 * 0.1 / 0.8, rel=0.03)
    assert value(rows, "sample_rate_hz") == pytest.approx(rate_hz, rel=0.001)


def test_a_bow_to_the_left_is_positive_and_turns_the_hand_angle() -> None:
    rows = rows_of(recording(practice(bow_m=0.015)))
    assert value(rows, "max_deviation_mm") == pytest.approx(15.0, abs=1.0)
    assert value(rows, "hand_angle_deg") == pytest.approx(math.degrees(math.atan2(15, 50)), abs=1.5)
    assert value(rows, "path_ratio") > 1.04
    turned = rows_of(recording(practice(bow_m=-0.015)))
    assert value(turned, "max_deviation_mm") == pytest.approx(-15.0, abs=1.0)


def test_tremor_does_not_swallow_the_reaction_time() -> None:
    """With the plain 5 % rule the movement would begin at go (SCIENCE 1.3, trap)."""
    rows = rows_of(recording(practice(tremor_m=0.001, reaction_s=0.4)))
    assert 0.4 < value(rows, "reaction_time_s") < 0.7
    assert 0.35 < value(rows, "movement_time_s") < 0.85
    assert value(rows, "sparc") > -1.9
    assert value(rows, "ldlj") < -5.5


def test_reversed_reaches_wrap_instead_of_jumping() -> None:
    rows = rows_of(recording(practice(hand_deg=179.0)))
    assert abs(value(rows, "hand_angle_deg")) == pytest.approx(179.0, abs=0.5)


def test_adaptation_by_the_one_rate_equations() -> None:
    """Noiseless learner, x' = x - 0.1 (x + 20): every number follows from the equation."""
    planned = planned_session(practice=48, rate=0.1, bias_deg=2.0, washout=8)
    rows = rows_of(recording(planned))
    hand = np.array([each.hand_deg for each in planned])
    assert value(rows, "baseline_bias_deg") == pytest.approx(2.0, abs=0.1)
    assert value(rows, "opening_probe_bias_deg") == pytest.approx(2.0, abs=0.1)
    assert value(rows, "closing_probe_bias_deg") == pytest.approx(hand[56:64].mean(), abs=0.1)
    assert value(rows, "after_effect_deg") == pytest.approx(hand[56:64].mean() - 2.0, abs=0.15)
    cycles = hand[8:32].reshape(3, 8).mean(axis=1)
    assert value(rows, "learning_rate") == pytest.approx(np.polyfit(range(3), cycles, 1)[0] / -20, abs=0.005)
    assert value(rows, "within_session_gain_deg") == pytest.approx(
        22 - np.abs(hand[48:56] + 20).mean(), abs=0.2
    )
    assert value(rows, "variable_error_deg") < 0.2


def test_the_sign_of_the_rotation_turns_the_after_effect_not_the_rate() -> None:
    left, right = (rows_of(recording(planned_session(rotation_deg=each))) for each in (20.0, -20.0))
    assert value(left, "after_effect_deg") < -10
    assert value(right, "after_effect_deg") == pytest.approx(-value(left, "after_effect_deg"), abs=0.3)
    assert value(right, "learning_rate") == pytest.approx(value(left, "learning_rate"), abs=0.01)
    assert value(left, "learning_rate") > 0.1


def test_only_the_first_eight_free_trials_are_the_after_effect() -> None:
    planned = planned_session(probes=8)
    closing = [each for each in planned if each.place == "closing"]
    longer = planned + [replace(each, hand_deg=40.0) for each in closing]
    assert value(rows_of(recording(longer)), "after_effect_deg") == pytest.approx(
        value(rows_of(recording(planned)), "after_effect_deg"), abs=1e-9
    )


def test_variable_error_is_about_each_probes_own_mean() -> None:
    """The shift between the probes is learning, not noise."""
    shifted = [
        PlannedTrial(phase="probe", place=place, hand_deg=centre + side, shows="nothing", feedback="none")
        for place, centre in (("opening", 0.0), ("closing", -15.0))
        for side in (-3.0, 3.0) * 4
    ]
    rows = rows_of(recording(shifted))
    expected = math.sqrt(16 * 9 / 14)
    assert value(rows, "variable_error_deg") == pytest.approx(expected, abs=0.15)
    assert value(rows, "motor_noise_deg") == pytest.approx(expected, abs=0.15)


def test_without_a_rotation_there_is_no_after_effect_to_speak_of() -> None:
    rows = rows_of(recording(planned_session(rotation_deg=0.0)))
    assert reason(rows, "after_effect_deg") == "no_perturbation"
    assert reason(rows, "learning_rate") == "no_perturbation"


def test_the_ramp_is_practice() -> None:
    planned = [
        replace(each, phase="ramp") if each.phase == "practice" else each for each in planned_session()
    ]
    rows = rows_of(recording(planned))
    assert rows["hand_angle_deg", ""].n == 40
    assert value(rows, "after_effect_deg") < -10


def test_reward_family() -> None:
    """Four targets; after a failure the hand jumps by 8 degrees either way, after a success by 2."""
    random = np.random.default_rng(5)
    planned, last = [], dict.fromkeys(range(4), (0.0, True))
    changes: dict[bool, list[float]] = {True: [], False: []}
    for at in range(120):
        target, paid = at % 4, bool(random.random() < 0.6)
        hand, was_paid = last[target]
        step = float(random.standard_normal()) * (2.0 if was_paid else 8.0)
        moved = max(-60.0, min(60.0, hand + step))
        if at >= 4:
            changes[was_paid].append(moved - hand)
        last[target] = (moved, paid)
        planned.append(
            PlannedTrial(
                phase="practice",
                target=target,
                target_deg=90.0 * target - 90.0,
                hand_deg=moved,
                shows="nothing",
                feedback="reward",
                rewarded=paid,
                success=paid,
                zone_deg=15.0,
            )
        )
    rows = rows_of(recording(planned))
    paid_share = sum(bool(each.rewarded) for each in planned) / 120
    assert value(rows, "reward_rate") == pytest.approx(paid_share)
    for paid, name in ((True, "success"), (False, "failure")):
        found = value(rows, f"exploration_after_{name}_deg")
        assert found == pytest.approx(np.std(changes[paid], ddof=1), rel=0.05), name
        assert rows[f"exploration_after_{name}_deg", ""].n == len(changes[paid])


def test_reward_metrics_say_when_there_was_no_reward() -> None:
    rows = rows_of(recording(practice()))
    assert reason(rows, "reward_rate") == "no_reward_trials"
    assert reason(rows, "exploration_after_failure_deg") == "no_reward_trials"


def test_gain_in_reward_mode_is_towards_the_zone() -> None:
    opening = [PlannedTrial(phase="probe", place="opening", shows="nothing", feedback="none")] * 8
    late = practice(shows="nothing", feedback="reward", rewarded=True, zone_deg=15.0, hand_deg=12.0)
    assert value(rows_of(recording(opening + late)), "within_session_gain_deg") == pytest.approx(
        12.0, abs=0.3
    )


def test_strategy_family() -> None:
    cued = practice(8, cue_strength=1.0, hand_deg=-25.0, aim_report_deg=-20.0, rotation_deg=30.0)
    faded = practice(8, cue_strength=0.5, hand_deg=50.0, rotation_deg=30.0)
    hidden = practice(8, cue_strength=0.0, hand_deg=-10.0, rotation_deg=30.0)
    rows = rows_of(recording(cued + faded + hidden))
    assert value(rows, "cue_gap_deg") == pytest.approx(-15.0, abs=0.3)
    assert value(rows, "explicit_deg") == pytest.approx(-20.0)
    assert value(rows, "implicit_deg") == pytest.approx(-5.0, abs=0.3)
    assert rows["implicit_deg", ""].n == 8
    assert reason(rows_of(recording(hidden)), "cue_gap_deg") == "no_cue"


def test_dose_counts_trials_and_their_time() -> None:
    planned = practice(20)
    found = recording(planned)
    rows = rows_of(found)
    ends = [each for each in found.events if type(each).__name__ == "TrialEnd"]
    starts = [each for each in found.events if type(each).__name__ == "TrialStart"]
    active = sum(end.tick - start.tick for start, end in zip(starts, ends, strict=True)) / 120
    span = (ends[-1].tick - starts[0].tick) / 120
    assert value(rows, "active_training_time_s") == pytest.approx(active)
    assert value(rows, "trials_per_minute") == pytest.approx(20 / span * 60)
    assert value(rows, "rest_share") == pytest.approx(1 - active / span)


def test_outcomes_of_play() -> None:
    planned = (
        practice(6)
        + practice(2, outcome="miss", success=False)
        + practice(2, outcome="timeout", success=False)
        + practice(2, clamp=True, success=False)
    )
    rows = rows_of(recording(planned))
    assert value(rows, "success_rate") == pytest.approx(6 / 10), "clamps have no verdict that counts"
    assert value(rows, "timeout_share") == pytest.approx(2 / 12)
    assert value(rows, "valid_trials_share") == pytest.approx(10 / 12)
    assert value(rows, "trials") == 12.0
    assert value(rows, "screen_error_radii") == pytest.approx(0.0, abs=1e-9)
