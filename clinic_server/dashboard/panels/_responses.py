"""What each learning system's measures say of a person, on one scale.

Each measure is put on one axis as a ratio to its own scale: what it scatters from session to session in one
person, as repeated sessions showed (the smallest detectable change over 1.96 root 2), else the person's own
spread. Zero is no response.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext_lazy

from clinic_server.dashboard.series import BAND_Z, BASELINE_SESSIONS, LOW_QUALITY

if TYPE_CHECKING:
    from clinic_server.dashboard.record import PatientRecord, Value

SDC_FACTOR = 1.96 * math.sqrt(2.0)
CHANCE = 0.5
"""Reward asks for more than the mean of the last ten: a hand that learns nothing passes half the time."""
NOTHING = "–"
"""Where a number would stand that can't be told; the reading says why."""
_NEWEST, _LEAST_FOR_SPREAD = 3, 4


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of a learning system, and how its value becomes a response (more is more)."""

    metric: str
    system: Any
    name: Any
    mode: str
    """The training mode whose prior stands in where nothing is measured; empty for none."""
    unit: str
    digits: int
    turned: str = "as_is"
    """`as_is`; `against` the rotation; `own` direction over all sessions; `chance` above it; `fall` from the
    own baseline."""
    none: str = ""
    """The reason for a missing value that says: none was found. It counts as zero, or only high ones did."""
    is_pooled: bool = False
    """Over several sessions, so that the spread of its values says nothing of its noise."""


_ERRORS, _REWARD = gettext_lazy("Errors"), gettext_lazy("Reward")
_STRATEGY, _REPETITION = gettext_lazy("Strategy"), gettext_lazy("Repetition")
MEASURES = (
    Measure("learning_rate", _ERRORS, gettext_lazy("rate"), "error_based", " /cycle", 2),
    Measure("after_effect_deg", _ERRORS, gettext_lazy("after-effect"), "error_based", "°", 1, "against"),
    Measure("reward_rate", _REWARD, gettext_lazy("success"), "reward_based", " %", 0, "chance"),
    Measure(
        "exploration_excess_deg", _REWARD, gettext_lazy("exploration"), "reward_based", "°", 1,
        none="no_more_after_failure",
    ),
    Measure("cue_gap_deg", _STRATEGY, gettext_lazy("cue on against off"), "strategy_cue", "°", 1, "own"),
    Measure("explicit_deg", _STRATEGY, gettext_lazy("explicit part"), "strategy_cue", "°", 1, "own"),
    Measure("implicit_deg", _STRATEGY, gettext_lazy("implicit part"), "strategy_cue", "°", 1, "own"),
    Measure("use_dependent_bias_deg", _REPETITION, gettext_lazy("pull"), "use_dependent", "°", 1),
    Measure(
        "speed_accuracy_shift", gettext_lazy("Precision"), gettext_lazy("at equal speed"), "acuity", " %", 0,
        is_pooled=True,
    ),
    Measure("ssrt_s", gettext_lazy("Stopping"), gettext_lazy("faster stop"), "", " s", 3, "fall"),
    Measure(
        "ssrt_pooled_s", gettext_lazy("Stopping"), gettext_lazy("faster stop, pooled"), "", " s", 3, "fall",
        is_pooled=True,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Response:
    """What a measure says: raw values in its unit, ratios to its scale (None where they can't be told)."""

    measure: Measure
    now: float | None
    baseline: float | None
    """The mean of the first two sessions; None with fewer than three."""
    scale: float | None
    is_own_scale: bool
    """The scale is the person's own spread, not that of repeated sessions."""
    sessions: int
    newest: int
    """How many sessions `now` is the mean of."""
    left_out: int
    missing: str

    @property
    def ratio(self) -> float | None:
        return None if self.now is None else self._in_scales(self.now)

    @property
    def before(self) -> float | None:
        return None if self.baseline is None else self._in_scales(self.baseline)

    @property
    def half(self) -> float:
        """Half width of the 80 % interval, in scales."""
        return BAND_Z / math.sqrt(max(1, self.newest))

    @property
    def is_beyond_noise(self) -> bool | None:
        """Whether it differs from the person's own baseline by more than its noise; None: can't be told."""
        if self.ratio is None or self.before is None:
            return None
        return abs(self.ratio - self.before) > BAND_Z * math.sqrt(1 / self.newest + 1 / BASELINE_SESSIONS)

    @property
    def reading(self) -> str:
        """`responds`, `unclear`, `opposite`, `unscaled` or `unmeasured`."""
        if self.now is None:
            return "unmeasured"
        if self.ratio is None:
            return "unscaled"
        if self.ratio - self.half > 0:
            return "responds"
        return "opposite" if self.ratio + self.half < 0 else "unclear"

    def _in_scales(self, value: float) -> float | None:
        if not self.scale:
            return None
        if self.measure.turned == "fall":  # a shorter time is more
            return ((self.baseline or 0.0) - value) / self.scale
        return (value - (CHANCE if self.measure.turned == "chance" else 0.0)) / self.scale

    def text(self, value: float | None) -> str:
        """A raw value as it is shown everywhere."""
        if value is None:
            return NOTHING
        shown = 100 * value if "%" in self.measure.unit else value
        return f"{shown:.{self.measure.digits}f}{self.measure.unit}".replace(" ", "\u00a0")


def responses_of(record: PatientRecord) -> list[Response]:
    """Return every measure's response; the pooled stop time only where no session could tell one."""
    found = [response_of(record, each) for each in MEASURES]
    single = next(each for each in found if each.measure.metric == "ssrt_s")
    left = "ssrt_pooled_s" if single.now is not None else "ssrt_s"
    return [each for each in found if each.measure.metric != left]


def response_of(record: PatientRecord, measure: Measure) -> Response:
    """Return one measure's response from the sessions that have it, low quality left out."""
    known = _of_sessions(record, measure)
    usable = [each for each in known if each.quality >= LOW_QUALITY]
    turned = _turns(record, measure)
    values = [each.value * sign for each in usable if (sign := turned(each.session_id))]
    all_rows = record.values.get((measure.metric, ""), [])
    first, rest = values[:BASELINE_SESSIONS], values[BASELINE_SESSIONS:]
    newest = (rest or values)[-_NEWEST:]
    definition = record.definitions.get(measure.metric)
    change = definition.smallest_detectable_change if definition else None
    scale = change / SDC_FACTOR if change else None if measure.is_pooled else spread_of(values)
    if measure.turned == "fall" and not rest:
        scale = None  # a fall needs something to fall from
    return Response(
        measure=measure,
        now=mean(newest) if newest else None,
        baseline=mean(first) if rest else None,
        scale=scale,
        is_own_scale=not change and scale is not None,
        sessions=len(values),
        newest=len(newest),
        left_out=len(known) - len(usable),
        missing=all_rows[-1].missing if all_rows else "",
    )


@dataclass(frozen=True, slots=True)
class _Told:
    session_id: UUID
    value: float
    quality: float


def _of_sessions(record: PatientRecord, measure: Measure) -> list[_Told]:
    """Return a metric by session; from its blocks where it has them, so that other modes' don't count."""
    blocks: dict[UUID, list[Value]] = {}
    for scope in record.scopes(measure.metric):
        if scope.startswith("block:"):
            for each in record.of(measure.metric, scope):
                blocks.setdefault(each.session.id, []).append(each)
    found = []
    for each in record.values.get((measure.metric, ""), []):
        if each.value is None:
            if measure.none and each.missing == measure.none:
                found.append(_Told(each.session.id, 0.0, 1.0))
            continue
        parts = blocks.get(each.session.id) or [each]
        known = [(part.value, part.quality) for part in parts if part.value is not None]
        value, quality = (mean(column) for column in zip(*known, strict=True))
        found.append(_Told(each.session.id, value, quality))
    return found


def _turns(record: PatientRecord, measure: Measure) -> Callable[[UUID], float]:
    """Return by session what makes a value a response: 1 or -1, and 0 where the direction is not known."""
    if measure.turned == "against":
        asked = {each.session.id: each.value or 0.0 for each in record.of("perturbation_deg")}
        return lambda session: -math.copysign(1.0, asked[session]) if asked.get(session) else 0.0
    if measure.turned == "own":
        values = [each.value for each in record.of(measure.metric) if each.value is not None]
        own = math.copysign(1.0, sum(values))
        return lambda session: own
    return lambda session: 1.0


def spread_of(values: list[float]) -> float | None:
    """The SD of a session by successive differences, which a trend does not inflate; None under four."""
    if len(values) < _LEAST_FOR_SPREAD:
        return None
    steps = [later - earlier for earlier, later in pairwise(values)]
    return math.sqrt(sum(each * each for each in steps) / len(steps) / 2.0) or None


def label_of(measure: Measure) -> str:
    return f"{measure.system}: {measure.name}"
