"""N-of-1 designs: each mode trains targets of its own, so that one person's modes can be compared.

The sets of targets are two neighbours each, and sets lie at least 60 degrees apart, further than learning
generalises (SCIENCE 2.5). Which set a mode gets is drawn once for a plan; which mode comes first is drawn for
the first session and turns with every further one, so that order and set are counterbalanced. Each arm has
its own probes; the next session's opening probe of its set judges it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET
from msgspec.structs import replace
from numpy.random import PCG64, SeedSequence

from game_client.session._chance import shuffled

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from shared.wire.plan import Plan, PlanBlock

CENTRES_DEG = (75.0, 195.0, 315.0)
"""Middles of the sets. A set spans 30 degrees, so that the nearest targets of two sets are 90 apart."""


def arms(
    plan: Plan, block: PlanBlock, sessions_before: int, own: Mapping[str, Container[str]]
) -> list[PlanBlock]:
    """Return the blocks that a block is played as: itself, or one for each arm of its design.

    An arm is known by its key, `<block>.<mode>`; the metrics of a block carry it.

    Args:
        sessions_before: sessions of this plan played so far.
        own: the names of each mode's parameters; each arm takes its own of those that the block gives.
    """
    if block.n_of_1 is UNSET:
        return [block]
    modes = list(dict.fromkeys(block.n_of_1))
    draw = PCG64(SeedSequence([plan.id.int & (1 << 62) - 1, *block.key.encode()]))
    centres = shuffled(list(CENTRES_DEG), draw)[: len(modes)]
    placed = dict(zip(modes, centres, strict=True))
    first = int(draw.random_raw() % len(modes)) + sessions_before
    order = [modes[(first + at) % len(modes)] for at in range(len(modes))]
    return [
        replace(
            block,
            key=f"{block.key}.{mode}",
            mode=mode,
            n_of_1=UNSET,
            mode_params={name: value for name, value in block.mode_params.items() if name in own[mode]},
            game_params={**block.game_params, "spread": "near", "centre_deg": placed[mode]},
        )
        for mode in order
    ]
