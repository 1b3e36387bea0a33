"""`python -m shared analyse`: the keys and definitions of the command line, and what bad input is told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from shared.__main__ import main
from shared.metrics.compute import compute_recording
from shared.wire import codec
from tests.shared.recordings import min_jerk, session

DATA = Path(__file__).parents[2] / "data"
REACH_KEYS = [
    "onset_s",
    "movement_time_s",
    "time_to_peak_s",
    "peak_speed_m_s",
    "path_ratio",
    "max_deviation_m",
    "hand_angle_deg",
    "endpoint_error_m",
    "movement_units",
    "sparc",
    "ldlj",
]


def run_json(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    assert main([*map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main([*map(str, arguments), "--json"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1, "one sentence"
    return captured.err


def write_reach(
    path: Path,
    *,
    rate_hz: float = 1000.0,
    bow_m: float = 0.0,
    rest_s: float = 0.0,
    target: bool = True,
    t0: float = 0.0,
) -> Path:
    time = np.arange(round((1 + 2 * rest_s) * rate_hz) + 1) / rate_hz
    out = min_jerk(time - rest_s)
    table = [t0 + time, 0.1 * out, bow_m * np.sin(np.pi * out)]
    names = "t,x,y"
    if target:
        names += ",target_x,target_y"
        table += [np.full_like(time, 0.1), np.zeros_like(time)]
    np.savetxt(path, np.column_stack(table), delimiter=",", header=names, comments="", fmt="%.13f")
    return path


def test_reach_of_minimum_jerk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = run_json(capsys, "analyse", "reach", write_reach(tmp_path / "reach.csv", rest_s=0.5, t0=3.0))
    assert list(found) == REACH_KEYS
    assert found["onset_s"] == pytest.approx(3.0 + 0.5 + 0.05943, abs=0.001)
    assert found["movement_time_s"] == pytest.approx(0.8811, abs=0.002)
    assert found["time_to_peak_s"] == pytest.approx(0.5 - 0.05943, abs=0.002)
    assert found["peak_speed_m_s"] == pytest.approx(0.1875, rel=1e-5)
    assert found["path_ratio"] == pytest.approx(1.0, abs=1e-9)
    assert found["hand_angle_deg"] == pytest.approx(0.0, abs=1e-6)
    assert found["movement_units"] == 1
    assert found["sparc"] == pytest.approx(-1.4058, abs=0.006)
    assert found["ldlj"] == pytest.approx(-4.4085, abs=0.01), "over onset..end, so not -5.32"


def test_a_bowed_reach_has_the_angle_of_its_position(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = run_json(capsys, "analyse", "reach", write_reach(tmp_path / "bow.csv", bow_m=0.02))
    assert found["hand_angle_deg"] == pytest.approx(21.83, abs=0.1)
    assert found["max_deviation_m"] == pytest.approx(0.02, abs=1e-5)


def test_another_onset_fraction(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write_reach(tmp_path / "reach.csv")
    assert run_json(capsys, "analyse", "reach", file, "--onset", "0.1")["movement_time_s"] == pytest.approx(
        0.8269, abs=0.002
    )
    assert "between 0 and 1" in refused(capsys, "analyse", "reach", file, "--onset", "1.5")


def test_lowpass_is_off_unless_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    time = np.arange(0, 1.001, 0.001)
    noisy = 0.1 * min_jerk(time) + 2e-4 * np.random.default_rng(1).standard_normal(len(time))
    file = tmp_path / "noisy.csv"
    np.savetxt(file, np.column_stack([time, noisy, 0 * time]), delimiter=",", header="t,x,y", comments="")
    raw = run_json(capsys, "analyse", "reach", file)
    smooth = run_json(capsys, "analyse", "reach", file, "--lowpass", "8")
    assert raw["peak_speed_m_s"] > 0.3
    assert smooth["peak_speed_m_s"] == pytest.approx(0.1875, rel=0.05)
    assert "Hz" in refused(capsys, "analyse", "reach", file, "--lowpass", "600")


def test_without_a_target_its_numbers_are_null_with_a_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = run_json(capsys, "analyse", "reach", write_reach(tmp_path / "r.csv", target=False))
    assert found["hand_angle_deg"] is None
    assert found["endpoint_error_m"] is None
    assert found["missing"] == {
        "hand_angle_deg": "no target columns",
        "endpoint_error_m": "no target columns",
    }


def test_a_slow_record_has_no_sparc_but_the_rest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = run_json(capsys, "analyse", "reach", write_reach(tmp_path / "slow.csv", rate_hz=20.0))
    assert found["sparc"] is None
    assert "20 samples a second" in found["missing"]["sparc"]
    assert found["movement_time_s"] == pytest.approx(0.8, abs=0.06)


def test_uneven_stamps_and_repeats_are_resampled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    random = np.random.default_rng(2)
    time = np.sort(np.concatenate([random.uniform(0, 1, 400), [0.0, 1.0, 0.5, 0.5]]))
    file = tmp_path / "uneven.csv"
    np.savetxt(
        file,
        np.column_stack([time, 0.1 * min_jerk(time), 0 * time]),
        delimiter=",",
        header="t,x,y",
        comments="",
    )
    found = run_json(capsys, "analyse", "reach", file)
    assert found["peak_speed_m_s"] == pytest.approx(0.1875, rel=0.02)
    assert found["movement_time_s"] == pytest.approx(0.8811, abs=0.02)


def test_rounded_stamps_are_not_resampled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """120 Hz written with three decimals: steps of 8 and 9 ms are rounding, not jitter."""
    time = np.arange(121) / 120
    file = tmp_path / "rounded.csv"
    rows = "\n".join(f"{t:.3f},{0.1 * x:.9f},0" for t, x in zip(time, min_jerk(time), strict=True))
    file.write_text(f"\ufefft,x,y\n{rows}\n\n", encoding="utf-8")
    assert run_json(capsys, "analyse", "reach", file)["peak_speed_m_s"] == pytest.approx(0.1875, rel=1e-3)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("BDS00115", (0.45414661368899034, 0.4994719953299485, 0.269627037489853)),
        ("BDS00163", (57.467780855614855, 8.035348538119846, 0.40425831350807057)),
    ],
)
@pytest.mark.science
def test_sway_gives_the_authors_numbers(
    name: str, expected: tuple[float, float, float], capsys: pytest.CaptureFixture[str]
) -> None:
    found = run_json(capsys, "analyse", "sway", DATA / f"{name}_cop_cm.csv")
    assert list(found) == [
        "area_cm2",
        "mean_velocity_cm_s",
        "mean_frequency_hz",
        "path_cm",
        "rms_ap_cm",
        "rms_ml_cm",
    ]
    assert tuple(found.values())[:3] == pytest.approx(expected, rel=1e-9)
    assert found["path_cm"] == pytest.approx(found["mean_velocity_cm_s"] * 60)


def test_sway_by_prietos_names_and_filtered(capsys: pytest.CaptureFixture[str]) -> None:
    file = DATA / "BDS00163_cop_cm.csv"
    plain = run_json(capsys, "analyse", "sway", file)
    found = run_json(capsys, "analyse", "sway", file, "--prieto")
    assert {name: found[name] for name in plain} == plain
    assert found["mvelo_cm_s"] == plain["mean_velocity_cm_s"]
    assert found["area_ce_cm2"] == plain["area_cm2"]
    assert found["rdist_cm"] ** 2 == pytest.approx(plain["rms_ap_cm"] ** 2 + plain["rms_ml_cm"] ** 2)
    smooth = run_json(capsys, "analyse", "sway", file, "--prieto", "--lowpass", "5")
    assert smooth["totex_cm"] < found["totex_cm"]
    assert smooth["mdist_cm"] == pytest.approx(found["mdist_cm"], rel=0.01)
    assert "cutoff" in refused(capsys, "analyse", "sway", file, "--lowpass", "60")


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "document"])
def test_a_recording_gives_the_rows_that_the_server_stores(
    sealed: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    played = session()
    file = tmp_path / "session.movere"
    file.write_bytes(codec.seal(played).file if sealed else codec.encode_document(played))
    rows = run_json(capsys, "analyse", "session", file)
    assert rows == [msgspec.to_builtins(each) for each in compute_recording(played)]
    assert {"metric", "version", "scope", "value", "unit", "quality", "missing_reason"} <= set(rows[0])


@pytest.mark.parametrize(
    ("factor", "time_factor", "words"),
    [
        (100.0, 1.0, "divide by 100, if millimetres by 1000"),
        (1000.0, 1.0, "divide by 100, if millimetres by 1000"),
        (1.0, 1000.0, "if t is in milliseconds divide it by 1000"),
        (1.0, 0.001, "faster than any"),
    ],
)
def test_other_units_are_noticed(
    factor: float, time_factor: float, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    time = np.arange(101) / 100
    table = np.column_stack([time_factor * time, factor * 0.3 * min_jerk(time), 0 * time])
    file = tmp_path / "units.csv"
    np.savetxt(file, table, delimiter=",", header="t,x,y", comments="")
    assert words in refused(capsys, "analyse", "reach", file)


def test_a_target_in_another_unit_or_place_is_noticed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write_reach(tmp_path / "reach.csv")
    text = file.read_text(encoding="utf-8")
    far = tmp_path / "far.csv"
    far.write_text(text.replace(",0.1000000000000,0.0000000000000\n", ",100.0,0.0\n"), encoding="utf-8")
    assert "not in metres" in refused(capsys, "analyse", "reach", far)
    moved = tmp_path / "moved.csv"
    rows = text.splitlines()
    moved.write_text(
        "\n".join([*rows[:500], *(each.replace(",0.1000000000000,", ",0.2,") for each in rows[500:]), ""]),
        encoding="utf-8",
    )
    told = refused(capsys, "analyse", "reach", moved)
    assert "column target_x: changes from 0.1 to 0.2" in told
    assert "row 500" in told
    half = tmp_path / "half.csv"
    half.write_text(text.replace("target_y", "other"), encoding="utf-8")
    assert "column target_y is missing beside target_x" in refused(capsys, "analyse", "reach", half)
    twice = tmp_path / "twice.csv"
    twice.write_text(text.replace("target_y", "x"), encoding="utf-8")
    assert "column x is named twice" in refused(capsys, "analyse", "reach", twice)


def test_sway_in_millimetres_constant_or_too_short_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    time = np.arange(200) / 100
    file = tmp_path / "sway.csv"

    def told(ap: np.ndarray, ml: np.ndarray, at: np.ndarray = time) -> str:
        np.savetxt(file, np.column_stack([at, ap, ml]), delimiter=",", header="t,ap,ml", comments="")
        return refused(capsys, "analyse", "sway", file)

    wide = 400.0 * np.sin(time)
    assert "millimetres divide by 10" in told(wide, 0 * time)
    assert "does not move" in told(0 * time + 3, 0 * time)
    assert "at least 8" in told(time[:7], time[:7], time[:7])
    assert "milliseconds" in told(time, time, 1000 * time)
    file.write_text("t,x,y\n0,1,2\n", encoding="utf-8")
    assert "column ap is missing" in refused(capsys, "analyse", "sway", file)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("t,x\n0,1\n", "line 1: column y is missing"),
        ("", "line 1: column t is missing"),
        ("t,x,y\n0,0,0\n0.1,zero,0\n", "line 3, column x: 'zero' is not a number"),
        ("t,x,y\n0,0,0\n0.1,nan,0\n", "line 3, column x: 'nan' is not a finite number"),
        ("t,x,y\n0,0,0\n0.1,inf,0\n", "line 3, column x: 'inf' is not a finite number"),
        ("t,x,y\n0,0,0\n0.1,-1e308,0\n", "line 3, column x: '-1e308' is larger than any measurement"),
        ("t,x,y\n0,0,0\n0.1,,0\n", "line 3, column x: nothing is not a number"),
        ("t,x,y\n0,0,0\n0.1,0\n", "line 3, column y: nothing is not a number"),
        ("t,x,y\n0,0,0\n0.1,0,0\n", "has 2 rows of numbers, and at least 5"),
        (
            "t,x,y\n0,0,0\n.1,1,0\n.2,1,0\n.15,1,0\n.3,1,0\n",
            "line 5, column t: time goes back from 0.2 to 0.15 s",
        ),
        ("t,x,y\n1,0,0\n1,1,0\n1,1,0\n1,1,0\n1,1,0\n", "column t: all rows have the same time"),
        ("t,x,y\n0,0,0\n.1,0,0\n.2,0,0\n.3,0,0\n.4,0,0\n", "no movement"),
    ],
    ids=lambda each: None if "\n" in each or not each else each[:24],
)
def test_bad_tables_are_told_where_and_what(
    content: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(content, encoding="utf-8")
    told = refused(capsys, "analyse", "reach", file)
    assert words in told
    assert "bad.csv" in told


def test_files_that_are_none_of_ours(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "cannot be read" in refused(capsys, "analyse", "reach", tmp_path / "nowhere.csv")
    binary = tmp_path / "binary.csv"
    binary.write_bytes(bytes(range(256)))
    assert "not a CSV text file" in refused(capsys, "analyse", "sway", binary)
    assert "binary.csv" in refused(capsys, "analyse", "session", binary)
    cut = tmp_path / "cut.movere"
    cut.write_bytes(codec.seal(session()).file[:500])
    assert "truncated" in refused(capsys, "analyse", "session", cut)
    newer = tmp_path / "newer.movere"
    newer.write_bytes(msgspec.msgpack.encode(["session", 99, "018f0000-0000-7000-8000-000000000000"]))
    assert "upgrade to read it" in refused(capsys, "analyse", "session", newer)


def test_the_program_itself_runs_and_prints_for_people(tmp_path: Path) -> None:
    file = write_reach(tmp_path / "reach.csv")
    done = subprocess.run(
        [sys.executable, "-m", "shared", "analyse", "reach", str(file)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "peak_speed_m_s" in done.stdout
    assert "0.1875" in done.stdout
    wrong = subprocess.run(
        [sys.executable, "-m", "shared", "analyse", "gait", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert wrong.returncode == 2
