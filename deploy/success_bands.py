"""Success over fifty virtual people a profile in every game and mode: `python3 deploy/success_bands.py`.

With `--fresh` everybody plays again, with `--only GAME` one game's people, with `--people N` fewer.

Each plays one session of 100 practice trials; what counts is trials 21 to 100 (DESIGN 9: mean success of a
profile 60-80 %, four in five people 50-90 %; rewards 40-80 %, never none or all of twenty in a row). Results
are kept a person at a time in docs/success_bands.json, so that a run that was cut goes on where it
was; the table is docs/success_bands.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import mean

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from deploy import _setup

if __name__ == "__main__":
    _setup.enter("all")

from msgspec.structs import replace

from game_client.session.blocks import games
from shared.patient.virtual import VirtualPatient, draw_person, profiles
from shared.wire.plan import SafetyLimits
from shared.wire.trials import trials_of
from tests.virtual_sessions import make_plan, play

PEOPLE, PRACTICE, FROM = 50, 100, 20
FOLDER = Path(__file__).resolve().parents[1] / "docs"
KEPT = FOLDER / "success_bands.json"
LONG = SafetyLimits(session_max_min=60.0)
"""A hundred trials of a slow game take longer than a sitting is by default."""
Runs = dict[str, list[list[bool]]]
"""Successes of trials 21 to 100 by `game mode profile`, a list a person."""
Case = tuple[str, str, str, int]


def one(case: Case) -> list[bool]:
    """Let one person play; return the verdicts that count."""
    game, mode, profile, seed = case
    # On a day without pain or exhaustion: with either, nothing gets harder, and that is meant.
    person = replace(draw_person(profile, seed), pain=0.0, effort=0.0)
    plan = make_plan(mode, game=game, practice=PRACTICE, probe=8, safety=LONG)
    _, recording = play(plan, profile, seed, VirtualPatient(person, seed))
    verdicts = [
        bool(each.end.success)
        for each in trials_of(recording.events)
        if each.end and each.end.success is not None and each.start.phase in ("ramp", "practice")
    ]
    return verdicts[FROM:]


def carried(only: str = "") -> list[tuple[str, str]]:
    """Every game that is scored, with every mode that it declares."""
    return [
        (game.id, mode)
        for game in games().values()
        if game.is_scored and only in ("", game.id)
        for mode in sorted(game.modes)
    ]


def played(kept: Path = KEPT, people: int = PEOPLE, only: str = "") -> Runs:
    """Return everybody's verdicts, playing who is not in the file yet and adding them to it."""
    text: dict[str, list[str]] = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    cases = [
        (game, mode, profile, seed)
        for game, mode in carried(only)
        for profile in sorted(profiles())
        for seed in range(len(text.get(f"{game} {mode} {profile}", [])), people)
    ]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for number, (case, verdicts) in enumerate(
            zip(cases, pool.map(one, cases, chunksize=5), strict=True), 1
        ):
            text.setdefault(" ".join(case[:3]), []).append("".join("01"[each] for each in verdicts))
            if number % 25 == 0 or number == len(cases):
                kept.write_text(json.dumps(text, indent=0, sort_keys=True) + "\n", encoding="utf-8")
                print(f"{number}/{len(cases)}", flush=True)
    return {name: [[each == "1" for each in person] for person in found] for name, found in text.items()}


def problems(runs: Runs) -> list[str]:
    """Return what breaks a band, a sentence each."""
    found = []
    for name, people in sorted(runs.items()):
        mode = name.split()[1]
        rates = [mean(person) for person in people]
        low, high = (0.40, 0.80) if mode == "reward_based" else (0.60, 0.80)
        if not low <= mean(rates) <= high:
            found.append(f"{name}: mean success {mean(rates):.2f} outside {low:.2f}-{high:.2f}")
        if mode == "reward_based":
            stuck = sum(any(_stuck(person)) for person in people)
            if stuck:
                found.append(f"{name}: {stuck} of {len(people)} people had twenty alike in a row")
        elif mean(0.50 <= each <= 0.90 for each in rates) < 0.80:
            found.append(f"{name}: fewer than 80 % of people inside 0.50-0.90")
    return found


def _stuck(person: list[bool]) -> list[bool]:
    return [sum(person[at : at + 20]) in (0, 20) for at in range(len(person) - 19)]


def table(runs: Runs) -> str:
    """Return the page: a row a profile and mode."""
    lines = [
        "# Success in the real game",
        "",
        "[the science](science/README.md)",
        "",
        "Virtual people of every profile, one session of one game each, practice trials 21-100, on a "
        "day without pain or exhaustion (with either, nothing gets harder). **Simulation only.** Made by "
        "`python3 deploy/success_bands.py`; the ordinary tests hold the block policy alone to the bands.",
        "",
        "| game | mode | profile | people | mean | lowest | highest | inside 50-90 % | twenty alike |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, people in sorted(runs.items()):
        game, mode, profile = name.split()
        rates = [mean(person) for person in people]
        inside = mean(0.50 <= each <= 0.90 for each in rates)
        stuck = sum(any(_stuck(person)) for person in people)
        lines.append(
            f"| {game} | {mode} | {profile} | {len(people)} | {mean(rates):.2f} | {min(rates):.2f} | "
            f"{max(rates):.2f} | {100 * inside:.0f} % | {stuck} |"
        )
    broken = problems(runs)
    lines += ["", "Outside the bands: " + ("; ".join(broken) + "." if broken else "none.")]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description="success in the real game, over virtual people")
    parser.add_argument("--fresh", action="store_true", help="play everybody again")
    parser.add_argument("--only", default="", choices=sorted(games()), help="one game")
    parser.add_argument("--people", type=int, default=PEOPLE, help=f"of each profile (default {PEOPLE})")
    asked = parser.parse_args()
    if asked.fresh:
        KEPT.unlink(missing_ok=True)
    runs = played(people=asked.people, only=asked.only)
    (FOLDER / "success_bands.md").write_text(table(runs), encoding="utf-8")
    print("\n".join(problems(runs)) or "every band holds")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
