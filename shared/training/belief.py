"""What is believed of how well each learning system works in a person: normal, moved by evidence and probes.

The quantity is the gain kept to the next days under a mode, in units of the person's own spread between
probes (SCIENCE 1.5: retained gain). The prior is the evidence table's, the likelihood that of the measured
probes, and both are normal, so that the update is exact.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KEPT_A_DAY = 0.6
"""Share of a gain that is still there a day later without practice (assumed, the same for everybody)."""
PROBE_NOISE = 1.0
"""SD of one probe's bias, in its own units by definition."""
USUAL_SE = 2.0
"""Standard error of a measured gain that came without one: about that of three next-day probes."""
_DAY_NOISE = 0.3
_WIDE = 6.0
_QUADRATURE = 201


class Belief(Struct, frozen=True, gc=False):
    """A normal belief: mean and standard deviation, in SDs between probes."""

    mean: float
    sd: float

    def updated(self, observed: float, noise_sd: float) -> Belief:
        """Return the belief after one observation with normal noise."""
        if noise_sd <= 0.0:
            return self
        precision = self.sd**-2 + noise_sd**-2
        mean = (self.mean * self.sd**-2 + observed * noise_sd**-2) / precision
        return Belief(mean, precision**-0.5)


class ProbedSession(Struct, frozen=True, gc=False):
    """One session with the mode it trained, and the bias of its opening probe (degrees, signed)."""

    mode: str
    opening_bias_deg: float


def best_probability(beliefs: Mapping[str, Belief]) -> dict[str, float]:
    """Return each mode's probability of being the best one, by quadrature over independent normals."""
    if len(beliefs) == 1:
        return dict.fromkeys(beliefs, 1.0)
    result = {}
    for mode, belief in beliefs.items():
        others = [other for name, other in beliefs.items() if name != mode]
        total = weight = 0.0
        for at in range(_QUADRATURE):
            z = -5.0 + 10.0 * at / (_QUADRATURE - 1)
            density = math.exp(-0.5 * z * z)
            x = belief.mean + belief.sd * z
            below = math.prod(_cdf((x - other.mean) / other.sd) for other in others)
            total, weight = total + density * below, weight + density
        result[mode] = total / weight
    whole = sum(result.values())
    return {mode: each / whole for mode, each in result.items()}


def measured_gains(
    sessions: Sequence[ProbedSession], *, baseline_bias_deg: float, between_probe_sd_deg: float
) -> dict[str, float]:
    """Turn a run of sessions into what was measured of each mode: `gain_`, `gain_<mode>_se`, `tried_`.

    What a session leaves shows in the next one's opening probe, on top of what was there already:
    gain(t+1) = k gain(t) + (1-k) theta(mode of t), k = `KEPT_A_DAY`, each probe read with one SD of noise. A
    Kalman filter over the gain and the thetas gives each theta and its standard error; its own wide prior is
    taken out again, so that the caller may put in another. A gain is the fall of the bias towards zero, in
    SDs between probes; overshooting counts as bias.

    Args:
        sessions: in their order; the last one has no probe after it yet, and counts only as tried.
    """
    names = sorted({each.mode for each in sessions})
    mean = np.zeros(1 + len(names))
    cover = np.diag([PROBE_NOISE**2] + [_WIDE**2] * len(names))
    for at, each in enumerate(sessions):
        if at > 0:
            step = np.eye(len(mean))
            step[0, 0], step[0, 1 + names.index(sessions[at - 1].mode)] = KEPT_A_DAY, 1.0 - KEPT_A_DAY
            mean, cover = step @ mean, step @ cover @ step.T
            cover[0, 0] += _DAY_NOISE**2
        read = (abs(baseline_bias_deg) - abs(each.opening_bias_deg)) / between_probe_sd_deg
        trust = cover[:, 0] / (cover[0, 0] + PROBE_NOISE**2)
        mean, cover = mean + trust * (read - mean[0]), cover - np.outer(trust, cover[0])
    found: dict[str, float] = {}
    for at, name in enumerate(names, 1):
        found[f"tried_{name}"] = float(sum(each.mode == name for each in sessions))
        precision = 1.0 / cover[at, at] - _WIDE**-2
        if precision > 1e-3:
            found[f"gain_{name}"] = float(mean[at] / cover[at, at] / precision)
            found[f"gain_{name}_se"] = float(precision**-0.5)
    return found


def _cdf(z: float) -> float:
    return 0.5 * (1.0 + math.erf(z / math.sqrt(2.0)))
