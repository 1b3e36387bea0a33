"""The page of the virtual people and of the evidence for choosing a training mode."""

from __future__ import annotations

import ast
import re
import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PLAIN = {
    "error_fast": "Share of the error that the fast process learns, a trial.",
    "error_slow": "Share of the error that the slow process learns, a trial.",
    "keep_fast": "What the fast process keeps from trial to trial.",
    "keep_slow": "What the slow process keeps from trial to trial.",
    "night_slow": "Share of the slow process that a night leaves.",
    "night_reward": "Share of what reward taught that a night leaves.",
    "night_repetition": "Share of what repetition left that a night leaves.",
    "night_skill": "Share of the skill gained that a night leaves.",
    "reaction_s": "Reaction time, seconds.",
    "tremor_mm": "Amplitude of the tremor, millimetres.",
    "tremor_hz": "Frequency of the tremor, Hz.",
    "pain": "Pain when asked, 0 to 10.",
    "effort": "Effort when asked, Borg CR10.",
}
"""Of the parameters whose names say it all in the code."""
COLUMNS = 6
"""Profiles side by side in one table."""


def people_page() -> str:
    """Return the page: the profiles' parameters and sources, then the rules with their confidence."""
    from shared.patient.person import _bounds, profiles

    found, bounds = profiles(), _bounds()
    meanings = _meanings()
    names = [each for each in meanings if isinstance(next(iter(found.values())).get(each), list)]
    parts = [
        "# Virtual people, and the evidence for a mode",
        "[the science](README.md)",
        "A virtual person is drawn from a profile: each parameter from a normal distribution, clipped to "
        "its bounds. "
        "**No person was measured for them.** What differs in direction rests on the sources below; the "
        "sizes are "
        "design choices, tuned so that simulated people show the published pattern.",
        "## Parameters\n\n| parameter | bounds | meaning |\n|---|---|---|\n"
        + "\n".join(
            f"| `{name}` | {bounds[name][0]:g} to {bounds[name][1]:g} | {meanings[name]} |" for name in names
        ),
        "Mean ± standard deviation, as drawn:",
    ]
    every = list(found)
    parts += [_values(found, names, every[at : at + COLUMNS]) for at in range(0, len(every), COLUMNS)]
    parts += ["## Where each profile comes from", _sources(found), _evidence()]
    return "\n\n".join(parts) + "\n"


def _meanings() -> dict[str, str]:
    """Return what is written below each of a person's attributes."""
    source = files("shared.patient").joinpath("person.py").read_text("utf-8")
    person = next(
        each for each in ast.parse(source).body if isinstance(each, ast.ClassDef) and each.name == "Person"
    )
    found: dict[str, str] = {}
    for at, each in enumerate(person.body):
        if not isinstance(each, ast.AnnAssign) or not isinstance(each.target, ast.Name):
            continue
        below = person.body[at + 1] if at + 1 < len(person.body) else None
        said = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
        text = str(below.value.value) if said else ""  # type: ignore[union-attr]
        found[each.target.id] = " ".join(text.split()) or PLAIN.get(each.target.id, "")
    return found


def _values(found: Mapping[str, Mapping[str, Any]], names: Sequence[str], shown: Sequence[str]) -> str:
    lines = [
        "| | " + " | ".join(found[each]["label"] for each in shown) + " |",
        "|---|" + "---|" * len(shown),
    ]
    for name in names:
        cells = [f"{found[each][name][0]:g} ± {found[each][name][1]:g}" for each in shown]
        lines.append(f"| `{name}` | " + " | ".join(cells) + " |")
    cells = [f"{found[each]['attendance']:g}" for each in shown]
    lines.append("| `attendance` (chance that a session is played) | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _sources(found: Mapping[str, Mapping[str, Any]]) -> str:
    lines = ["| profile | differs from | source of the differences |", "|---|---|---|"]
    for name, each in found.items():
        base = found[each["base"]]["label"] if "base" in each else "none"
        lines.append(
            f"| {each['label']} (`{name}`) | {base} | {doubted(each.get('source', 'design choice'))} |"
        )
    return "\n".join(lines)


def _evidence() -> str:
    evidence = tomllib.loads(files("shared.training").joinpath("evidence.toml").read_text("utf-8"))
    start = ", ".join(f"{_mode(mode)} {value:g}" for mode, value in evidence["start"].items())
    sure = ", ".join(f"{name} {value:g}" for name, value in evidence["confidence"].items())
    lines = ["| when | what follows | why | source | confidence |", "|---|---|---|---|---|"]
    for rule in evidence["rule"]:
        lines.append(
            f"| {_conditions(rule['when'])} | {_consequences(rule)} | {rule.get('text', '')} "
            f"| {doubted(rule['source'])} | {rule['confidence']} |"
        )
    return (
        "## Evidence: which training mode for whom\n\n"
        "From `shared/training/evidence.toml`. What is believed of a mode is a normal distribution over "
        "the gain "
        "kept to the next days, in SDs between a person's own probes. **The sizes of effects are "
        "judgements, not "
        "measurements:** about 1 is weak, 2 strong. Bans bind `auto` and the recommendation; a clinician may "
        f"override one with a reason. Measured probes then move the order.\n\nBefore anything is known: "
        f"{start}. "
        f"People differ by {evidence['spread']:g} beyond what a label tells. Standard error of an effect, "
        f"as a "
        f"share of it, by confidence: {sure}.\n\n" + "\n".join(lines)
    )


def doubted(source: str) -> str:
    """Return a source with what nobody has verified in bold."""
    return re.sub(r"not verified|\[M\]|\(M\)", lambda found: f"**{found[0]}**", source)


def _mode(name: str) -> str:
    return name.replace("_", " ")


def _conditions(when: Mapping[str, Any]) -> str:
    if not when:
        return "always"
    return "; ".join(f"{_mode(name)}: {_mode(str(value)).lower()}" for name, value in when.items())


def _consequences(rule: Mapping[str, Any]) -> str:
    said = [f"{_mode(mode)} {value:+g}" for mode, value in rule.get("effect", {}).items()]
    if "ban" in rule:
        said.append("ban: " + ", ".join(map(_mode, rule["ban"])))
    said += [f"caution for {_mode(mode)}: {text}" for mode, text in rule.get("caution", {}).items()]
    return "; ".join(said) or "nothing"
