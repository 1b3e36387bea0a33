"""`analyse reach|sway|session FILE`: the numbers of one reach, one standing trial, or one recording."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from shared.cli._archive import ZSTD_MAGIC, is_archive, session_in
from shared.cli._command import Command, InputError, add_json, show
from shared.cli._table import even_rate_hz, parse_columns, read_columns, require_constant, usual_rate_hz
from shared.errors import MovereError
from shared.metrics._trajectory import COLUMNS, compute_trajectory, is_trajectory
from shared.metrics.compute import compute_recording
from shared.movement.onset import ONSET_FRACTION, percent_of_peak
from shared.movement.plausible import require_cop_cm, require_hand_m, require_seconds
from shared.movement.reach import reach_kinematics
from shared.movement.sampling import SignalError, differentiate, lowpass, resample_uniform, speed_of
from shared.movement.smoothness import ldlj_vector, sparc
from shared.movement.sway import prieto_sway, sway
from shared.wire.codec import decode_recording, unframe
from shared.wire.sync import MAX_RAW_BYTES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="what", required=True, metavar="reach|sway|session")
    reach = kinds.add_parser("reach", help="one reach: columns t,x,y[,target_x,target_y] in s and m")
    reach.add_argument("file", type=Path)
    reach.add_argument(
        "--onset",
        type=float,
        default=ONSET_FRACTION,
        metavar="FRACTION",
        help="onset and end: first and last sample of at least this fraction of the peak speed (default "
        "0.05)",
    )
    reach.add_argument(
        "--lowpass",
        type=float,
        metavar="HZ",
        help="filter positions first: second-order Butterworth, forwards and backwards (default: raw)",
    )
    standing = kinds.add_parser("sway", help="one standing trial: columns t,ap,ml in s and cm")
    standing.add_argument("file", type=Path)
    standing.add_argument(
        "--prieto",
        action="store_true",
        help="also the measures by the names of Prieto et al. 1996: mdist, rdist, totex, mvelo, area_ce (F "
        "form), area_cc, area_sw, mfreq",
    )
    standing.add_argument(
        "--lowpass",
        type=float,
        metavar="HZ",
        help="filter first: second-order Butterworth, forwards and backwards (default: raw; Prieto took 5)",
    )
    session = kinds.add_parser(
        "session",
        help="a recording: every metric, as the server stores it",
        description="A recording gives every metric, by the product's own filter and onset. Its exported "
        "trajectory (CSV or JSON) has no trials and no raw samples, so there most rows say what is missing. "
        "Of a ZIP, the one sealed recording in it is taken, whatever its name, else the one trajectory.",
    )
    session.add_argument("file", type=Path, help="a recording, an exported trajectory or a ZIP of either")
    for each in (reach, standing, session):
        add_json(each)


def run(arguments: argparse.Namespace) -> int:
    if arguments.what == "reach":
        show(analyse_reach(arguments.file, arguments.onset, arguments.lowpass), as_json=arguments.json)
    elif arguments.what == "sway":
        found = analyse_sway(arguments.file, arguments.lowpass, prieto=arguments.prieto)
        show(found, as_json=arguments.json)
    else:
        show(analyse_session(arguments.file), as_json=arguments.json)
    return 0


def analyse_reach(path: Path, onset_fraction: float, cutoff_hz: float | None) -> dict[str, Any]:
    """Measure the one reach of a file, raw unless a cutoff is given (no resting baseline, no sustain rule).

    Where a number cannot be had it is None, and `missing` says why by name: the target's without target
    columns, SPARC at 20 samples a second or less. Uneven stamps are resampled to their usual rate.

    Raises:
        InputError: the file cannot be used.
    """
    columns = read_columns(path, ("t", "x", "y"), ("target_x", "target_y"), at_least=5)
    position, rate_hz = _even(path, columns["t"], np.column_stack([columns["x"], columns["y"]]))
    target = _target(path, columns)
    missing: dict[str, str] = {}
    try:
        require_seconds(rate_hz)
        require_hand_m(position if target is None else np.vstack([position[:1], target]), 0.0)
        require_hand_m(position, rate_hz)
        if cutoff_hz is not None:
            position = lowpass(position, rate_hz, cutoff_hz)
        velocity = differentiate(position, rate_hz)
        speed = speed_of(velocity)
        onset, end = percent_of_peak(speed, onset_fraction)
        found = reach_kinematics(
            position,
            velocity,
            rate_hz,
            onset,
            end,
            start_m=(float(position[0, 0]), float(position[0, 1])),
            target_m=target,
        )
    except SignalError as error:
        raise InputError(f"{path}: {error}") from error
    result: dict[str, Any] = {
        "onset_s": float(columns["t"][0]) + found.onset_s,
        "movement_time_s": found.movement_time_s,
        "time_to_peak_s": found.time_to_peak_s,
        "peak_speed_m_s": found.peak_speed_m_s,
        "path_ratio": found.path_ratio,
        "max_deviation_m": found.max_deviation_m,
        "hand_angle_deg": found.hand_angle_deg,
        "endpoint_error_m": found.endpoint_error_m,
        "movement_units": found.movement_units,
        "sparc": _measured("sparc", missing, lambda: sparc(speed, rate_hz)),
        "ldlj": _measured("ldlj", missing, lambda: ldlj_vector(velocity[onset : end + 1], rate_hz)),
    }
    for name, value in result.items():
        if value is None:
            missing.setdefault(name, "no target columns" if target is None else "the hand does not leave")
    return result | ({"missing": missing} if missing else {})


def analyse_sway(path: Path, cutoff_hz: float | None = None, *, prieto: bool = False) -> dict[str, Any]:
    """Measure the standing trial of a file, raw unless a cutoff is given; Prieto's names when asked for.

    Raises:
        InputError: the file cannot be used.
    """
    columns = read_columns(path, ("t", "ap", "ml"), at_least=8)
    axes, rate_hz = _even(path, columns["t"], np.column_stack([columns["ap"], columns["ml"]]))
    try:
        require_seconds(rate_hz)
        require_cop_cm(axes[:, 0], axes[:, 1])
        if cutoff_hz is not None:
            axes = lowpass(axes, rate_hz, cutoff_hz)
        found = sway(axes[:, 0], axes[:, 1], rate_hz)
        by_prieto = prieto_sway(axes[:, 0], axes[:, 1], rate_hz) if prieto else None
    except SignalError as error:
        raise InputError(f"{path}: {error}") from error
    result = {
        "area_cm2": found.area,
        "mean_velocity_cm_s": found.mean_velocity,
        "mean_frequency_hz": found.mean_frequency_hz,
        "path_cm": found.path,
        "rms_ap_cm": found.rms_ap,
        "rms_ml_cm": found.rms_ml,
    }
    if by_prieto is None:
        return result
    return result | {
        "mdist_cm": by_prieto.mdist,
        "rdist_cm": by_prieto.rdist,
        "totex_cm": by_prieto.totex,
        "mvelo_cm_s": by_prieto.mvelo,
        "area_ce_cm2": by_prieto.area_ce,
        "area_cc_cm2": by_prieto.area_cc,
        "area_sw_cm2_s": by_prieto.area_sw,
        "mfreq_hz": by_prieto.mfreq_hz,
    }


def analyse_session(path: Path) -> list[dict[str, Any]]:
    """Return every metric row of a session.

    Args:
        path: the sealed recording or the document that was in it, its exported trajectory, or a ZIP
            that holds one sealed recording, or else one trajectory.

    Raises:
        InputError: the file is none of these, damaged, or written by a newer Movere.
    """
    try:
        if path.stat().st_size > MAX_RAW_BYTES:
            raise InputError(f"{path}: larger than any recording")
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
    name = str(path)
    if is_archive(content):
        name, content = session_in(path, content)
    try:
        if is_trajectory(content[:256]):
            rows = compute_trajectory(_trajectory(name, content)["flags"])
        else:
            raw = unframe(content) if content.startswith(ZSTD_MAGIC) else content
            rows = compute_recording(decode_recording(raw))
        return [msgspec.to_builtins(row) for row in rows]
    except InputError:
        raise
    except MovereError as error:
        raise InputError(f"{name}: {error}") from error


def _trajectory(name: str, content: bytes) -> Mapping[str, NDArray[np.float64]]:
    """Read the clinic's export: its CSV, or the JSON that its interface answers with."""
    if not content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return parse_columns(name, content, COLUMNS, at_least=1)
    try:
        answer = msgspec.json.decode(content)
        columns = {each: np.asarray(answer[each], dtype=np.float64) for each in COLUMNS}
    except KeyError as error:
        raise InputError(f"{name}: the column {error.args[0]} is missing") from error
    except (msgspec.DecodeError, TypeError, ValueError) as error:
        raise InputError(f"{name}: is no exported trajectory ({error})") from error
    lengths = {len(each) for each in columns.values() if each.ndim == 1}
    if len(lengths) != 1 or 0 in lengths or not all(np.isfinite(each).all() for each in columns.values()):
        raise InputError(f"{name}: its columns must be numbers, as many in each, and at least one")
    if np.any(np.diff(columns["t_s"]) < 0):
        raise InputError(f"{name}: its time goes back; sort the rows by t_s")
    return columns


def _target(path: Path, columns: Mapping[str, NDArray[np.float64]]) -> tuple[float, float] | None:
    for name, other in (("target_x", "target_y"), ("target_y", "target_x")):
        if name in columns and other not in columns:
            raise InputError(f"{path}, line 1: column {other} is missing beside {name}")
    if "target_x" not in columns:
        return None
    x, y = (require_constant(path, name, columns[name]) for name in ("target_x", "target_y"))
    return x, y


def _even(
    path: Path, time_s: NDArray[np.float64], values: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    rate_hz = even_rate_hz(time_s)
    if rate_hz is not None:
        return values, rate_hz
    usual = usual_rate_hz(path, time_s)
    try:
        return resample_uniform(time_s, values, usual).values, usual
    except SignalError as error:
        raise InputError(f"{path}: {error}") from error


def _measured(name: str, missing: dict[str, str], measure: Callable[[], float]) -> float | None:
    try:
        return measure()
    except SignalError as error:
        missing[name] = str(error)
        return None


COMMAND = Command("analyse", "measure a reach, a standing trial or a recording", add_arguments, run)
