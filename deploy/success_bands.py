"""Success over fifty virtual people a profile in the real game: `python3 deploy/success_bands.py [--fresh]`.

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

from shared.patient.virtual import VirtualPatient, draw_person, profiles
from shared.wire.trials import trials_of
from tests.virtual_sessions import make_plan, play

PEOPLE, PRACTICE, FROM = 50, 100, 20
MODES = ("error_based", "reward_based")
FOLDER = Path(__file__).resolve().parents[1] / "docs"
KEPT = FOLDER / "success_bands.json"
Runs = dict[str, list[list[bool]]]
"""Successes of trials 21 to 100 by `mode profile`, a list a person."""


def one(case: tuple[str, str, int]) -> list[bool]:
    """Let one person play; return the verdicts that count."""
    mode, profile, seed = case
    # On a day without pain or exhaustion: with either, nothing gets harder, and that is meant.
    person = replace(draw_person(profile, seed), pain=0.0, effort=0.0)
    plan = make_plan(mode, practice=PRACTICE, probe=8)
    _, recording = play(plan, profile, seed, VirtualPatient(person, seed))
    verdicts = [
        bool(each.end.success)
        for each in trials_of(recording.events)
        if each.end and each.end.success is not None and each.start.phase in ("ramp", "practice")
    ]
    return verdicts[FROM:]


def played(kept: Path = KEPT, people: int = PEOPLE) -> Runs:
    """Return everybody's verdicts, playing who is not in the file yet and adding them to it."""
    text: dict[str, list[str]] = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    cases = [
        (mode, profile, seed)
        for mode in MODES
        for profile in sorted(profiles())
        for seed in range(len(text.get(f"{mode} {profile}", [])), people)
    ]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for number, (case, verdicts) in enumerate(
            zip(cases, pool.map(one, cases, chunksize=5), strict=True), 1
        ):
            text.setdefault(f"{case[0]} {case[1]}", []).append("".join("01"[each] for each in verdicts))
            if number % 25 == 0 or number == len(cases):
                kept.write_text(json.dumps(text, indent=0, sort_keys=True) + "\n", encoding="utf-8")
                print(f"{number}/{len(cases)}", flush=True)
    return {name: [[each == "1" for each in person] for person in found] for name, found in text.items()}


def problems(runs: Runs) -> list[str]:
    """Return what breaks a band, a sentence each."""
    found = []
    for name, people in sorted(runs.items()):
        mode = name.split()[0]
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
        f"{PEOPLE} virtual people a profile, one session of Tide & Anchor each, practice trials 21-100, on "
        "a day without pain or exhaustion (with either, nothing gets harder). **Simulation only.** Made by "
        "`python3 deploy/success_bands.py`; the ordinary tests hold the block policy alone to the bands.",
        "",
        "| mode | profile | mean | lowest | highest | inside 50-90 % | twenty alike |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, people in sorted(runs.items()):
        mode, profile = name.split()
        rates = [mean(person) for person in people]
        inside = mean(0.50 <= each <= 0.90 for each in rates)
        stuck = sum(any(_stuck(person)) for person in people)
        lines.append(
            f"| {mode} | {profile} | {mean(rates):.2f} | {min(rates):.2f} | {max(rates):.2f} | "
            f"{100 * inside:.0f} % | {stuck} |"
        )
    broken = problems(runs)
    lines += ["", "Outside the bands: " + ("; ".join(broken) + "." if broken else "none.")]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description="success in the real game, over virtual people")
    parser.add_argument("--fresh", action="store_true", help="play everybody again")
    if parser.parse_args().fresh:
        KEPT.unlink(missing_ok=True)
    runs = played()
    (FOLDER / "success_bands.md").write_text(table(runs), encoding="utf-8")
    print("\n".join(problems(runs)) or "every band holds")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
