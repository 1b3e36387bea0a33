"""Which training mode, and why: rules as data give the bans and the starting order, measured probes move it.

Advice, never a decision: `auto` may only choose among the modes that a clinician approved in the plan, and
a clinician may override a ban with a reason (DESIGN 9, SCIENCE 4.2). Safety limits are elsewhere and are
not a matter of choice.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

from msgspec import Struct

from shared.errors import PlanError
from shared.wire.plan import ImpairmentProfile

_RETENTION_WEIGHT = 1.5
"""How far a measured next-day retention of 1 against 0.5 moves a mode (a design choice)."""


class RankedMode(Struct, frozen=True, kw_only=True):
    """One mode's place. `probability` is the softmax of the scores among what is not banned."""

    mode: str
    probability: float
    score: float
    is_banned: bool
    reasons: list[str]
    cautions: list[str]
    evidence: list[str]
    measured: bool


class Choice(Struct, frozen=True, kw_only=True):
    mode: str
    reasons: list[str]
    cautions: list[str]
    ranked: list[RankedMode]


@lru_cache(maxsize=1)
def _evidence() -> dict[str, Any]:
    text = resources.files("shared.training").joinpath("evidence.toml").read_text("utf-8")
    return tomllib.loads(text)


def choose(
    profile: ImpairmentProfile,
    *,
    approved: Sequence[str] = (),
    measured: Mapping[str, float] | None = None,
) -> Choice:
    """Rank the modes for a person and choose the first that is approved and not banned.

    Args:
        profile: what is known of the person; unknown fields count for nothing.
        approved: modes that may be chosen; empty means any.
        measured: measured probes by name; `retention_<mode>` in 0..1 moves that mode.

    Raises:
        PlanError: every approved mode is banned by the rules (`all_banned`).
    """
    evidence, found = _evidence(), measured or {}
    scores: dict[str, float] = dict(evidence["start"])
    banned: set[str] = set()
    reasons: dict[str, list[tuple[float, str, str]]] = {mode: [] for mode in scores}
    cautions: dict[str, list[str]] = {mode: [] for mode in scores}
    for rule in evidence["rule"]:
        if not _holds(rule["when"], profile):
            continue
        for mode, change in rule.get("score", {}).items():
            scores[mode] += change
            if change > 0:
                reasons[mode].append((change, rule["text"], rule["source"]))
            else:
                cautions[mode].append(rule["text"])
        for mode in rule.get("ban", ()):
            banned.add(mode)
            cautions[mode].insert(0, rule["text"])
        for mode, text in rule.get("caution", {}).items():
            cautions[mode].append(text)
    for mode in scores:
        kept = found.get(f"retention_{mode}")
        if kept is not None:
            change = _RETENTION_WEIGHT * (min(1.0, max(0.0, kept)) - 0.5)
            scores[mode] += change
            text = f"Measured: {100 * kept:.0f} % of a day's gain was kept to the next day."
            (
                reasons[mode].append((change, text, "own probes"))
                if change > 0
                else cautions[mode].append(text)
            )
    allowed = [mode for mode in scores if mode not in banned]
    total = sum(math.exp(scores[mode]) for mode in allowed)
    ranked = [
        RankedMode(
            mode=mode,
            probability=math.exp(scores[mode]) / total if mode in allowed else 0.0,
            score=scores[mode],
            is_banned=mode in banned,
            reasons=[text for _, text, _ in sorted(reasons[mode], key=lambda each: -each[0])]
            or ["The usual place to start when nothing speaks for another mode."],
            cautions=list(dict.fromkeys(cautions[mode])),
            evidence=[source for _, _, source in reasons[mode]],
            measured=f"retention_{mode}" in found,
        )
        for mode in sorted(scores, key=lambda each: (each in banned, -scores[each], each))
    ]
    for place in ranked:
        if not place.is_banned and (not approved or place.mode in approved):
            why = list(place.reasons)
            if not _is_individual(profile) and not found:
                why.append("Not individualised: no impairment profile is known.")
            return Choice(mode=place.mode, reasons=why, cautions=place.cautions, ranked=ranked)
    raise PlanError(
        "/mode",
        "all_banned",
        f"none of the approved modes ({', '.join(approved)}) suits this profile; approve another or override",
    )


def _is_individual(profile: ImpairmentProfile) -> bool:
    return profile != ImpairmentProfile()


def _holds(when: Mapping[str, Any], profile: ImpairmentProfile) -> bool:
    return all(_CONDITIONS[name](profile, value) for name, value in when.items())


_CONDITIONS: dict[str, Callable[[ImpairmentProfile, Any], bool]] = {
    "diagnosis": lambda profile, value: (
        value in profile.diagnoses or (value == "amnesia" and profile.amnesia)
    ),
    "sara_at_least": lambda profile, value: profile.sara is None or profile.sara >= value,
    "moca_below": lambda profile, value: (
        (profile.moca is not None and profile.moca < value) or "mci" in profile.diagnoses
    ),
    "age_below": lambda profile, value: profile.age_years is not None and profile.age_years < value,
    "medication_on": lambda profile, value: profile.medication_on is value,
    "neglect": lambda profile, value: (profile.neglect_side is not None) is value,
    "aphasia": lambda profile, value: profile.aphasia is value,
    "apraxia": lambda profile, value: profile.apraxia is value,
    "amnesia": lambda profile, value: (profile.amnesia or "amnesia" in profile.diagnoses) is value,
    "proprioceptive_loss": lambda profile, value: profile.proprioceptive_loss is value,
    "prosthesis": lambda profile, value: profile.prosthesis is value,
}
