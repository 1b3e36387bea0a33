"""`forecast PLAN.json PROFILE.json`: the expected learning curve of a plan for a person, with its band."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shared.cli._command import Command, add_json, show
from shared.cli._documents import read_person, read_plan
from shared.patient.forecast import PEOPLE, forecast

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "plan", type=Path, help="a plan's content (JSON; shared/wire/schema/plan_content.json)"
    )
    parser.add_argument(
        "profile", type=Path, help="an impairment profile (JSON; shared/wire/schema/known_person.json)"
    )
    parser.add_argument("--weeks", type=int, default=4, choices=range(1, 27), metavar="1-26")
    parser.add_argument("--people", type=int, default=PEOPLE, help=f"simulated people (default {PEOPLE})")
    parser.add_argument("--seed", type=int, default=0)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    found = forecast(
        read_plan(arguments.plan),
        read_person(arguments.profile),
        weeks=arguments.weeks,
        people=arguments.people,
        seed=arguments.seed,
    )
    if arguments.json:
        show(found, as_json=True)
        return 0
    show(found["points"], as_json=False)
    print(
        f"Kept gain at the end: {found['retained_gain_deg']:.1f} deg "
        f"({found['retained_gain_low_deg']:.1f} to {found['retained_gain_high_deg']:.1f}, "
        f"{100 * found['band']:.0f} % of {found['people']} simulated people). {found['note']}"
    )
    return 0


COMMAND = Command("forecast", "the expected curve of a plan for a person, with its band", add_arguments, run)
