"""The cohort study: its protocol, its people, its blindness, and a small run of it as it stands."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from shared.errors import MovereError
from shared.patient import study
from shared.patient.person import profiles
from shared.patient.study import AUTO, Outcome, people_file, protocol, report, study_subject, subjects

ROOT = Path(__file__).parents[3]


def small(people: int = 6, **changes: object):  # type: ignore[no-untyped-def]
    return replace(protocol(), people_per_profile=people, bootstrap=200, **changes)


def test_the_people_come_from_another_and_wider_file() -> None:
    theirs, ours = people_file(), profiles()
    assert set(theirs) == set(ours)
    moved = [abs(theirs[name]["error_slow"][0] / ours[name]["error_slow"][0] - 1.0) for name in ours]
    assert float(np.median(moved)) > 0.05
    assert all(theirs[name]["motor_noise_deg"][1] > 1.4 * ours[name]["motor_noise_deg"][1] for name in ours)


def test_who_takes_part_is_as_the_protocol_says() -> None:
    everybody = subjects(replace(protocol(), people_per_profile=60))
    assert len(everybody) == 16 * 60
    assert np.mean([each.is_mislabelled for each in everybody]) == pytest.approx(0.25, abs=0.04)
    assert np.mean([each.is_mixed for each in everybody]) == pytest.approx(0.15, abs=0.04)
    assert np.mean([each.person.learner == "rpe" for each in everybody]) == pytest.approx(0.20, abs=0.04)
    right = [each for each in everybody if not each.is_mislabelled and not each.is_mixed]
    assert all(each.label == each.person.impairment for each in right)
    assert everybody == subjects(replace(protocol(), people_per_profile=60))


def test_auto_never_sees_the_truth(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is called with the label and the probes, and with nothing of the person's own parameters."""
    seen = []
    real = study.choose

    def watched(profile, **given):  # type: ignore[no-untyped-def]
        seen.append((profile, given))
        return real(profile, **given)

    monkeypatch.setattr(study, "choose", watched)
    plan = small(8, profiles=["cerebellar_ataxia"])
    wrong = next(each for each in subjects(replace(plan, people_per_profile=40)) if each.is_mislabelled)
    study_subject(plan, wrong)
    assert len(seen) == plan.sessions
    for label, given in seen:
        assert label == wrong.label
        assert label != wrong.person.impairment
        assert set(given) == {"approved", "measured"}
        assert all(name.startswith(("gain_", "tried_")) for name in given["measured"])


@pytest.mark.science
def test_a_small_study_shows_the_dissociations_and_auto_holds_up() -> None:
    plan = small(10, profiles=["cerebellar_ataxia", "amnesia", "stroke_moderate"], sessions=10)
    found = report(plan, [study_subject(plan, each) for each in subjects(plan)])
    gains = {each["group"]: each["gain_sd"] for each in found["groups"]}
    assert gains["cerebellar_ataxia"]["reward_based"] > gains["cerebellar_ataxia"]["error_based"] + 0.3
    assert gains["amnesia"]["error_based"] > gains["amnesia"]["strategy_cue"]
    overall = found["overall"]
    assert overall["gain_sd"][AUTO] > np.mean([overall["gain_sd"][arm] for arm in plan.arms])
    assert "not that it helps patients" in found["reads"]


def made(group: str, gains: dict[str, float], number: int) -> Outcome:
    noise = 0.02 * (number % 5 - 2)
    return Outcome(
        group=group,
        baseline_deg=[9.0 + 2 * noise * 50, 9.0],
        gain_deg={arm: gain + noise for arm, gain in gains.items()},
        chosen=["error_based"],
        is_mislabelled=False,
        is_mixed=False,
    )


def test_the_report_says_when_auto_is_worse() -> None:
    """Both verdicts can fail: worse than the group's best mode, and no better than one mode for all."""
    plan = protocol()
    arms = dict.fromkeys(plan.arms, 1.0)
    good = [made(g, arms | {best: 3.0, AUTO: 3.0}, n) for g, best in (("a", "acuity"), ("b", "reward_based"))
            for n in range(20)]  # fmt: skip
    found = report(plan, good)
    assert found["accepted"]
    assert found["overall"]["better_than_any_fixed"]
    bad = [replace(each, gain_deg=each.gain_deg | {AUTO: 2.5}) for each in good]
    found = report(plan, bad)
    assert not found["accepted"]
    assert not any(each["not_worse"] for each in found["groups"])
    same = [made("a", arms | {"acuity": 3.0, AUTO: 3.0}, n) for n in range(20)]
    found = report(plan, same)
    assert found["groups"][0]["not_worse"]
    assert not found["overall"]["better_than_any_fixed"], "no better than the one mode that fits all"


def test_the_committed_result_is_of_the_committed_protocol() -> None:
    """docs/science/study.json is what `python -m shared study --out` wrote for this very protocol."""
    found = json.loads((ROOT / "docs" / "science" / "study.json").read_text(encoding="utf-8"))
    plan = protocol()
    assert found["protocol"] == json.loads(json.dumps(study.as_built_in(plan)))
    assert found["people"] == plan.people_per_profile * len(people_file())
    assert len(found["groups"]) == len(people_file())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("people_per_profile = 200", "people_per_profile"),
        ('arms = ["error_based"', "arms"),
        ("seed", "seed"),
    ],
)
def test_a_broken_protocol_is_one_sentence(change: str, sentence: str) -> None:
    text = resources.files("shared.patient").joinpath("study.toml").read_text("utf-8")
    broken = "\n".join(line for line in text.splitlines() if not line.startswith(change.split(" ")[0]))
    with pytest.raises(MovereError, match=sentence):
        protocol(broken)
    with pytest.raises(MovereError, match="cannot be read"):
        protocol("not toml")
    with pytest.raises(MovereError, match="names nobody"):
        protocol(text + '\nprofiles = ["nobody"]')
