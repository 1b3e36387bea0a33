"""Read the columns of a CSV file strictly: each fault is one sentence with its line and column."""

from __future__ import annotations

import csv
import io
import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from shared.cli._command import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_LARGEST_BYTES = 256 * 1024 * 1024
_EVEN_TOLERANCE = 0.1
_LARGEST_NUMBER = 1e15
_TIMES = ("t", "t_s")


def read_columns(
    path: Path, required: Sequence[str], optional: Sequence[str] = (), *, at_least: int
) -> dict[str, NDArray[np.float64]]:
    """Return the named columns of a file; as `parse_columns`.

    Raises:
        InputError: also when the file cannot be read or is too large.
    """
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise InputError(f"{path}: larger than {_LARGEST_BYTES // 2**20} MB; cut it into single trials")
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
    return parse_columns(path, content, required, optional, at_least=at_least)


def parse_columns(
    path: Path | str, content: bytes, required: Sequence[str], optional: Sequence[str] = (), *, at_least: int
) -> dict[str, NDArray[np.float64]]:
    """Return the named columns of a CSV text, each of shape (rows,); other columns are ignored.

    A column `t` or `t_s` is the time, in seconds. `path` is what errors call the table.

    Raises:
        InputError: no text, a column that is missing or named twice, a cell that is no finite number, fewer
            than `at_least` rows, or time that goes backwards.
    """
    try:
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        header = [each.strip() for each in next(reader, [])]
        lines = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: is not a CSV text file ({error})") from error
    for name in required:
        if name not in header:
            raise InputError(
                f"{path}, line 1: column {name} is missing; the first line must name {', '.join(required)}"
            )
    wanted = [*required, *(name for name in optional if name in header)]
    for name in wanted:
        if header.count(name) > 1:
            raise InputError(f"{path}, line 1: column {name} is named twice")
    columns = {name: _column(path, name, header.index(name), lines) for name in wanted}
    if len(lines) < at_least:
        raise InputError(f"{path}: has {len(lines)} rows of numbers, and at least {at_least} are needed")
    time = next((each for each in _TIMES if each in columns), None)
    if time is None:
        return columns
    for (before, after), (line, _) in zip(pairwise(columns[time].tolist()), lines[1:], strict=True):
        if after < before:
            raise InputError(
                f"{path}, line {line}, column {time}: time goes back from {before:g} to {after:g} s; "
                "sort the rows by time"
            )
    return columns


def require_constant(path: Path, name: str, values: NDArray[np.float64]) -> float:
    """Return the one value of a column that describes the whole file.

    Raises:
        InputError: it changes, which means that the file holds more than one reach.
    """
    other = np.flatnonzero(values != values[0])
    if len(other):
        raise InputError(
            f"{path}, row {int(other[0]) + 1} of numbers, column {name}: changes from {values[0]:g} to "
            f"{values[other[0]]:g}; cut the file into one reach a target"
        )
    return float(values[0])


def _column(
    path: Path | str, name: str, at: int, lines: Sequence[tuple[int, list[str]]]
) -> NDArray[np.float64]:
    numbers = np.empty(len(lines))
    for index, (line, cells) in enumerate(lines):
        text = cells[at].strip() if at < len(cells) else ""
        try:
            numbers[index] = float(text)
        except ValueError:
            found = f"'{text[:40]}'" if text else "nothing"
            raise InputError(f"{path}, line {line}, column {name}: {found} is not a number") from None
        if not math.isfinite(numbers[index]):
            raise InputError(f"{path}, line {line}, column {name}: '{text[:40]}' is not a finite number")
        if abs(numbers[index]) > _LARGEST_NUMBER:
            raise InputError(
                f"{path}, line {line}, column {name}: '{text[:40]}' is larger than any measurement"
            )
    return numbers


def even_rate_hz(time_s: NDArray[np.float64]) -> float | None:
    """Return the rate when the stamps are even but for their rounding (a tenth of a step), else None."""
    span = float(time_s[-1] - time_s[0])
    if span <= 0:
        return None
    rate = (len(time_s) - 1) / span
    grid = time_s[0] + np.arange(len(time_s)) / rate
    return rate if float(np.max(np.abs(time_s - grid))) * rate <= _EVEN_TOLERANCE else None


def usual_rate_hz(path: Path, time_s: NDArray[np.float64]) -> float:
    """Return the rate of the usual step between different stamps.

    Raises:
        InputError: all rows have the same time.
    """
    steps = np.diff(time_s)
    steps = steps[steps > 0]
    if not len(steps):
        raise InputError(f"{path}, column t: all rows have the same time")
    return float(1.0 / np.median(steps))
