"""Fast and slow learning from error, from an assessment by the two-rate schedule; else it cannot be told.

Only reaches count whose cursor was hidden and whose end alone was shown, or nothing: in them nothing is
corrected on the way. An ordinary session has none, or too few, and says "cannot_tell".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shared.learning.fit import RELATIVE_SE
from shared.learning.sittings import AT_LEAST, NAMES, Rates, Sitting, fit_sittings
from shared.learning.spec import LearningError
from shared.metrics._rows import Value, gate, row
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.metrics._session import SessionData, TrialData

_WORDS = {
    "af": ("Kept by the fast process", "share of the fast process that is kept from one reach to the next"),
    "as": ("Kept by the slow process", "share of the slow process that is kept from one reach to the next"),
    "bf": ("Learnt by the fast process", "share of an error that the fast process learns at once"),
    "bs": ("Learnt by the slow process", "share of an error that the slow process learns at once"),
}
_SOURCE = "Smith, Ghazizadeh & Shadmehr 2006, PLoS Biol 4:e179; the fit is Movere's own (not verified)"


def _spec(name: str, *, is_error: bool) -> MetricSpec:
    title, what = _WORDS[name]
    told = (
        f"Two-rate model: {what}, from an assessment of at least {AT_LEAST} reaches by the two-rate schedule."
    )
    return MetricSpec(
        id=f"two_rate_{name}" + ("_se" if is_error else ""),
        version=1,
        name=title + (", standard error" if is_error else ""),
        unit="1",
        better="neither",
        definition=f"Standard error of the {what}." if is_error else told,
        source=_SOURCE,
        needs=("hand", "events"),
        min_rate_hz=25.0,
        max_jitter_ms=20.0,
    )


SPECS = tuple(_spec(name, is_error=is_error) for name in NAMES for is_error in (False, True))


def sitting_of(trials: Sequence[TrialData]) -> Sitting | None:
    """Return the trials at the practised target whose cursor was hidden; None where no error was shown."""
    hidden = [each for each in trials if each.view.start.shows == "nothing"]
    told = [each for each in hidden if each.view.start.feedback == "path_error"]
    if not told:
        return None
    used = [each for each in hidden if each.view.start.target == told[0].view.start.target]
    error = [np.nan if (seen := _error_deg(each)) is None else seen for each in used]
    hand = [np.nan if (angle := _hand_deg(each)) is None else angle for each in used]
    return Sitting(np.array(error, dtype=np.float64), np.array(hand, dtype=np.float64))


def _error_deg(trial: TrialData) -> float | None:
    feedback = trial.view.feedback
    return None if feedback is None else feedback.error_deg


def _hand_deg(trial: TrialData) -> float | None:
    """The hand where the reach ended, relative to the target; where no end was shown, at its peak speed."""
    seen = _error_deg(trial)
    return trial.hand_deg if seen is None else seen - trial.view.start.rotation_deg


def two_rate(sittings: Sequence[Sitting]) -> dict[str, Value | Missing]:
    """Return each rate and its standard error, by metric id, over the sittings of one assessment in order.

    A rate whose standard error is missing, or more than half of it, cannot be told; then none can.
    """
    cannot = Missing("cannot_tell")
    try:
        found = fit_sittings(sittings)
    except LearningError:
        return {spec.id: cannot for spec in SPECS}
    if any(_is_unsure(found, name) for name in NAMES):
        return {spec.id: cannot for spec in SPECS}
    asked = sum(len(each.hand_deg) for each in sittings)
    result: dict[str, Value | Missing] = {}
    for name in NAMES:
        error = found.se[name]
        result[f"two_rate_{name}"] = Value(found.value[name], found.n, found.n / asked)
        result[f"two_rate_{name}_se"] = cannot if error is None else Value(error, found.n, found.n / asked)
    return result


def _is_unsure(found: Rates, name: str) -> bool:
    error = found.se[name]
    return error is None or error > RELATIVE_SE * abs(found.value[name])


def compute(session: SessionData) -> list[MetricRow]:
    """One sitting by itself; a longer assessment's are pooled by `two_rate`."""
    blocked = gate(SPECS[0], session)
    if blocked:
        return [row(spec, "", Missing(blocked)) for spec in SPECS]
    sitting = sitting_of(session.trials)
    found = {spec.id: Missing("cannot_tell") for spec in SPECS} if sitting is None else two_rate([sitting])
    return [row(spec, "", found[spec.id]) for spec in SPECS]


METRICS = MetricFamily(specs=SPECS, compute=compute)
