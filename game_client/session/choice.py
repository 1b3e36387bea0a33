"""What a player may choose of today's plan: which game comes first, and where the games are played.

Choice is offered where nothing hangs on it: not for assessments or N-of-1 designs, whose order is drawn, and
not for a context that the plan names, which is then part of the training.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET
from msgspec.structs import replace

from game_client.session.blocks import HOME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.wire.plan import Plan
    from shared.wire.session import PlayedBlock


def may_choose_order(plan: Plan) -> bool:
    blocks = plan.content.blocks
    return len(blocks) > 1 and all(each.purpose == "train" and each.n_of_1 is UNSET for each in blocks)


def may_choose_place(plan: Plan) -> bool:
    return all(each.purpose == "train" and each.context == HOME for each in plan.content.blocks)


def arranged(plan: Plan, blocks: Sequence[PlayedBlock], first: str, place: str) -> list[PlayedBlock]:
    """Return today's blocks as the player chose them; what may not be chosen stays.

    Args:
        first: key of the plan's block that comes first, empty for the plan's order.
        place: where to play, empty for each game's own place. Free play stays where the person is.
    """
    found = list(blocks)
    if first and may_choose_order(plan):
        found.sort(key=lambda each: each.plan_block != first)
    if place and may_choose_place(plan):
        keys = {each.key for each in plan.content.blocks}
        found = [replace(each, context=place) if each.plan_block in keys else each for each in found]
    return found
