"""How well every metric repeats: `python3 deploy/repeatability.py [--people N] [--repeats N] [--seed N]`.

Virtual patients of every profile play the real game loop several times under the same conditions, with
nothing kept in between: each session begins with the person as drawn. What still differs from session to
session is the measurement's own scatter and the day's pace. A metric's within-person SD is the root of the
within mean square of a one-way analysis of variance over people; the smallest detectable change (95 %) is
1.96 * sqrt(2) times that. Written to shared/metrics/repeatability.json, for the declarations to show.

The sessions are unperturbed, one kind for every mode that the game plays; a metric that only a perturbation
gives (after-effect, learning rate) comes from one assessed session. A metric takes the first kind, in this
order, that gives it.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from deploy import _setup

if __name__ == "__main__":
    _setup.enter("all")

from dataclasses import dataclass, field
from typing import Any

import shared.metrics
from game_client.session.blocks import games
from game_client.session.header import Piece, SessionEnd, assemble
from game_client.session.play import play_virtual
from shared.learning import models
from shared.metrics._repeatability import REPEATABILITY_FILE, SDC_FACTOR, within_person_sd
from shared.metrics.compute import compute_recording, families
from shared.patient.virtual import Seen, SeenTask, VirtualPatient, draw_person, profiles
from tests.virtual_sessions import make_header, make_plan

PROBE, PRACTICE = 8, 40
"""A plan's usual dose; longer probes would scatter less than those that people play."""
LEAST_PEOPLE = 5
"""A metric that fewer people gave twice has no scatter worth writing down."""
MOST_TICKS = 120 * 60 * 30
STILL: dict[str, dict[str, Any]] = {
    "error_based": {"rotation_deg": 0.0},
    "reward_based": {"goal_deg": 0.0},
    "strategy_cue": {"hours": 0},
}
"""What makes a mode's session unperturbed; modes that perturb nothing need no word."""
ORDER = ("error_based", "acuity", "use_dependent", "reward_based", "strategy_cue")


@dataclass(frozen=True)
class Kind:
    """One kind of session: what is played, and what it is called in the file."""

    name: str
    mode: str
    params: dict[str, Any]
    says: str


@dataclass
class Scatter:
    """Values of one metric in one kind of session, person by person."""

    people: dict[tuple[str, int], list[float]] = field(default_factory=dict)

    @property
    def repeated(self) -> list[list[float]]:
        return [each for each in self.people.values() if len(each) > 1]


class EndlessError(Exception):
    """A virtual person never finished the session."""


class Bounded(VirtualPatient):
    """A virtual patient who gives up after half an hour of play, so that no session runs for ever."""

    moves = 0

    def move(self, seen: Seen | SeenTask) -> tuple[float, float]:
        self.moves += 1
        if self.moves > MOST_TICKS:
            raise EndlessError
        return super().move(seen)


def kinds() -> list[Kind]:
    """Every kind of session, in the order in which metrics take their value from them."""
    played = games()["tide_anchor"].modes
    length = f"{PROBE} probe, {PRACTICE} practice and {PROBE} probe trials"
    found = [
        Kind(mode, mode, STILL.get(mode, {}), f"Tide & Anchor, {mode}, nothing perturbed: {length}")
        for mode in (*ORDER, *sorted(played - set(ORDER)))
        if mode in played
    ]
    turned = {"rotation_deg": 20.0, "ramp_deg_per_trial": 45.0}
    found.append(
        Kind(
            "assessed",
            "error_based",
            turned,
            f"Tide & Anchor, error_based, turned by 20 deg at once: {length}",
        )
    )
    return found


def session_values(kind: Kind, profile: str, person_seed: int, session_seed: int) -> dict[str, float]:
    """Play one session with the person as drawn; return its metrics that have a value."""
    person = draw_person(profile, person_seed)
    plan = make_plan(kind.mode, purpose="assess", practice=PRACTICE, probe=PROBE, mode_params=kind.params)
    pieces: list[Piece] = []
    header = make_header(plan, session_seed, person)
    run = play_virtual(header, Bounded(person, session_seed), pieces.append)
    end = SessionEnd(ended_reason=run.ended_reason or "completed", client_metrics=[])
    rows = compute_recording(assemble(run.header, pieces, end))
    return {each.metric: each.value for each in rows if each.scope == "" and each.value is not None}


def measure(people: int, repeats: int, seed: int) -> dict[str, Any]:
    """Play everything; return the content of the file."""
    found: dict[str, dict[str, Scatter]] = {}
    families(), models()  # all read before the first session: one set of sources from begin to end
    names, began = sorted(profiles()), time.perf_counter()
    played = kinds()
    endless: list[str] = []
    total, done = len(played) * len(names) * people, 0
    for at, kind in enumerate(played):
        for profile in names:
            for person in range(people):
                person_seed = seed + person
                for repeat in range(repeats):
                    session_seed = seed + 1000 * (1 + at) + repeat
                    try:
                        values = session_values(kind, profile, person_seed, session_seed)
                    except EndlessError:
                        endless.append(f"{kind.name} {profile} {person_seed} {session_seed}")
                        print(f"never finished: {endless[-1]}", flush=True)
                        continue
                    for metric, value in values.items():
                        scatter = found.setdefault(metric, {}).setdefault(kind.name, Scatter())
                        scatter.people.setdefault((profile, person_seed), []).append(value)
                done += 1
            took = time.perf_counter() - began
            print(f"{done}/{total} people x kinds, {took:.0f} s ({kind.name}, {profile})", flush=True)
    metrics = {metric: line for metric in sorted(found) if (line := entry(found[metric], played)) is not None}
    return {
        "probe_ratio": probe_ratio(found, PROBE),
        "made_by": f"deploy/repeatability.py --people {people} --repeats {repeats} --seed {seed}",
        "validated": "simulation",
        "says": "Within-person SD from a one-way analysis of variance over virtual people who played "
        "repeated sessions with nothing kept in between; sdc_95 = 1.96 * sqrt(2) * sd_within, in the "
        "metric's unit.",
        "profiles": names,
        "people_per_profile": people,
        "repeats": repeats,
        "never_finished": endless,
        "sessions": {kind.name: kind.says for kind in played},
        "metrics": metrics,
    }


def probe_ratio(found: dict[str, dict[str, Scatter]], trials: int) -> float:
    """Return the SD between a person's repeated probes over the spread of the probe's reaches / sqrt(trials).

    Above 1 when probes differ by more than the chance of their reaches: by the day, or by which directions a
    short probe happens to ask for. It carries over from noisy people to steady ones; the SD itself does not.
    """
    between = within_person_sd(found["opening_probe_bias_deg"][ORDER[0]].repeated)
    spreads = [each for person in found["opening_probe_spread_deg"][ORDER[0]].repeated for each in person]
    return _rounded(between / math.sqrt(sum(each * each for each in spreads) / len(spreads) / trials))


def entry(by_kind: dict[str, Scatter], played: list[Kind]) -> dict[str, Any] | None:
    """One metric's line in the file, from the first kind of session that repeats it; None without scatter."""
    for kind in played:
        repeated = by_kind[kind.name].repeated if kind.name in by_kind else []
        if len(repeated) < LEAST_PEOPLE:
            continue
        sd = within_person_sd(repeated)
        if sd <= 1e-9:  # such as the number of trials: it does not scatter at all
            continue
        return {
            "sd_within": _rounded(sd),
            "sdc_95": _rounded(SDC_FACTOR * sd),
            "people": len(repeated),
            "sessions": sum(map(len, repeated)),
            "session": kind.name,
        }
    return None


def _rounded(value: float) -> float:
    return float(f"{value:.5g}")


def main() -> int:
    parser = argparse.ArgumentParser(description="measure how well every metric repeats, on virtual people")
    parser.add_argument("--people", type=int, default=8, help="people a profile")
    parser.add_argument("--repeats", type=int, default=4, help="sessions a person and kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path(shared.metrics.__path__[0]) / REPEATABILITY_FILE)
    given = parser.parse_args()
    content = measure(given.people, given.repeats, given.seed)
    given.out.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"wrote {len(content['metrics'])} metrics to {given.out}")
    print("then: python -m shared metrics --write-digest")
    return 0


if __name__ == "__main__":
    sys.exit(main())
