"""What the pages of the science take minutes to compute: sessions of virtual people, parameter recovery.

Both are kept as JSON in docs/science/ and read from there, so that the pages themselves are quick to make.
"""

from __future__ import annotations

import json
import math
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

SCIENCE = Path(__file__).resolve().parents[1] / "docs" / "science"
REPEATABILITY = SCIENCE.parents[1] / "shared" / "metrics" / "repeatability.json"
RECOVERY, SESSIONS, STUDY = "recovery.json", "sessions.json", "study.json"
SHOWN = (
    "healthy_young",
    "healthy_old",
    "cerebellar_ataxia",
    "parkinson_off",
    "stroke_mild",
    "stroke_moderate",
    "stroke_severe",
    "stroke_proprioceptive",
)
"""The virtual profiles in the metrics' figures: few enough to read, different enough to tell apart."""
DAY_MS = 86_400_000
STARTED_UTC_MS = 1_790_000_000_000
DAYS = 3


class Played(NamedTuple):
    """A game and its dose in trials."""

    game: str
    practice: int
    probe: int


TIDE = Played("tide_anchor", 40, 8)
OTHERS = {
    "ferry": (Played("ferry_crossing", 16, 8), "error_based"),
    "kingfisher": (Played("kingfisher", 60, 8), "acuity"),
    "lighthouse": (Played("lighthouse", 24, 8), "strategy_cue"),
    "mirror": (Played("mirror_scribe", 12, 4), "error_based"),
    "otter": (Played("otter", 6, 0), "use_dependent"),
    "reeds": (Played("reeds_rhythm", 16, 8), "use_dependent"),
    "stargazer": (Played("stargazer", 16, 8), "reward_based"),
}
"""The games whose metrics no reach to a buoy gives, by the kind's name: dose and mode."""


class ScienceError(Exception):
    """A page cannot be made; the sentence says what to run."""


def read(name: str) -> dict[str, Any]:
    """Return one of the committed data files.

    Raises:
        ScienceError: it is not there, or is no JSON.
    """
    made_by = {
        RECOVERY: "python3 deploy/science.py --recovery",
        SESSIONS: "python3 deploy/science.py --sessions",
        STUDY: "python -m shared study --out docs/science/study.json",
    }
    try:
        found: dict[str, Any] = json.loads((SCIENCE / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ScienceError(f"docs/science/{name} cannot be read; make it with: {made_by[name]}") from None
    return found


def write(name: str, content: dict[str, Any]) -> None:
    """Write a data file, always the same bytes for the same content."""
    SCIENCE.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)
    (SCIENCE / name).write_text(text + "\n", encoding="utf-8")


def rounded(value: float | None, digits: int = 5) -> float | None:
    """Return a number with so many significant digits, None for what is none."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.{digits}g}")


def recovery(people: int, seed: int, only: list[str] | None = None) -> dict[str, Any]:
    """Return the parameter recovery of every model that declares one; `only` keeps the rest as committed."""
    from shared.learning import models
    from shared.learning.recovery import recover

    found: dict[str, Any] = read(RECOVERY)["models"] if only else {}
    for name, model in models().items():
        if model.recovery is None or (only and name not in only):
            continue
        print(f"recovery: {name}", file=sys.stderr, flush=True)
        found[name] = [
            {
                key: rounded(value) if isinstance(value, float) else value
                for key, value in asdict(each).items()
            }
            for each in recover(model, people, seed)
        ]
    made_by = f"deploy/science.py --recovery --people {people} --seed {seed}"
    return {"made_by": made_by, "people": people, "models": {name: found[name] for name in sorted(found)}}


def sessions(people: int, seed: int) -> dict[str, Any]:
    """Return every metric of sessions that virtual people played: by metric and kind, then by profile.

    The kinds of deploy/repeatability.py (nothing perturbed, by mode; and assessed by a rotation), and
    `training`: the last of three days of error-based training, with what only several days can tell;
    `mirror again`: the same of mirror drawing.
    """
    from deploy.repeatability import kinds
    from game_client.session.blocks import games
    from shared.metrics.compute import catalogue

    versions = {spec.id: spec.version for spec in catalogue()}
    values: dict[str, dict[str, dict[str, list[float | None]]]] = {}
    reasons: dict[str, dict[str, int]] = {}
    played = kinds()
    for profile in SHOWN:
        for number in range(people):
            print(f"sessions: {profile} {number + 1} of {people}", file=sys.stderr, flush=True)
            for kind in played:
                rows = _sitting(profile, seed + number, kind.mode, "assess", kind.params, 1)
                _keep(values, reasons, kind.name, profile, rows)
            rows = _sitting(profile, seed + number, "error_based", "train", {}, DAYS)
            _keep(values, reasons, "training", profile, rows)
            rows = _sitting(profile, seed + number, "error_based", "assess", _turned(), 2)
            _keep(values, reasons, "assessed again", profile, rows)
            for name, (dose, mode) in OTHERS.items():
                rows = _sitting(profile, seed + number, mode, "train", {}, 1, dose)
                _keep(values, reasons, name, profile, rows)
            dose, mode = OTHERS["mirror"]
            rows = _sitting(profile, seed + number, mode, "train", {}, DAYS, dose)
            _keep(values, reasons, "mirror again", profile, rows)
    says = {kind.name: kind.says for kind in played} | {
        "training": f"Tide & Anchor, error_based training, the last of {DAYS} sessions a day apart",
        "assessed again": "Tide & Anchor, turned by 20 deg at once, the second time, a day later",
        "mirror again": f"Mirror Scribe, error_based training, the last of {DAYS} sessions a day apart",
    }
    says |= {
        name: f"{games()[dose.game].name}, {mode} training: {_dose(dose)}"
        for name, (dose, mode) in OTHERS.items()
    }
    return {
        "made_by": f"deploy/science.py --sessions --people {people} --seed {seed}",
        "people_per_profile": people,
        "profiles": list(SHOWN),
        "kinds": says,
        "versions": versions,
        "metrics": {metric: _shown(metric, values[metric]) for metric in sorted(values)},
        "reasons": {
            metric: max(sorted(counts), key=lambda each: counts[each])
            for metric, counts in reasons.items()
            if metric not in values
        },
    }


def _shown(metric: str, by_kind: dict[str, dict[str, list[float | None]]]) -> dict[str, Any]:
    """Choose the kind of session that a metric is shown by: that of its repeatability, else the fullest."""
    measured = json.loads(REPEATABILITY.read_text(encoding="utf-8"))["metrics"].get(metric, {}).get("session")
    kind = measured if measured in by_kind else max(by_kind, key=lambda each: _count(by_kind[each]))
    return {"kind": kind, "profiles": by_kind[kind]}


def _count(by_profile: dict[str, list[float | None]]) -> int:
    return sum(map(len, by_profile.values()))


def _dose(played: Played) -> str:
    return f"{played.probe} probe, {played.practice} practice and {played.probe} probe trials"


def _turned() -> dict[str, Any]:
    return {"rotation_deg": 20.0, "ramp_deg_per_trial": 45.0}


def _sitting(
    profile: str,
    person_seed: int,
    mode: str,
    purpose: str,
    params: dict[str, Any],
    days: int,
    played: Played = TIDE,
) -> list[Any]:
    """Play a session a day with the same person; return the last one's rows, those across days included."""
    from game_client.session.header import SessionEnd, assemble
    from game_client.session.play import play_virtual
    from shared.metrics.across import compute_across, summary_of
    from shared.metrics.compute import compute_recording
    from shared.patient.virtual import VirtualPatient, draw_person
    from tests.virtual_sessions import make_header, make_plan

    person = draw_person(profile, person_seed)
    plan = make_plan(
        mode,
        game=played.game,
        purpose=purpose,
        practice=played.practice,
        probe=played.probe,
        mode_params=params,
    )
    patient, summaries, rows = VirtualPatient(person, person_seed), [], []
    for day in range(days):
        if day:
            patient.sleep(1.0)
            patient.wake(person_seed + 100 * day)
        began = STARTED_UTC_MS + day * DAY_MS
        header = make_header(plan, person_seed + 100 * day, person, started_utc_ms=began)
        pieces: list[Any] = []
        run = play_virtual(header, patient, pieces.append)
        end = SessionEnd(ended_reason=run.ended_reason or "completed", client_metrics=[])
        recording = assemble(run.header, pieces, end)
        rows = compute_recording(recording)
        summaries.append(summary_of(recording, rows))
    if days > 1:
        rows = [*rows, *compute_across(summaries)[summaries[-1].session_id]]
    return rows


def _keep(
    values: dict[str, dict[str, dict[str, list[float | None]]]],
    reasons: dict[str, dict[str, int]],
    kind: str,
    profile: str,
    rows: list[Any],
) -> None:
    for row in rows:
        if row.scope:
            continue
        if row.value is None:
            counts = reasons.setdefault(row.metric, {})
            counts[row.missing_reason] = counts.get(row.missing_reason, 0) + 1
        else:
            by_profile = values.setdefault(row.metric, {}).setdefault(kind, {})
            by_profile.setdefault(profile, []).append(rounded(row.value))
