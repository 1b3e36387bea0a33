"""Inference over a variable number of contexts, by an assumed-density filter without chance."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NOVEL_FROM = 0.5
"""A context is made when it is likelier than all known ones together."""


@dataclass(slots=True)
class Context:
    """Belief over one context: its state x, the set point b to which x returns, and their covariance."""

    x: float
    b: float
    var_x: float
    cov: float
    var_b: float
    visits: float = 0.0
    onward: list[float] = field(default_factory=list)
    """Expected transitions to each context."""
    cues: dict[int, float] = field(default_factory=dict)

    def drift(self, retention: float, process_variance: float) -> None:
        """x' = b + a (x - b) + w; b stays."""
        rest = 1.0 - retention
        self.x = retention * self.x + rest * self.b
        self.var_x = (
            retention * retention * self.var_x
            + 2.0 * retention * rest * self.cov
            + rest * rest * self.var_b
            + process_variance
        )
        self.cov = retention * self.cov + rest * self.var_b

    def log_density(self, seen: float, noise_variance: float) -> float:
        size = self.var_x + noise_variance
        return -0.5 * (math.log(size) + (seen - self.x) ** 2 / size)

    def learn(self, seen: float, noise_variance: float, share: float) -> None:
        """A Kalman update that happened with probability `share`, moments matched."""
        size = self.var_x + noise_variance
        gain_x, gain_b, error = self.var_x / size, self.cov / size, seen - self.x
        moved_x, moved_b = gain_x * error, gain_b * error
        spread = share * (1.0 - share)
        self.var_b += spread * moved_b * moved_b - share * gain_b * self.cov
        self.cov += spread * moved_x * moved_b - share * gain_b * self.var_x
        self.var_x += spread * moved_x * moved_x - share * gain_x * self.var_x
        self.x += share * moved_x
        self.b += share * moved_b


@dataclass(slots=True)
class Inferred:
    """A row a trial: the output before feedback, and what was believed after it."""

    output: list[float] = field(default_factory=list)
    predicted: list[list[float]] = field(default_factory=list)
    """Probability of each known context before feedback, by order of making."""
    states: list[list[float]] = field(default_factory=list)
    contexts: list[int] = field(default_factory=list)


class Filter:
    """Sticky Chinese-restaurant transitions between contexts, each with a Kalman filter of its own."""

    def __init__(self, params: Mapping[str, float], cue_kinds: int) -> None:
        self.retention = params["retention"]
        self.process = params["sigma_process"] ** 2
        self.noise = params["sigma_sensory"] ** 2 + params["sigma_motor"] ** 2
        self.base = params["concentration"] * (1.0 - params["stickiness"])
        self.sticky = params["concentration"] * params["stickiness"]
        self.novelty = params["novelty"]
        self.most = round(params["max_contexts"])
        self.set_point = params["sigma_set_point"] ** 2
        self.cue_weight = params["cue_concentration"]
        self.confusion = params["cue_confusion"]
        self.cue_kinds = cue_kinds
        self.known = [self._fresh()]
        self.known[0].onward = [0.0]
        self.belief = [1.0]

    def _fresh(self) -> Context:
        settled = self.process / max(1.0 - self.retention**2, 1e-9)
        return Context(0.0, 0.0, settled + self.set_point, self.set_point, self.set_point)

    def _transitions(self) -> list[list[float]]:
        """Joint probability of the context before and the one now; the last column is a context never met."""
        total = sum(each.visits for each in self.known) + 1.0 + self.novelty
        weights = [(each.visits + (at == 0)) / total for at, each in enumerate(self.known)]
        weights.append(self.novelty / total if len(self.known) < self.most else 0.0)
        rows = []
        for at, (before, belief) in enumerate(zip(self.known, self.belief, strict=True)):
            row = [self.base * weight for weight in weights]
            row[at] += self.sticky
            for to, count in enumerate(before.onward):
                row[to] += count
            size = sum(row)
            rows.append([belief * each / size for each in row])
        return rows

    def _cue_probabilities(self, cue: int) -> list[float]:
        even = 1.0 / self.cue_kinds
        found = []
        for each in self.known:
            seen = sum(each.cues.values())
            own = (each.cues.get(cue, 0.0) + self.cue_weight * even) / (seen + self.cue_weight)
            found.append((1.0 - self.confusion) * own + self.confusion * even)
        return [*found, even]

    def predict(self, cue: int | None) -> tuple[list[list[float]], list[float]]:
        """Move all states on and return joint (before, now) and marginal probabilities, novel last."""
        for each in self.known:
            each.drift(self.retention, self.process)
        joint = self._transitions()
        if cue is not None:
            factors = self._cue_probabilities(cue)
            joint = [[p * factor for p, factor in zip(row, factors, strict=True)] for row in joint]
        now = [sum(column) for column in zip(*joint, strict=True)]
        total = sum(now)
        return [[p / total for p in row] for row in joint], [p / total for p in now]

    def output(self, now: Sequence[float]) -> float:
        """The states weighted by their probabilities; a context never met has a state of 0."""
        return sum(p * each.x for p, each in zip(now, self.known, strict=False))

    def without_feedback(self, now: Sequence[float]) -> None:
        """A clamp: the belief moves on by the transitions alone, and nothing is counted."""
        total = sum(now[:-1])
        self.belief = [p / total for p in now[:-1]]

    def feedback(self, seen: float, joint: list[list[float]], now: list[float], cue: int | None) -> None:
        """Weigh the contexts by the perturbation that was felt; learn, count, and make one if needed."""
        fresh = self._fresh()
        logs = [each.log_density(seen, self.noise) for each in (*self.known, fresh)]
        scores = [math.log(p) + log if p > 0 else -math.inf for p, log in zip(now, logs, strict=True)]
        top = max(scores)
        after = [math.exp(score - top) for score in scores]
        total = sum(after)
        after = [each / total for each in after]
        if after[-1] > NOVEL_FROM:
            self.known.append(fresh)
            fresh.onward = [0.0] * (len(self.known) - 1)
            for each in self.known:
                each.onward.append(0.0)
        else:
            after.pop()
        total = sum(after)
        self.belief = [each / total for each in after]
        for to, (each, share) in enumerate(zip(self.known, self.belief, strict=True)):
            for before, row in zip(self.known, joint, strict=False):
                before.onward[to] += share * row[to] / now[to] if now[to] > 0 else 0.0
            each.visits += share
            if cue is not None:
                each.cues[cue] = each.cues.get(cue, 0.0) + share
            each.learn(seen, self.noise, share)


def infer(
    params: Mapping[str, float], perturbation: Sequence[float], cues: Sequence[int] | None = None
) -> Inferred:
    """Run the filter over a schedule.

    Args:
        perturbation: what is felt each trial, NaN in a clamp.
        cues: a sensory cue a trial (small whole numbers); None without cues.
    """
    filtering = Filter(params, len(set(cues)) if cues else 1)
    found = Inferred()
    for trial, seen in enumerate(perturbation):
        cue = None if cues is None else cues[trial]
        joint, now = filtering.predict(cue)
        found.output.append(filtering.output(now))
        found.predicted.append(now[: len(filtering.known)])
        found.states.append([each.x for each in filtering.known])
        if seen != seen:
            filtering.without_feedback(now)
        else:
            filtering.feedback(seen, joint, now, cue)
        found.contexts.append(len(filtering.known))
    return found
