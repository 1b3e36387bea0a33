"""`fit`: a learning model's parameters from a file of trials, with errors and an honest verdict."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from shared.cli._command import Command, InputError, add_json, show
from shared.errors import MovereError
from shared.learning import models
from shared.learning.state_space import subtract_baseline

if TYPE_CHECKING:
    import argparse

    from numpy.typing import NDArray

    from shared.learning.spec import Fit, Model

_LARGEST_BYTES = 64 * 1024 * 1024
AT_LEAST = 10
OPTIONAL = ("trial", "group", "clamped", "cue", "explicit")
"""Columns that are read when they are there, whatever the model needs."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", required=True, metavar="ID", help="a learning model, such as two_rate")
    parser.add_argument(
        "file",
        type=Path,
        help="CSV, a row a trial: trial,perturbation,output,clamp (clamp 0 or 1; perturbation empty in a "
        "clamp; output empty: a missing trial)",
    )
    parser.add_argument(
        "--baseline",
        type=int,
        metavar="N",
        help="first subtract the mean output of the last N trials before the first perturbation",
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    show(fit_file(arguments.model, arguments.file, arguments.baseline), as_json=arguments.json)
    return 0


def fit_file(model_id: str, path: Path, baseline: int | None = None) -> dict[str, Any]:
    """Return params, se, mse, aic, the simpler model's aic, identifiable, note and more.

    Raises:
        InputError: no such model, or a file that cannot be used: it names the line and the column.
    """
    known = models()
    if model_id not in known:
        raise InputError(f"there is no model {model_id}; known are {', '.join(known)}")
    model = known[model_id]
    if model.fit is None:
        able = ", ".join(each.id for each in known.values() if each.fit is not None)
        raise InputError(f"{model_id} has no fit; models with one are {able}")
    data = read_trials(path, model)
    try:
        if baseline is not None:
            data = subtract_baseline(data, baseline)
        found = model.fit(data)
    except MovereError as error:
        raise InputError(f"{path}: {error}") from error
    return _result(found)


def read_trials(path: Path, model: Model) -> dict[str, NDArray[np.float64]]:
    """Return the columns that the model's fit reads, each of shape (trials,); an empty cell is NaN.

    `trial` counts without a gap (from the first one on, anew where `group` changes): a trial without a row
    would have taught unseen. `clamp` is 0 or 1; the perturbation is empty in a clamp, and only there.

    Raises:
        InputError: the file cannot be used.
    """
    header, lines = _lines(path)
    needed = [*(["trial"] if "clamp" in model.data else []), *model.data]
    for name in needed:
        if name not in header:
            raise InputError(
                f"{path}, line 1: column {name} is missing; {model.id} needs {', '.join(needed)}"
            )
    wanted = [*needed, *(name for name in OPTIONAL if name in header and name not in needed)]
    if len(lines) < AT_LEAST:
        raise InputError(f"{path}: has {len(lines)} trials, and at least {AT_LEAST} are needed")
    found = {name: _column(path, name, header.index(name), lines) for name in wanted}
    if "trial" in found:
        _check_count(path, found.pop("trial"), found.get("group"), lines)
    if "clamp" in found and "perturbation" in found:
        _check_clamp(path, found, lines)
    return found


Lines = list[tuple[int, list[str]]]


def _lines(path: Path) -> tuple[list[str], Lines]:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise InputError(f"{path}: larger than {_LARGEST_BYTES // 2**20} MB, more than any trials")
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file)
            header = [each.strip() for each in next(reader, [])]
            lines = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: is not a CSV text file ({error})") from error
    for name in header:
        if name and header.count(name) > 1:
            raise InputError(f"{path}, line 1: column {name} is there twice")
    for number, cells in lines:
        if len(cells) > len(header):
            raise InputError(
                f"{path}, line {number}: has {len(cells)} cells, and the first line {len(header)}"
            )
    return header, lines


def _column(path: Path, name: str, at: int, lines: Lines) -> NDArray[np.float64]:
    """Read numbers; an empty cell is NaN, a word such as nan is refused."""
    numbers = np.full(len(lines), np.nan)
    for index, (line, cells) in enumerate(lines):
        text = cells[at].strip() if at < len(cells) else ""
        if not text:
            if name in ("trial", "clamp"):
                raise InputError(f"{path}, line {line}, column {name}: nothing is not a number")
            continue
        try:
            value = float(text)
        except ValueError:
            raise InputError(f"{path}, line {line}, column {name}: '{text[:40]}' is not a number") from None
        if not math.isfinite(value):
            raise InputError(
                f"{path}, line {line}, column {name}: '{text[:40]}' is not a finite number; "
                "leave the cell empty if there is none"
            )
        numbers[index] = value
    return numbers


def _check_count(
    path: Path, trial: NDArray[np.float64], group: NDArray[np.float64] | None, lines: Lines
) -> None:
    for at in range(1, len(trial)):
        if trial[at] == trial[at - 1] + 1 or (group is not None and group[at] != group[at - 1]):
            continue
        raise InputError(
            f"{path}, line {lines[at][0]}, column trial: {trial[at]:g} comes after {trial[at - 1]:g}; every "
            "trial needs its row, in order (leave the output empty if it is missing)"
        )


def _check_clamp(path: Path, found: dict[str, NDArray[np.float64]], lines: Lines) -> None:
    for at, (line, _) in enumerate(lines):
        clamp, perturbation = float(found["clamp"][at]), float(found["perturbation"][at])
        if clamp not in (0.0, 1.0):
            raise InputError(f"{path}, line {line}, column clamp: {clamp:g} is neither 0 nor 1")
        if clamp == 0.0 and math.isnan(perturbation):
            raise InputError(
                f"{path}, line {line}, column perturbation: nothing is given, and the trial is no clamp"
            )
        if clamp == 1.0 and not math.isnan(perturbation):
            raise InputError(
                f"{path}, line {line}, column perturbation: {perturbation:g} is given in a clamp, "
                "where the cell must be empty"
            )


def _result(found: Fit) -> dict[str, Any]:
    result: dict[str, Any] = {
        "model": found.model,
        "params": found.params,
        "se": found.se,
        "n": found.n,
        "mse": found.mse,
        "log_likelihood": found.log_likelihood,
        "aic": found.aic,
        "bic": found.bic,
        "simpler": found.simpler,
        "aic_simpler": found.aic_simpler,
        "bic_simpler": found.bic_simpler,
    }
    if found.simpler is not None:
        result[f"aic_{found.simpler}"] = found.aic_simpler
    return result | {"identifiable": found.identifiable, "note": found.note, **found.extra}


COMMAND = Command("fit", "fit a learning model to a file of trials", add_arguments, run)
