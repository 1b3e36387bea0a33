"""The weekly question of how much somebody wants to play, and what it did to the rewards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.metrics._rows import Value, row
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing

if TYPE_CHECKING:
    from shared.metrics._session import SessionData

WISH = MetricSpec(
    id="motivation",
    version=1,
    name="Wish to play",
    unit="0-4",
    better="higher",
    definition="The answer to the week's question how much one wants to play, by five faces: 0 not at all, 4 "
    "very much. In the sessions of the week after it the same answer stands.",
    source="Movere's own; a single picture item, not a scale",
    needs=("events",),
)
BOOSTED = MetricSpec(
    id="boosted_reward_share",
    version=1,
    name="Boosted rewards",
    unit="1",
    better="neither",
    definition="Share of the rewarded practice trials before which more than one point was offered.",
    source="Movere's own",
    needs=("events",),
)


def compute(session: SessionData) -> list[MetricRow]:
    answers = [each.value for each in session.recording.commands if each.name == "motivation"]
    given = [each for each in answers if each is not None]
    paid = [each.view.start for each in session.played if each.view.start.feedback == "reward"]
    boosted = sum((each.reward_offered or 1.0) > 1.0 for each in paid)
    return [
        row(WISH, "", Value(given[-1], 1) if given else Missing("not_asked")),
        row(BOOSTED, "", Value(boosted / len(paid), len(paid)) if paid else Missing("no_rewards")),
    ]


METRICS = MetricFamily(specs=(WISH, BOOSTED), compute=compute)
