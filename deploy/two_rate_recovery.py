"""Two rates found again in 50 virtual people who play the real game: `python3 deploy/two_rate_recovery.py`.

Each plays an assessment of Tide & Anchor by the two-rate schedule, a night between two sittings; the metric
family `two_rate` fits what the sessions recorded. Writes docs/two_rate_recovery.md.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from deploy import _setup

if __name__ == "__main__":
    _setup.enter("all")

import numpy as np
from msgspec.structs import replace

from shared.learning.sittings import NAMES, Sitting, fit_sittings
from shared.metrics._session import session_data
from shared.metrics.two_rate import sitting_of
from shared.patient.virtual import VirtualPatient, draw_person
from shared.training.error_based import TWO_RATE_TRIALS
from tests.virtual_sessions import make_plan, play

if TYPE_CHECKING:
    from collections.abc import Sequence

PEOPLE, SITTINGS = 50, 2
PROFILES = ("healthy_young", "healthy_old", "stroke_mild", "parkinson_on", "child")
"""Those whose learning from error is intact."""
PAGE = Path(__file__).resolve().parents[1] / "docs" / "two_rate_recovery.md"


@dataclass(frozen=True, slots=True)
class Assessed:
    """One person: the true rates and what the sittings recorded."""

    truth: dict[str, float]
    sittings: list[Sitting]


@dataclass(frozen=True, slots=True)
class Recovery:
    """Over all people, by rate: errors relative to the truth (people,), and whether the interval held it.

    `held` is NaN where there was no interval.
    """

    error: dict[str, list[float]]
    held: dict[str, list[float]]

    def median_error(self, name: str) -> float:
        return float(np.median(np.abs(self.error[name])))

    @property
    def coverage(self) -> float:
        """Share of all 90 % intervals that hold the truth."""
        return float(np.nanmean([each for held in self.held.values() for each in held]))


def assessed(number: int, sittings: int = SITTINGS) -> Assessed:
    """Let one person play; a night passes between two sittings."""
    profile = PROFILES[number % len(PROFILES)]
    person = replace(draw_person(profile, number), pain=0.0, effort=0.0)
    patient = VirtualPatient(person, number)
    plan = make_plan(
        "error_based",
        purpose="assess",
        practice=TWO_RATE_TRIALS,
        probe=0,
        mode_params={"schedule": "two_rate", "rotation_deg": 20.0},
        game_params={"targets": 2, "spread": "near", "trained": 1},
    )
    found = []
    for day in range(sittings):
        if day:
            patient.sleep(1.0)
            patient.wake(day)
        _, recording = play(plan, profile, number, patient)
        sitting = sitting_of(session_data(recording).trials)
        assert sitting is not None  # noqa: S101
        found.append(sitting)
    truth = (person.keep_fast, person.keep_slow, person.error_fast, person.error_slow)
    return Assessed(dict(zip(NAMES, truth, strict=True)), found)


def recovery(people: Sequence[Assessed], sittings: int = SITTINGS) -> Recovery:
    """Fit the first sittings of everybody and compare with the truth."""
    error: dict[str, list[float]] = {name: [] for name in NAMES}
    held: dict[str, list[float]] = {name: [] for name in NAMES}
    for each in people:
        found = fit_sittings(each.sittings[:sittings])
        for name in NAMES:
            interval = found.interval(name)
            error[name].append(found.value[name] / each.truth[name] - 1.0)
            inside = interval is not None and interval[0] <= each.truth[name] <= interval[1]
            held[name].append(np.nan if interval is None else float(inside))
    return Recovery(error, held)


def page(people: Sequence[Assessed]) -> str:
    """Return the page: a row a rate, for one sitting and for two."""
    lines = [
        "# Two rates found again in play",
        "",
        "[the science](science/README.md)",
        "",
        f"{len(people)} virtual people ({', '.join(PROFILES)}) play Tide & Anchor by the two-rate schedule: "
        f"{TWO_RATE_TRIALS} reaches a sitting, some 18 minutes, a night between two. **Simulation only.** "
        "The fit assumes what the virtual learner does: errors count up to 6 degrees, what is not expected "
        "of a movement is partly repeated, and nobody aims elsewhere when told to aim at the target. People "
        "who learn otherwise will get other numbers. Made by `python3 deploy/two_rate_recovery.py`.",
        "",
        "| sittings | rate | median error | bias | 90 % interval holds | without one |",
        "|---|---|---|---|---|---|",
    ]
    pooled = []
    for count in range(1, SITTINGS + 1):
        found = recovery(people, count)
        for name in NAMES:
            held = np.array(found.held[name])
            bias, holds = 100 * float(np.median(found.error[name])), 100 * float(np.nanmean(held))
            lines.append(
                f"| {count} | {name} | {100 * found.median_error(name):.1f} % | "
                f"{bias:+.1f} % | {holds:.0f} % | {int(np.isnan(held).sum())} |"
            )
        pooled.append(f"{100 * found.coverage:.0f} % with {count}")
    lines += ["", f"Pooled over the four rates the interval holds the truth in {', '.join(pooled)}."]
    return "\n".join(lines) + "\n"


def main() -> int:
    PAGE.write_text(page([assessed(number) for number in range(PEOPLE)]), encoding="utf-8")
    print(PAGE)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
