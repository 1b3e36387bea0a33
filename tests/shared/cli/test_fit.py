"""`python -m shared fit`: keys, exact truths, missing trials, and what a bad file is told."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shared.__main__ import main
from shared.learning import models
from shared.learning.spec import Schedule

DATA = Path(__file__).parents[2] / "data" / "kim2019_target_switch_clamp.csv"
LONG = "20x0,200x30,17x-30,80xclamp"
TRUTH = {"af": 0.65, "as": 0.995, "bf": 0.25, "bs": 0.05}
HEADER = "trial,perturbation,output,clamp"


def run_json(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    assert main(["fit", *map(str, arguments), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main(["fit", *map(str, arguments), "--json"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1, "one sentence"
    return captured.err


def write(
    path: Path,
    schedule_text: str = LONG,
    *,
    missing: tuple[int, ...] = (),
    shift: float = 0.0,
    **params: float,
) -> Path:
    schedule, model = Schedule.parse(schedule_text), models()["two_rate"]
    random = np.random.Generator(np.random.PCG64(3))
    output = model.simulate(model.complete({**TRUTH, **params}), schedule, random)["output"] + shift
    rows = [HEADER]
    for at, (perturbation, clamp) in enumerate(zip(schedule.perturbation, schedule.clamp, strict=True)):
        seen = "" if at in missing else repr(float(output[at]))
        rows.append(f"{at + 1},{'' if clamp else repr(float(perturbation))},{seen},{int(clamp)}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.mark.science
def test_a_truth_without_noise_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = run_json(capsys, "--model", "two_rate", write(tmp_path / "trials.csv"))
    assert {"params", "se", "mse", "aic", "aic_one_rate", "identifiable"} <= set(found)
    assert list(found["params"]) == ["af", "as", "bf", "bs"] == list(found["se"])
    assert found["params"] == pytest.approx(TRUTH, abs=1e-9)
    assert found["identifiable"] is True
    assert found["mse"] < 1e-20
    assert found["aic"] < found["aic_one_rate"]
    assert found["n"] == 317


def test_missing_trials_count_as_trials(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path / "gaps.csv", missing=(3, 40, 41, 42, 230, 250))
    found = run_json(capsys, "--model", "two_rate", file)
    assert found["n"] == 311
    assert found["params"] == pytest.approx(TRUTH, abs=1e-9)


@pytest.mark.science
def test_noise_gives_errors_that_hold_the_truth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = run_json(capsys, "--model", "two_rate", write(tmp_path / "noisy.csv", measurement_noise=2.0))
    for name, value in TRUTH.items():
        assert abs(found["params"][name] - value) < 3 * found["se"][name]
    assert found["mse"] == pytest.approx(4.0, rel=0.2)
    assert found["noise_sd_deg"] == pytest.approx(2.0, rel=0.1)


def test_too_little_is_said_to_be_too_little(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path / "short.csv", "8x0,40x20,8xclamp", motor_noise=4.0)
    found = run_json(capsys, "--model", "two_rate", file)
    assert found["identifiable"] is False
    assert "cannot tell" in found["note"] or "as well" in found["note"]


def test_a_baseline_is_taken_away(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path / "bias.csv", shift=5.0)
    assert run_json(capsys, "--model", "two_rate", file)["mse"] > 1e-3
    found = run_json(capsys, "--model", "two_rate", file, "--baseline", "10")
    assert found["params"] == pytest.approx(TRUTH, abs=1e-9)
    assert "no baseline" in refused(capsys, "--model", "two_rate", file, "--baseline", "0")


@pytest.mark.science
@pytest.mark.parametrize(("model", "aic"), [("clamp_modulation", 269.137770), ("clamp_aim", 155.738605)])
def test_the_clamp_models_on_the_authors_data(
    model: str, aic: float, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    angles: dict[tuple[str, int], list[float]] = {}
    with DATA.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            angles.setdefault((row["group"], int(row["cycle"])), []).append(float(row["hand_angle_deg"]))
    rows = [f"{HEADER},group"]
    for number, group in enumerate(("s2b", "b2s")):
        for cycle in range(11, 211):
            hit = (cycle > 130) if group == "s2b" else (cycle <= 130)
            rows.append(f"{cycle},{int(hit)},{float(np.mean(angles[group, cycle]))!r},0,{number}")
    table = tmp_path / "kim.csv"
    table.write_text("\n".join(rows), encoding="utf-8")
    found = run_json(capsys, "--model", model, table)
    assert found["aic"] == pytest.approx(aic, abs=1e-4)
    assert found["simpler"] == "clamp_invariant"
    assert found["aic_simpler"] == found["aic_clamp_invariant"] > found["aic"]


ROWS = "".join(f"{trial},30,{trial / 10},0\n" for trial in range(1, 13))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "line 1: column trial is missing"),
        ("trial,perturbation,output\n1,2,3\n", "line 1: column clamp is missing"),
        (f"{HEADER},clamp\n{ROWS}", "line 1: column clamp is there twice"),
        (f"{HEADER}\n1,30,0,0\n", "has 1 trials, and at least 10"),
        (
            f"{HEADER}\n{ROWS}".replace("2,30,0.2,0", "2,30,far,0"),
            "line 3, column output: 'far' is not a number",
        ),
        (
            f"{HEADER}\n{ROWS}".replace("2,30,0.2,0", "2,30,nan,0"),
            "line 3, column output: 'nan' is not a finite",
        ),
        (f"{HEADER}\n{ROWS}".replace("2,30,0.2,0", "2,inf,0.2,0"), "line 3, column perturbation: 'inf'"),
        (
            f"{HEADER}\n{ROWS}".replace("2,30,0.2,0", "2,30,0.2,2"),
            "line 3, column clamp: 2 is neither 0 nor 1",
        ),
        (f"{HEADER}\n{ROWS}".replace("2,30,0.2,0", "2,30,0.2,"), "line 3, column clamp: nothing"),
        (
            f"{HEADER}\n{ROWS}".replace("2,30,0.2,0", "2,30,0.2,1"),
            "line 3, column perturbation: 30 is given in a",
        ),
        (
            f"{HEADER}\n{ROWS}".replace("2,30,0.2,0", "2,,0.2,0"),
            "line 3, column perturbation: nothing is given",
        ),
        (
            f"{HEADER}\n{ROWS}".replace("2,30,0.2,0", "2,30,0.2,0,9"),
            "line 3: has 5 cells, and the first line 4",
        ),
        (f"{HEADER}\n{ROWS}".replace("2,30,0.2,0\n", ""), "line 3, column trial: 3 comes after 1"),
        (f"{HEADER}\n{ROWS}".replace("2,30,0.2,0\n", ",30,0.2,0\n"), "line 3, column trial: nothing"),
        (f"{HEADER}\n" + "".join(f"{at},30,,0\n" for at in range(1, 13)), "0 usable trials"),
        (f"{HEADER}\n" + "".join(f"{at},0,1,0\n" for at in range(1, 13)), "no perturbation"),
    ],
    ids=lambda each: None if "\n" in each or not each else each[-24:],
)
def test_bad_files_are_told_where_and_what(
    content: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(content, encoding="utf-8")
    told = refused(capsys, "--model", "two_rate", file)
    assert words in told
    assert "bad.csv" in told


@pytest.mark.parametrize("model", ["competition", "saturating", "voluntary_correction"])
def test_what_a_model_simulates_it_can_be_fitted_to(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Simulated rows, written as a file, give the parameters that the fit gives in memory."""
    chosen = models()[model]
    assert chosen.recovery is not None and chosen.fit is not None
    random = np.random.Generator(np.random.PCG64(8))
    schedule = chosen.recovery.schedule()
    simulated = chosen.simulate(chosen.complete(chosen.recovery.draw(random)), schedule, random)
    data = {"perturbation": schedule.perturbation, "clamp": schedule.clamp * 1.0, **simulated}
    lines = [",".join(["trial", *chosen.data])]
    for at in range(len(schedule)):
        cells = [data[name][at] for name in chosen.data]
        lines.append(
            ",".join([str(at + 1), *("" if np.isnan(cell) else repr(float(cell)) for cell in cells)])
        )
    file = tmp_path / f"{model}.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    assert run_json(capsys, "--model", model, file)["params"] == chosen.fit(data).params


def test_no_file_no_text_no_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "cannot be read" in refused(capsys, "--model", "two_rate", tmp_path / "nowhere.csv")
    binary = tmp_path / "binary.csv"
    binary.write_bytes(bytes(range(256)))
    assert "not a CSV text file" in refused(capsys, "--model", "two_rate", binary)
    assert "no model three_rate" in refused(capsys, "--model", "three_rate", binary)
    assert main(["fit", "--model", "two_rate", str(write(tmp_path / "t.csv"))]) == 0
    assert "identifiable" in capsys.readouterr().out
