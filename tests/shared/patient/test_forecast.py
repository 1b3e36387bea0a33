"""A forecast follows the plan and the person, says what it rests on, and its band holds what comes."""

from __future__ import annotations

from statistics import mean

import numpy as np
import pytest
from msgspec.structs import replace

from shared.errors import MovereError, PlanError
from shared.patient.forecast import BAND, forecast, session_days
from shared.patient.match import virtual_profiles
from shared.patient.person import draw_person
from shared.patient.trials import Dose, Simulation
from shared.training.layout import directions_deg
from shared.wire.plan import Dose as PlanDose
from shared.wire.plan import ImpairmentProfile, KnownPerson, PlanBlock, PlanContent, Schedule

FRONT: dict[str, bool | int | float | str] = {"targets": 4, "spread": "front"}


def plan(mode: str = "error_based", practice: int = 40, **block: object) -> PlanContent:
    made = PlanBlock(
        key="reach",
        game="tide_anchor",
        mode=mode,  # type: ignore[arg-type]
        dose=PlanDose(practice_trials=practice),
        game_params=FRONT,
        **block,  # type: ignore[arg-type]
    )
    return PlanContent(title="Test", blocks=[made], schedule=Schedule(weekdays=[0, 2, 4]))


STROKE = KnownPerson(diagnoses=["stroke"], fma_ue=38.0, bias_deg=9.0)


def test_planned_days_follow_the_weekdays_and_the_dates() -> None:
    assert session_days(Schedule(weekdays=[0, 2, 4]), 2) == [0, 2, 4, 7, 9, 11]
    dated = Schedule(weekdays=[1], starts_on="2026-11-30", ends_on="2026-12-10")
    assert session_days(dated, 8) == [1, 8]
    with pytest.raises(MovereError, match="no day to play"):
        session_days(Schedule(weekdays=[6], starts_on="2026-11-30", ends_on="2026-12-02"), 4)
    with pytest.raises(MovereError, match="2026-02-31 is no day"):
        session_days(Schedule(starts_on="2026-02-31"), 4)


def test_a_block_that_is_no_reaching_is_left_out_and_named() -> None:
    reach = plan()
    lean = PlanBlock(key="lean", game="ferry_crossing", mode="error_based")
    both = replace(reach, blocks=[lean, *reach.blocks])
    alone, mixed = forecast(reach, STROKE, people=20), forecast(both, STROKE, people=20)
    assert mixed["points"] == alone["points"]
    assert [each["block"] for each in mixed["modes"]] == ["reach"]
    assert "only games of reaching are simulated: lean." in mixed["note"]
    with pytest.raises(MovereError, match="no block of this plan can be forecast"):
        forecast(replace(reach, blocks=[lean]), STROKE, people=20)


def test_the_curve_falls_and_what_is_kept_is_less_than_what_is_done() -> None:
    found = forecast(plan(), STROKE, people=60)
    points = found["points"]
    assert len(points) == 13
    assert points[0]["immediate_deg"] is None
    assert points[0]["retained_deg"] == pytest.approx(9.0, abs=1.5)
    assert points[1]["immediate_deg"] < points[0]["retained_deg"]
    late = points[6:]
    assert mean(each["retained_deg"] for each in late) < 0.85 * points[0]["retained_deg"]
    assert mean(each["immediate_deg"] for each in late) < mean(each["retained_deg"] for each in late)
    for each in points:
        assert each["retained_low_deg"] <= each["retained_deg"] <= each["retained_high_deg"]
    assert found["retained_gain_low_deg"] < found["retained_gain_deg"] < found["retained_gain_high_deg"]
    assert found == forecast(plan(), STROKE, people=60), "a seed is a forecast"


@pytest.mark.science
def test_the_band_holds_what_people_like_this_one_then_do() -> None:
    found = forecast(plan(), STROKE, people=150)
    targets = directions_deg(4, "front", on_hours=False)
    inside = []
    for seed in range(900_000, 900_080):
        person = draw_person("stroke_moderate", seed)
        noise = person.motor_noise_deg / 8**0.5 * float(np.random.default_rng(seed).normal())
        run = Simulation(replace(person, bias_deg=9.0 + noise), targets_deg=targets)
        for at, point in enumerate(found["points"]):
            played = run.session("error_based", Dose(8, 40))
            bias = abs(mean(each.hand_deg for each in played if each.phase == "probe_opening"))
            if at in (1, 4, 8):
                inside.append(point["retained_low_deg"] <= bias <= point["retained_high_deg"])
            run.night(3.0 if at % 3 == 2 else 2.0)
    assert np.mean(inside) == pytest.approx(BAND, abs=0.08)


def test_what_was_measured_counts() -> None:
    usual = forecast(plan(), STROKE, people=60)
    slow = replace(STROKE, measured={"gain_error_based": 0.0, "gain_error_based_se": 0.3})
    quick = replace(STROKE, measured={"gain_error_based": 4.0, "gain_error_based_se": 0.3})
    gains = [forecast(plan(), each, people=60) for each in (slow, quick)]
    assert gains[0]["retained_gain_deg"] < usual["retained_gain_deg"] < gains[1]["retained_gain_deg"]
    assert gains[0]["effective_people"] < usual["effective_people"] == pytest.approx(60)


def test_ataxia_is_forecast_to_gain_by_reward_and_not_by_error() -> None:
    ataxia = KnownPerson(diagnoses=["cerebellar_ataxia"], sara=13.0, bias_deg=8.0)
    reward = forecast(plan("reward_based"), ataxia, people=60)
    error = forecast(plan("error_based"), ataxia, people=60)
    assert reward["retained_gain_deg"] > error["retained_gain_deg"] + 1.0
    chosen = forecast(plan("auto", approved_modes=["error_based", "reward_based"]), ataxia, people=20)
    assert chosen["modes"][0]["mode"] == "reward_based"
    assert chosen["modes"][0]["why"]
    assert chosen["mode_share"] == {"reward_based": 1.0}, "error_based is banned here"


def test_auto_is_forecast_as_it_would_choose() -> None:
    found = forecast(plan("auto", approved_modes=["error_based", "reward_based"]), STROKE, people=30)
    assert found["modes"][0]["mode"] == "error_based"
    assert set(found["mode_share"]) == {"error_based", "reward_based"}, "near equals take turns"
    assert forecast(plan(), STROKE, people=10)["mode_share"] == {"error_based": 1.0}


def test_an_unknown_person_gets_a_wide_band_that_says_so() -> None:
    found = forecast(plan(), KnownPerson(), people=60)
    assert "Not individualised" in found["note"]
    assert "No bias was measured" in found["note"]
    assert "not validated on patients" in found["note"]


def test_every_impairment_finds_its_virtual_people() -> None:
    cases = {
        ("stroke_severe",): ImpairmentProfile(diagnoses=["stroke"], fma_ue=12.0),
        ("stroke_mild", "stroke_moderate", "stroke_severe"): ImpairmentProfile(diagnoses=["stroke"]),
        ("stroke_neglect", "stroke_aphasia"): ImpairmentProfile(
            diagnoses=["stroke"], neglect_side="left", aphasia=True
        ),
        ("parkinson_off",): ImpairmentProfile(diagnoses=["parkinson"], medication_on=False),
        ("child",): ImpairmentProfile(age_years=8),
        ("healthy_old",): ImpairmentProfile(age_years=80),
        ("prosthesis",): ImpairmentProfile(
            diagnoses=["amputation"], proprioceptive_loss=True, prosthesis=True
        ),
    }
    for names, impairment in cases.items():
        assert virtual_profiles(impairment) == names
    assert len(virtual_profiles(ImpairmentProfile())) == 15


def test_bad_plans_are_refused_by_name() -> None:
    with pytest.raises(PlanError) as found:
        forecast(plan("auto", approved_modes=["strategy_cue"]), KnownPerson(aphasia=True), people=20)
    assert found.value.code == "all_banned"
    with pytest.raises(PlanError, match="no such target layout"):
        made = replace(plan().blocks[0], game_params={"spread": "spiral"})
        forecast(replace(plan(), blocks=[made]), STROKE, people=20)
    with pytest.raises(MovereError, match="5 people"):
        forecast(plan(), STROKE, people=5)
