"""`course`: a virtual patient pairs and plays day after day, for demonstrations and load."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from game_client import course
from game_client.cli._options import data_of, print_line
from shared.cli._command import Command, add_json
from shared.errors import MovereError
from shared.patient.virtual import draw_person

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--server", required=True, metavar="URL", help="the clinic's address")
    parser.add_argument("--data", type=Path, metavar="DIR", required=True, help="a folder of its own")
    parser.add_argument("--virtual", required=True, metavar="PROFILE", help="a virtual profile's name")
    parser.add_argument("--seed", type=int, default=0, help="which person of that profile")
    parser.add_argument("--days", required=True, help="planned days, comma-separated, like 2026-11-02,…")
    parser.add_argument("--story", choices=course.STORIES, default="", help="what happens to them")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    data = data_of(arguments)
    try:
        days = [date.fromisoformat(each) for each in arguments.days.split(",")]
    except ValueError as error:
        raise MovereError(f"--days: {error}; write days like 2026-11-02,2026-11-04") from error
    person = draw_person(arguments.virtual, arguments.seed)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    profile = course.pair(data, arguments.server, print_line)
    for line in course.play(data, profile, person, days, story=arguments.story):
        print_line(line)
    return 0


COMMAND = Command("course", "let a virtual patient play for weeks", add_arguments, run)
