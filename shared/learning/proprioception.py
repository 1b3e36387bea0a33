"""Implicit adaptation as re-alignment of the felt hand with the target (after Tsay, Kim, Haith & Ivry 2022).

A cursor that is off pulls the felt position of the hand towards it, up to a limit; adaptation moves the hand
until it is felt on the target. The hand's own sense is weighed against the motor command's expectation (the
target), so a vaguer sense needs a larger movement. Our short form of the model, in degrees.

There is no fit: hand angles alone cannot tell the shift from the weight (only their ratio shows in an
asymptote); that needs reports of the felt hand, which no game asks for yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shared.figure import Figure, Series
from shared.learning.spec import Model, Parameter, Schedule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.random import Generator
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

TSAY = "Tsay, Kim, Haith & Ivry 2022, eLife 11:e76639"


def hand_weight(params: Mapping[str, float]) -> float:
    """Return the weight of the sensed hand against the expected one: sigma_u^2 / (sigma_u^2 + sigma_p^2)."""
    expected, sensed = params["sigma_u"] ** 2, params["sigma_p"] ** 2
    return expected / (expected + sensed)


def asymptote_deg(params: Mapping[str, float], deviation_deg: float) -> float:
    """Return where the hand ends for a cursor that stays that far from it: k shift / (1 - a + k weight)."""
    shift = min(params["shift_share"] * abs(deviation_deg), params["shift_limit"])
    size = params["k"] * shift / (1.0 - params["a"] + params["k"] * hand_weight(params))
    return float(np.copysign(size, deviation_deg))


def simulate(
    params: Mapping[str, float], schedule: Schedule, random: Generator | None = None
) -> dict[str, Array]:
    """Return output (the hand) and felt (where it is felt, from the target), (n,), before each update."""
    count = len(schedule)
    noise = np.zeros(count) if random is None else params["motor_noise"] * random.standard_normal(count)
    weight, fixed = hand_weight(params), params["clamped"] >= 0.5
    output, felt = np.empty(count), np.empty(count)
    state = 0.0
    for trial in range(count):
        hand = state + noise[trial]
        shift = 0.0
        if not schedule.clamp[trial]:
            value = float(schedule.perturbation[trial])
            # The cursor's distance from the hand; a positive value moves the cursor against the hand.
            deviation = value + hand if fixed else value
            shift = params["shift_share"] * deviation if value else 0.0
            shift = max(-params["shift_limit"], min(params["shift_limit"], shift))
        output[trial] = hand
        felt[trial] = weight * hand - shift
        state = params["a"] * state - params["k"] * (felt[trial] if not schedule.clamp[trial] else 0.0)
    return {"output": output, "felt": felt}


def figure_uncertainty() -> Figure:
    """Return hand and felt hand under a clamped cursor, for a sharp and a vague sense of the hand."""
    trials = list(range(1, 301))
    series = []
    for words, sigma in (("sharp", 5.0), ("vague", 10.0)):
        found = simulate(
            MODEL.complete({"sigma_p": sigma, "clamped": 1.0, "a": 1.0}), Schedule.parse("300x15")
        )
        series += [Series(f"{name}, {words} sense", trials, found[key].tolist()) for name, key in _SHOWN]
    return Figure(
        title="Adaptation ends when the hand is felt on the target",
        x="trial",
        y="angle from the target (deg)",
        series=series,
        caption=f"A vaguer sense of the hand adapts further. After {TSAY}; our short form, not verified.",
    )


_SHOWN = (("hand", "output"), ("felt hand", "felt"))
_OURS = f"our short form of {TSAY}, not verified"
MODEL = Model(
    id="proprioceptive_realignment",
    name="Re-alignment of the felt hand",
    equation=(
        "felt = w x - min(eta d, limit), x(n+1) = a x - k felt; w = sigma_u^2 / (sigma_u^2 + sigma_p^2), "
        "d = distance of cursor and hand"
    ),
    source=TSAY,
    verified="abstract and figure legend read; equations and values are ours, not verified; no fit",
    schedule="rotation in degrees, or with clamped=1 a cursor held that far off; clamp: no cursor",
    parameters=(
        Parameter("a", 0.99, 0.0, 1.0, "retention", source=_OURS),
        Parameter("k", 0.10, 0.0, 1.0, "share of the felt error learnt", source=_OURS),
        Parameter("shift_share", 0.3, 0.0, 1.0, "eta: pull of the cursor on the felt hand", source=_OURS),
        Parameter("shift_limit", 5.0, 0.0, 45.0, "largest shift of the felt hand", "deg", _OURS),
        Parameter("sigma_p", 7.0, 0.1, 60.0, "SD of the sense of the hand", "deg", _OURS),
        Parameter("sigma_u", 5.0, 0.1, 60.0, "SD of the expectation from the command", "deg", _OURS),
        Parameter("clamped", 0.0, 0.0, 1.0, "1: the cursor is held, whatever the hand does"),
        Parameter("motor_noise", 0.0, 0.0, 90.0, "SD of the movement", "deg"),
    ),
    simulate=simulate,
    figures=(figure_uncertainty,),
    example_schedule="20x0,200x30,40xclamp",
    extra={"felt": "where the hand is felt, from the target, deg"},
)
MODELS = (MODEL,)
