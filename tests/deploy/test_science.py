"""The pages of the science are what the code says now, are whole, and say what nobody has verified.

Nothing is drawn here: the drawing engine must not run in a process that forks later.
"""

from __future__ import annotations

import json
import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import pytest

from deploy import _science_data as data
from deploy._science_examples import EXAMPLES
from deploy._science_pages import EXPLAINED_BY, UNSURE, drawings, first_sentence, pages, prose
from deploy._science_people import doubted
from deploy._science_results import recovery_table, study_page
from deploy.science import specifications
from shared.learning import models
from shared.metrics.compute import catalogue
from shared.patient.person import profiles
from shared.patient.study import Outcome, protocol, report

LINK = re.compile(r"\]\(([^)#]+)(#[^)]*)?\)")
AGAIN = "is out of date: run python3 deploy/science.py and commit docs/science"


@cache
def made() -> dict[str, str]:
    """The pages as the code makes them now, from the committed results."""
    study = data.read(data.STUDY) if (data.SCIENCE / data.STUDY).exists() else None
    return pages(data.read(data.RECOVERY), data.read(data.SESSIONS), study)


def page(name: str) -> str:
    return (data.SCIENCE / name).read_text(encoding="utf-8")


def figures_of(text: str) -> list[str]:
    return re.findall(r"!\[[^\]]*\]\(\.\./figures/([^)]+)\)", text)


def test_the_pages_are_what_the_code_says() -> None:
    committed = {each.relative_to(data.SCIENCE).as_posix() for each in data.SCIENCE.rglob("*.md")}
    assert committed == set(made()), f"docs/science {AGAIN}"
    for name, text in made().items():
        assert page(name) == text, f"docs/science/{name} {AGAIN}"


def test_every_model_has_its_page_figure_and_recovery() -> None:
    recovery = data.read(data.RECOVERY)
    assert recovery["people"] >= 50
    for model in models().values():
        text = page(f"models/{model.id}.md")
        assert model.equation in text
        assert all(f"`{each.name}`" in text for each in model.parameters)
        assert figures_of(text) == [name for name, _ in drawings(model)]
        rows = recovery["models"].get(model.id, [])
        assert bool(rows) == (model.recovery is not None), f"recovery of {model.id} {AGAIN} with --recovery"
        assert {each["parameter"] for each in rows} <= {each.name for each in model.parameters}


def test_every_metric_has_its_page_and_a_figure_or_the_reason_why_not() -> None:
    sessions = data.read(data.SESSIONS)
    for spec in catalogue():
        text = page(f"metrics/{spec.id}.md")
        assert prose(spec.source) in text
        assert f"`{spec.id}`, {spec.version}" in text
        if spec.id in sessions["metrics"]:
            assert figures_of(text) == [f"metric-{spec.id}.svg"]
        else:
            assert spec.id in sessions["reasons"], f"sessions.json {AGAIN} with --sessions"
            assert "No session of the game yields it yet" in text
            assert len(figures_of(text)) == (spec.id in EXAMPLES or spec.id in EXPLAINED_BY)


def test_what_is_not_verified_says_so() -> None:
    unsure = [each for each in models().values() if UNSURE.search(each.verified)]
    assert unsure
    for model in unsure:
        assert re.search(r"^\*\*Not verified:\*\*", page(f"models/{model.id}.md"), re.MULTILINE)
    from_memory = [
        each for each in models().values() if any(UNSURE.search(p.source) for p in each.parameters)
    ]
    for model in from_memory:
        assert "**Not verified:** the published values of" in page(f"models/{model.id}.md")
    for spec in catalogue():
        text = page(f"metrics/{spec.id}.md")
        assert ("no person was measured" in text) == (spec.validated != "people")
        if UNSURE.search(spec.source):
            assert re.search(r"^\*\*Not verified:\*\*", text, re.MULTILINE)


def test_every_link_leads_somewhere() -> None:
    for path in data.SCIENCE.rglob("*.md"):
        for target, _ in LINK.findall(path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_figures_are_whole_small_and_readable() -> None:
    study = data.read(data.STUDY) if (data.SCIENCE / data.STUDY).exists() else None
    wanted = set(specifications(data.read(data.SESSIONS), study))
    found = {each.name: each.read_text(encoding="utf-8") for each in (data.SCIENCE / "figures").iterdir()}
    assert set(found) == wanted, f"docs/science/figures {AGAIN}"
    assert sum(map(len, found.values())) < 3_000_000
    for name, text in found.items():
        assert len(text) < 40_000, name
        sizes = [float(each) for each in re.findall(r'font-size="([\d.]+)px"', text)]
        assert sizes and min(sizes) >= 11, name
        assert "NaN" not in text and "undefined" not in text, name
        assert float(re.search(r'<svg[^>]* width="([\d.]+)"', text)[1]) <= 660, name  # type: ignore[index]


def test_the_examples_give_back_what_went_in() -> None:
    """The made-up figures are measured by the metrics' own code."""
    begin = {name: at for at, name in EXAMPLES["correction_latency_s"][1]().marks}
    assert 0.15 <= begin["correction begins"] - begin["jump"] <= 0.19
    naive, some, much = (each.y[9] for each in EXAMPLES["interference"][1]().series)
    # B's output at its tenth trial, after 0, 13 and 112 trials of A (SCIENCE 2.1)
    assert [naive, some, much] == pytest.approx([0.4225, 0.3434, 0.1248], abs=2e-3)


def test_the_same_specification_each_time() -> None:
    sessions = data.read(data.SESSIONS)
    for name in ("model-state_space-rebound.svg", "metric-sparc.svg"):
        once, again = (specifications(sessions, None)[name]() for _ in range(2))
        assert json.dumps(once, sort_keys=True) == json.dumps(again, sort_keys=True)


def test_people_and_evidence_are_all_there() -> None:
    text = page("people.md")
    rules = tomllib.loads(files("shared.training").joinpath("evidence.toml").read_text("utf-8"))["rule"]
    assert all(doubted(each["source"]) in text for each in rules)
    assert all(each[2] for each in re.findall(r"^\| `(\w+)` \| ([^|]+) \| ?([^|]*)\|$", text, re.MULTILINE))
    assert all(f"(`{name}`)" in text and each["label"] in text for name, each in profiles().items())
    assert "9 ± 4" in text  # the bias of moderate stroke


def outcome(group: str, shift: float, number: int) -> Outcome:
    arms = [*protocol().arms, "auto"]
    return Outcome(
        group=group,
        baseline_deg=[8.0 + 0.3 * number, 7.0],
        gain_deg={arm: 1.0 + shift * at + 0.1 * number for at, arm in enumerate(arms)},
        chosen=["error_based"],
        is_mislabelled=False,
        is_mixed=False,
    )


def test_the_studys_page_tells_a_failure_as_plainly_as_a_success() -> None:
    labels = {"amnesia": "Amnesia", "mci": "Mild impairment"}
    told = {}
    for shift in (0.5, -0.5):
        outcomes = [outcome(group, shift, number) for group in labels for number in range(6)]
        study: dict[str, Any] = report(protocol(), outcomes)
        told[study["accepted"]] = study_page(study, labels)
        drawn = specifications(data.read(data.SESSIONS), study)
        assert "Amnesia" in json.dumps([drawn[f"study-{each}.svg"]() for each in ("gains", "regret")])
    assert set(told) == {True, False}
    assert all("First full run, seed 41: not accepted." in each for each in told.values())
    assert "the result is accepted" in told[True]
    assert "the result is **not accepted**" in told[False]
    assert all("not that it helps patients" in each for each in told.values())


def test_recovery_says_when_there_is_no_interval() -> None:
    row = {"parameter": "a", "people": 50, "truth_mean": 0.0, "bias": 0.1, "median_error": 1e11}
    text = recovery_table([row | {"coverage_90": None, "with_interval": 0}])
    assert "| `a` | 0 | +0.1 | truth is 0 | no intervals | 0 of 50 |" in text


def test_missing_results_name_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(data, "SCIENCE", tmp_path)
    with pytest.raises(data.ScienceError, match="--recovery"):
        data.read(data.RECOVERY)


@pytest.mark.parametrize(
    ("definition", "first"),
    [
        ("Path over chord; 1 is straight.", "Path over chord."),
        ("Speed at .75 of it. Median.", "Speed at .75 of it."),
    ],
)
def test_a_definitions_first_sentence(definition: str, first: str) -> None:
    assert first_sentence(definition) == first
