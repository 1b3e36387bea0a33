"""`python -m shared simulate`: keys, published numbers, seeds, and what bad input is told."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from shared.__main__ import main
from shared.learning import models

REBOUND = "20x0,200x1,17x-1,80xclamp"


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert main(["simulate", *arguments, "--json"]) == 0
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return rows


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["simulate", *arguments, "--json"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1, "one sentence"
    return captured.err


@pytest.mark.science
def test_two_rate_prints_the_published_curve(capsys: pytest.CaptureFixture[str]) -> None:
    rows = run_json(
        capsys,
        *("--model", "two_rate", "--schedule", REBOUND, "--param", "af=.59", "--param", "as=.992"),
        *("bf=.21", "bs=.02"),
    )
    assert len(rows) == 317
    assert list(rows[0]) == ["trial", "perturbation", "clamp", "output", "fast", "slow"]
    assert [rows[0][name] for name in ("trial", "perturbation", "clamp")] == [1, 0.0, False]
    assert [rows[237][name] for name in ("trial", "perturbation", "clamp")] == [238, None, True]
    assert rows[29]["output"] == pytest.approx(0.42250895, abs=5e-9), "before the trial's update"
    assert rows[29]["fast"] == pytest.approx(0.30478, abs=5e-6)
    assert rows[237]["output"] == pytest.approx(-0.20079, abs=5e-6)
    assert max(row["output"] for row in rows[237:]) == pytest.approx(0.20448, abs=5e-6)


def test_defaults_are_the_published_values_and_parameters_may_share_a_flag(
    capsys: pytest.CaptureFixture[str],
) -> None:
    once = run_json(capsys, "--model", "two_rate", "--schedule", "50x1")
    again = run_json(
        capsys, "--model", "two_rate", "--schedule", "50x1", "--param", "af=.59,as=.992", "bf=.21"
    )
    assert once == again
    other = run_json(capsys, "--model", "two_rate", "--schedule", "50x1", "--param", "bf=.3")
    assert other != once


@pytest.mark.parametrize("model", sorted(models()))
def test_every_model_plays_its_example(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = run_json(capsys, "--model", model, "--seed", "3")
    assert rows == run_json(capsys, "--model", model, "--seed", "3"), "the same seed, the same numbers"
    assert {"trial", "perturbation", "clamp", "output", "fast", "slow"} <= set(rows[0])
    assert all(row["perturbation"] is None for row in rows if row["clamp"])
    assert [row["trial"] for row in rows] == list(range(1, len(rows) + 1))


def test_a_model_without_two_processes_has_null_for_them(capsys: pytest.CaptureFixture[str]) -> None:
    rows = run_json(capsys, "--model", "one_rate", "--schedule", "5x1")
    assert all(row["fast"] is None and row["slow"] is None for row in rows)


def test_noise_follows_the_seed(capsys: pytest.CaptureFixture[str]) -> None:
    given = ("--model", "two_rate", "--schedule", "30x20", "--param", "motor_noise=3")
    unseeded, one, two = (run_json(capsys, *given, *more) for more in ((), ("--seed", "1"), ("--seed", "2")))
    assert one != two
    assert unseeded == run_json(capsys, *given, "--seed", "0")
    assert run_json(capsys, *given[:4]) == run_json(capsys, *given[:4], "--seed", "1"), "no noise, no chance"


@pytest.mark.science
def test_the_clamp_models_read_one_as_a_hit(capsys: pytest.CaptureFixture[str]) -> None:
    miss = run_json(capsys, "--model", "clamp_modulation", "--schedule", "120x0,80x1")
    hit = run_json(capsys, "--model", "clamp_modulation", "--schedule", "120x1,80x0")
    assert miss[119]["output"] > hit[119]["output"] + 5
    assert miss[1]["output"] == pytest.approx(0.96933715)
    assert hit[1]["output"] == pytest.approx(0.29899988)


def test_a_virtual_patient_plays(capsys: pytest.CaptureFixture[str]) -> None:
    given = ("--patient", "parkinson_on", "--mode", "error_based", "--trials", "12")
    rows = run_json(capsys, *given, "--seed", "4")
    assert len(rows) == 12
    assert rows == run_json(capsys, *given, "--seed", "4")
    assert rows != run_json(capsys, *given, "--seed", "5")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--model two_rate --schedule 20y1", "'20y1' is not COUNTxVALUE"),
        ("--model two_rate --schedule 20xnan", "'20xnan' is not COUNTxVALUE"),
        ("--model two_rate --schedule 20x1,,3x0", "'' is not COUNTxVALUE"),
        ("--model two_rate --schedule -3x1", ""),
        ("--model two_rate --schedule 0x1", "0 trials"),
        ("--model two_rate --schedule 999999x1", "999999 trials"),
        ("--model three_rate", "no model three_rate"),
        ("--model two_rate --param af", "'af' is not NAME=VALUE"),
        ("--model two_rate --param af=fast", "'af=fast' is not NAME=VALUE"),
        ("--model two_rate --param af=nan", "'af=nan' is not NAME=VALUE"),
        ("--model two_rate --param ax=.5", "no parameter ax; it has af, as, bf, bs"),
        ("--model two_rate --param af=1.5", "af=1.5 is not in 0 to 1"),
        ("--model two_rate --param af=.5 --param af=.6", "af is given twice"),
        ("--model two_rate --seed -1", "--seed"),
        ("--model two_rate --mode error_based", "--mode does not go with --model"),
        ("--patient parkinson_on --mode error_based --schedule 5x1", "--schedule does not go with"),
        ("--patient parkinson_on", "needs --mode"),
        ("--patient nobody --mode error_based", "nobody"),
        ("--patient parkinson_on --mode magic", "magic"),
        ("--patient parkinson_on --mode error_based --trials 0", "--trials"),
        ("--model clamp_aim --schedule 5x30", "1 (the clamped cursor hits) or 0"),
    ],
)
def test_bad_input_is_told_in_one_sentence(
    arguments: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if "--schedule -3x1" in arguments:
        arguments = arguments.replace("--schedule -3x1", "--schedule=-3x1")
    assert words in refused(capsys, *arguments.split())


@pytest.mark.parametrize("arguments", ["", "--model two_rate --patient parkinson_on"])
def test_a_model_or_a_patient_and_not_both(arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "shared", "simulate", *arguments.split()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "--patient" in done.stderr and "--model" in done.stderr


def test_it_prints_a_table_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--model", "two_rate", "--schedule", "2x0,2x1,1xclamp"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert lines[0].split() == ["trial", "perturbation", "clamp", "output", "fast", "slow"]
