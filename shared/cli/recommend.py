"""`recommend PROFILE.json`: the training modes ranked for a person, with reasons, evidence and cautions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from shared.cli._command import Command, add_json, show
from shared.cli._documents import read_person
from shared.training.choose import choose

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, help="an impairment profile (JSON; shared/wire/schema/known_person.json)"
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    person = read_person(arguments.file)
    choice = choose(person, measured=person.measured)
    if arguments.json:
        show(msgspec.to_builtins(choice), as_json=True)
        return 0
    for place, ranked in enumerate(choice.ranked, 1):
        banned = "advised against" if ranked.is_banned else f"best with probability {ranked.probability:.2f}"
        print(
            f"{place}. {ranked.mode}: {banned}; expected to keep {ranked.score:.1f} ± {ranked.spread:.1f} SD"
        )
        print(f"   To the patient: {ranked.for_patient}")
        for text in ranked.reasons:
            print(f"   + {text}")
        for text in ranked.cautions:
            print(f"   ! {text}")
        for text in ranked.evidence:
            print(f"     [{text}]")
    return 0


COMMAND = Command("recommend", "rank the training modes for a person, and say why", add_arguments, run)
