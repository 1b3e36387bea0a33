"""How far learning spreads: the change of the free reach at untrained over that at trained directions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shared.metrics._rows import MIN_TRIALS, Value, by_block
from shared.metrics._statistics import finite
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

    from shared.metrics._session import SessionData, TrialData

GENERALISATION = MetricSpec(
    id="generalisation",
    version=1,
    name="Generalisation",
    unit="1",
    better="neither",
    definition="Change of the mean no-feedback hand angle from before to after practice at the directions "
    "that practice never showed, over the same change at the practised ones; each direction against its own "
    "reaches before. Missing when the change at the practised directions is within twice its standard error. "
    "Mean over blocks.",
    source="SCIENCE 1.5; Krakauer 2000, J Neurosci 20:8916 (not verified)",
    needs=("hand",),
    min_rate_hz=25.0,
    max_jitter_ms=20.0,
    validated="none",
)
LEAST_SE = 2.0
"""A trained change below this many standard errors is no denominator."""


def generalisation(
    trained: Mapping[int, tuple[ArrayLike, ArrayLike]], untrained: Mapping[int, tuple[ArrayLike, ArrayLike]]
) -> Value | Missing:
    """Return the ratio of the mean change at untrained directions to that at trained ones.

    Args:
        trained, untrained: target -> (hand angles before, hand angles after), degrees relative to the target,
            NaN for a reach that is not used. A target without a reach on either side is left out.
    """
    far, near = _changes(untrained), _changes(trained)
    if not far:
        return Missing("no_untrained_probe")
    if not near:
        return Missing("no_trained_probe")
    count = sum(n for _, _, n in far + near)
    if min(sum(n for _, _, n in far), sum(n for _, _, n in near)) < 2 * MIN_TRIALS:
        return Missing("too_few_trials")
    change = float(np.mean([each for each, _, _ in near]))
    error = float(np.sqrt(np.sum([variance for _, variance, _ in near]))) / len(near)
    if abs(change) < LEAST_SE * error or change == 0.0:
        return Missing("trained_change_too_small")
    return Value(float(np.mean([each for each, _, _ in far])) / change, count)


def _changes(groups: Mapping[int, tuple[ArrayLike, ArrayLike]]) -> list[tuple[float, float, int]]:
    """Change, its variance, and how many reaches it is from, target by target; all share one spread."""
    pairs = [(finite(before), finite(after)) for before, after in groups.values()]
    pairs = [(before, after) for before, after in pairs if len(before) and len(after)]
    centred = [each - each.mean() for pair in pairs for each in pair]
    free = sum(len(each) - 1 for each in centred)
    spread = sum(float(each @ each) for each in centred) / free if free else 0.0
    return [
        (
            float(after.mean() - before.mean()),
            spread * (1.0 / len(before) + 1.0 / len(after)),
            len(before) + len(after),
        )
        for before, after in pairs
    ]


def _measure(trials: Sequence[TrialData]) -> Value | Missing:
    practice = [at for at, each in enumerate(trials) if each.phase == "practice"]
    if not practice:
        return Missing("no_practice")
    practised = {trials[at].view.start.target for at in practice}
    found: dict[bool, dict[int, tuple[list[float], list[float]]]] = {True: {}, False: {}}
    for at, each in enumerate(trials):
        if each.is_without_feedback and each.hand_deg is not None:
            target, after = each.view.start.target, at > practice[-1]
            if after or at < practice[0]:
                pair = found[target in practised].setdefault(target, ([], []))
                pair[after].append(each.hand_deg)
    return generalisation(found[True], found[False])


def compute(session: SessionData) -> list[MetricRow]:
    return by_block(GENERALISATION, session, _measure)


METRICS = MetricFamily(specs=(GENERALISATION,), compute=compute)
