"""`study [PROTOCOL.toml]`: a cohort study of virtual people, by the product's own protocol without a file."""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from shared.cli._command import Command, InputError, add_json
from shared.cli._documents import read_bytes
from shared.patient.study import protocol, report, study_subject, subjects

if TYPE_CHECKING:
    import argparse

    from shared.patient.study import Outcome, Protocol


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, nargs="?", help="a protocol (default: shared/patient/study.toml)")
    parser.add_argument("--people", type=int, help="people a profile, instead of the protocol's number")
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, help="processes (default: one a core)"
    )
    parser.add_argument("--out", type=Path, help="also write the JSON report to this file")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    plan = protocol(None if arguments.file is None else _text(arguments.file))
    if arguments.people is not None:
        if not 2 <= arguments.people <= 5000:
            raise InputError(f"--people {arguments.people}: 2 to 5000 are possible")
        plan = replace(plan, people_per_profile=arguments.people)
    found = report(plan, _outcomes(plan, max(1, arguments.workers)))
    text = json.dumps(found, indent=2, allow_nan=False)
    if arguments.out is not None:
        arguments.out.write_text(text + "\n", encoding="utf-8")
    print(text if arguments.json else _table(found))
    return 0 if found["accepted"] else 1


def _text(path: Path) -> str:
    try:
        return read_bytes(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not a text file") from error


def _outcomes(plan: Protocol, workers: int) -> list[Outcome]:
    """Study everybody, with a line of progress on a terminal; the order is the protocol's."""
    everybody = subjects(plan)
    found: list[Outcome] = []
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for outcome in pool.map(partial(study_subject, plan), everybody, chunksize=8):
            found.append(outcome)
            if sys.stderr.isatty() and len(found) % 8 == 0:
                print(f"\r{len(found)} of {len(everybody)} people", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    return found


def _table(found: dict[str, Any]) -> str:
    arms = list(found["overall"]["gain_sd"])
    lines = [f"{found['title']}: {found['people']} simulated people. {found['question']}", ""]
    lines.append(f"{'kept gain, SD':<22}" + "".join(f"{arm:>15}" for arm in arms) + "  regret of auto [95 %]")
    for each in [*found["groups"], {"group": "all", **found["overall"]}]:
        line = f"{each['group']:<22}" + "".join(f"{each['gain_sd'][arm]:>15.2f}" for arm in arms)
        if "regret_sd" in each:
            line += f"  {each['regret_sd']:.2f} [{each['regret_low']:.2f}, {each['regret_high']:.2f}]"
            line += f" margin {each['margin_sd']:.2f} {'ok' if each['not_worse'] else 'WORSE'}"
        lines.append(line)
    overall = found["overall"]
    lines += [
        "",
        f"auto less the best fixed mode, {overall['best_single_fixed']}: {overall['advantage_sd']:.2f} "
        f"[{overall['advantage_low']:.2f}, {overall['advantage_high']:.2f}]",
        f"accepted: {'yes' if found['accepted'] else 'no'}. {found['reads']}",
    ]
    return "\n".join(lines)


COMMAND = Command("study", "run a cohort study of virtual people by its protocol", add_arguments, run)
