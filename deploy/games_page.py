"""Write docs/games.md, the manual, from what games declare: `python3 deploy/games_page.py [--check]`."""

from __future__ import annotations

import importlib
import inspect
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from deploy import _setup

if __name__ == "__main__":
    _setup.enter("all")

import msgspec

from game_client.session.blocks import games, modes

if TYPE_CHECKING:
    from game_client.games._spec import GameSpec

PAGE = Path(__file__).resolve().parents[1] / "docs" / "games.md"
PROCESSES = {
    "error": "Error-based",
    "reward": "Reward-based",
    "strategy": "Strategy, cue",
    "use_dependent": "Repetition",
    "acuity": "Acuity",
    "decision": "Decision, stop",
    "context": "Context, generalisation",
}
_MARKS = {"primary": "●", "secondary": "○"}


def page() -> str:
    """Return the page's text."""
    every = list(games().values())
    lines = [
        "# Games",
        "",
        "Made by `python3 deploy/games_page.py` from what each game declares; its text is the game's own. "
        "How each looks in each state is on [one sheet](pictures/games.png); how often virtual people "
        "succeed in it, in [a table](success_bands.md).",
        "",
        "## What trains what",
        "",
        "● the game's matter, ○ trained besides. Each game has its own probes.",
        "",
        "| Process | " + " | ".join(each.name for each in every) + " |",
        "|---|" + "---|" * len(every),
    ]
    for key, name in PROCESSES.items():
        marks = [_MARKS.get(each.processes.get(key, ""), "") for each in every]
        lines.append(f"| {name} | " + " | ".join(marks) + " |")
    lines += ["", "## Modes", "", "| Mode | " + " | ".join(each.name for each in every) + " |"]
    lines.append("|---|" + "---|" * len(every))
    for mode in modes().values():
        marks = ["yes" if mode.id in each.modes else "" for each in every]
        lines.append(f"| {mode.name} (`{mode.id}`) | " + " | ".join(marks) + " |")
    for each in every:
        lines += ["", *_of(each)]
    return "\n".join(lines) + "\n"


def _of(game: GameSpec) -> list[str]:
    module = importlib.import_module(f"game_client.games.{game.id}")
    told = inspect.cleandoc(module.__doc__ or "")
    first, _, rest = told.partition("\n\n")
    says = first.partition(": ")[2] or first
    lines = [
        f"## {game.name}",
        "",
        says[0].upper() + says[1:],
        "",
        f"`{game.id}` · modes {_listed(game.modes)} · movements {_listed(game.movements)} · at home in "
        f"`{game.place}`",
        "",
        rest,
        "",
        "| Parameter | Default | Least | Most |",
        "|---|---|---|---|",
    ]
    schema: dict[str, Any] = msgspec.json.schema_components([game.params])[1][game.params.__name__]
    for name, each in schema["properties"].items():
        if "enum" in each:
            bounds = (", ".join(map(str, each["enum"])), "")
        else:
            bounds = (str(each.get("minimum", "")), str(each.get("maximum", "")))
        lines.append(f"| `{name}` | {each.get('default', '')} | {bounds[0]} | {bounds[1]} |")
    return lines


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"`{each}`" for each in sorted(names))


def main(arguments: list[str]) -> int:
    text = page()
    if "--check" in arguments:
        current = PAGE.is_file() and PAGE.read_text("utf-8") == text
        print("current" if current else "stale: run python3 deploy/games_page.py")
        return 0 if current else 1
    PAGE.write_text(text, encoding="utf-8", newline="\n")
    print(f"wrote {PAGE.name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
