"""What changed from one version of a plan to another, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.wire.plan import PlanContent


@dataclass(frozen=True, slots=True)
class Change:
    """A field that differs. `pointer` names blocks by their key; a side that has no such field is None."""

    pointer: str
    before: Any
    after: Any


def changes(before: PlanContent, after: PlanContent) -> list[Change]:
    """Return the fields that differ, in the order of the later version, those only in the earlier one last.

    Blocks are matched by their key, so that an added block is not told as a change of all that follow.
    """
    old, new = dict(_leaves(_tree(before))), dict(_leaves(_tree(after)))
    pointers = [*new, *(each for each in old if each not in new)]
    return [Change(each, old.get(each), new.get(each)) for each in pointers if old.get(each) != new.get(each)]


def _tree(content: PlanContent) -> dict[str, Any]:
    tree: dict[str, Any] = msgspec.to_builtins(content)
    return {**tree, "blocks": {block["key"]: block for block in tree["blocks"]}}


def _leaves(tree: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        pointer = f"{above}/{name}"
        if isinstance(value, dict):
            yield from _leaves(value, pointer)
        else:
            yield pointer, value
