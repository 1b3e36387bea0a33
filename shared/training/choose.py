"""Which training mode, and why: evidence as data gives bans and a prior, measured probes move it.

Bans and cautions come first (SCIENCE 4.2). Among what is left, each mode's kept gain in this person is a
normal belief (`shared.training.belief`): the prior from `evidence.toml`, the likelihood from the probes.
Advice, never a decision: `auto` may only choose among the modes that a clinician approved in the plan, and a
clinician may override a ban with a reason (DESIGN 9). Safety limits are elsewhere and no matter of choice.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

from msgspec import UNSET, Struct

from shared.errors import PlanError
from shared.training.belief import USUAL_SE, Belief, best_probability
from shared.wire.plan import ImpairmentProfile

_GAIN_OF_RETENTION, _RETENTION_NOISE = 3.0, 1.2
"""A retention of 1 against 0 stands for about three SDs of kept gain, roughly (a design choice)."""
_AS_GOOD = 0.35
"""A mode whose probability of being best is this share of the first one's cannot be told from it yet."""
_NOTHING_KNOWN = "Not individualised: no impairment profile is known."


class RankedMode(Struct, frozen=True, kw_only=True):
    """One mode's place.

    `probability` is that of being the best among what is not banned; `score` and `spread` are mean and
    standard deviation of the gain that is expected to be kept, in the person's own SDs between probes.
    `reasons`, `cautions` and `evidence` are for a clinician, `for_patient` is one plain sentence.
    """

    mode: str
    probability: float
    score: float
    spread: float
    is_banned: bool
    reasons: list[str]
    cautions: list[str]
    evidence: list[str]
    for_patient: str
    measured: bool


class Choice(Struct, frozen=True, kw_only=True):
    mode: str
    reasons: list[str]
    cautions: list[str]
    ranked: list[RankedMode]


class _Case:
    """What the evidence says of each mode for one profile, rule by rule."""

    def __init__(self, profile: ImpairmentProfile) -> None:
        evidence = _evidence()
        self.mean: dict[str, float] = dict(evidence["start"])
        self.variance = dict.fromkeys(self.mean, float(evidence["spread"]) ** 2)
        self.banned: set[str] = set()
        self.reasons: dict[str, list[tuple[float, str, str]]] = {mode: [] for mode in self.mean}
        self.plain: dict[str, list[tuple[float, str]]] = {mode: [] for mode in self.mean}
        self.cautions: dict[str, list[str]] = {mode: [] for mode in self.mean}
        for rule in evidence["rule"]:
            if all(_CONDITIONS[name](profile, value) for name, value in rule["when"].items()):
                self._apply(rule, float(evidence["confidence"][rule["confidence"]]))

    def _apply(self, rule: Mapping[str, Any], doubt: float) -> None:
        source = f"{rule['source']}; confidence {rule['confidence']}"
        for mode, effect in rule.get("effect", {}).items():
            self.mean[mode] += effect
            self.variance[mode] += (doubt * effect) ** 2
            if effect > 0:
                self.reasons[mode].append((effect, rule["text"], source))
                if "plain" in rule:
                    self.plain[mode].append((effect, rule["plain"]))
            else:
                self.cautions[mode].append(rule["text"])
        for mode in rule.get("ban", ()):
            self.banned.add(mode)
            self.cautions[mode].insert(0, rule["text"])
        for mode, text in rule.get("caution", {}).items():
            self.cautions[mode].append(text)

    def belief(self, mode: str, measured: Mapping[str, float]) -> Belief:
        """Return the belief about a mode, with what was measured in this person counted in and said."""
        belief = Belief(self.mean[mode], self.variance[mode] ** 0.5)
        kept = measured.get(f"retention_{mode}")
        if kept is not None:
            kept = min(1.0, max(0.0, kept))
            belief = belief.updated(_GAIN_OF_RETENTION * kept, _RETENTION_NOISE)
            self._say(
                mode, kept - 0.5, f"Measured: {100 * kept:.0f} % of a day's gain was kept to the next day."
            )
        gain = measured.get(f"gain_{mode}")
        if gain is not None:
            error = measured.get(f"gain_{mode}_se", USUAL_SE)
            belief = belief.updated(gain, error)
            self._say(
                mode, gain, f"Measured: a gain of {gain:+.1f} ± {error:.1f} SD is kept under this mode."
            )
        return belief

    def _say(self, mode: str, good: float, text: str) -> None:
        if good > 0:
            self.reasons[mode].append((good, text, "own probes"))
            self.plain[mode].append((good, "This has worked for you before."))
        else:
            self.cautions[mode].append(text)


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
    """Rank the modes for a person and choose among those that are approved and not banned.

    The first in rank is chosen, unless others cannot be told from it yet: then sessions go to each of them by
    its probability of being the best. So the probes come to tell them apart, and meanwhile the systems are
    trained in turn, which in simulation keeps about as much as the better one alone.

    Args:
        profile: what is known of the person; unknown fields count for nothing.
        approved: modes that may be chosen; empty means any.
        measured: measured probes by name: `gain_<mode>` in the person's SDs between probes with its
            standard error `gain_<mode>_se`, `retention_<mode>` in 0..1, and `tried_<mode>`, the sessions.

    Raises:
        PlanError: every approved mode is banned by the rules (`all_banned`).
    """
    found = measured or {}
    case = _Case(profile)
    beliefs = {mode: case.belief(mode, found) for mode in case.mean}
    allowed = {mode: each for mode, each in beliefs.items() if mode not in case.banned}
    best = best_probability(allowed) if allowed else {}
    ranked = [
        _ranked(case, mode, beliefs[mode], best.get(mode, 0.0), found)
        for mode in sorted(beliefs, key=lambda each: (each in case.banned, -beliefs[each].mean, each))
    ]
    open_to = [each for each in ranked if not each.is_banned and (not approved or each.mode in approved)]
    if not open_to:
        raise PlanError(
            "/mode",
            "all_banned",
            f"none of the approved modes ({', '.join(approved)}) suits this profile; approve another or "
            "override",
        )
    place = _in_turn(open_to, found)
    why = list(place.reasons)
    if place is not open_to[0]:
        why.append(f"In turn with {open_to[0].mode}: which of them keeps more is not told yet.")
    if not _is_individual(profile) and not found:
        why.append(_NOTHING_KNOWN)
    return Choice(mode=place.mode, reasons=why, cautions=place.cautions, ranked=ranked)


def _in_turn(open_to: Sequence[RankedMode], measured: Mapping[str, float]) -> RankedMode:
    """Return the mode furthest behind its share: sessions go by the probability of being the best."""
    best = max(each.probability for each in open_to)
    as_good = [each for each in open_to if each.probability >= _AS_GOOD * best] or [open_to[0]]
    return min(
        as_good,
        key=lambda each: (measured.get(f"tried_{each.mode}", 0.0) + 1.0) / max(each.probability, 1e-9),
    )


def _ranked(
    case: _Case, mode: str, belief: Belief, probability: float, measured: Mapping[str, float]
) -> RankedMode:
    plain = max(case.plain[mode], default=(0.0, "This is the usual place to start."))
    return RankedMode(
        mode=mode,
        probability=probability,
        score=belief.mean,
        spread=belief.sd,
        is_banned=mode in case.banned,
        reasons=[text for _, text, _ in sorted(case.reasons[mode], key=lambda each: -each[0])]
        or ["The usual place to start when nothing speaks for another mode."],
        cautions=list(dict.fromkeys(case.cautions[mode])),
        evidence=[source for _, _, source in case.reasons[mode]],
        for_patient=plain[1],
        measured=f"retention_{mode}" in measured or f"gain_{mode}" in measured,
    )


def _is_individual(profile: ImpairmentProfile) -> bool:
    return profile != ImpairmentProfile()


_CONDITIONS: dict[str, Callable[[ImpairmentProfile, Any], bool]] = {
    "diagnosis": lambda profile, value: (
        value in profile.diagnoses or (value == "amnesia" and profile.amnesia)
    ),
    "sara_at_least": lambda profile, value: profile.sara is None or profile.sara >= value,
    "moca_below": lambda profile, value: (
        (profile.moca is not None and profile.moca < value) or "mci" in profile.diagnoses
    ),
    "fma_ue_below": lambda profile, value: profile.fma_ue is not None and profile.fma_ue < value,
    "caution_any": lambda profile, value: (
        profile.cautions is not UNSET and any(each in profile.cautions for each in value)
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
