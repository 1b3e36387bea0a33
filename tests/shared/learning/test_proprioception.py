"""Re-alignment of the felt hand: it ends where the hand is felt on the target."""

from __future__ import annotations

import numpy as np
import pytest

from shared.learning.proprioception import MODEL, asymptote_deg, figure_uncertainty, hand_weight, simulate
from shared.learning.spec import Schedule


def run(text: str, **params: float) -> dict[str, np.ndarray]:
    return simulate(MODEL.complete(params), Schedule.parse(text))


@pytest.mark.science
def test_without_forgetting_the_asymptote_is_the_shift_by_the_senses() -> None:
    """SCIENCE 2.5: shift times (sigma_p^2 + sigma_u^2) / sigma_u^2, and the hand is felt on the target."""
    found = run("3000x30", a=1.0)
    expected = 5.0 * (7.0**2 + 5.0**2) / 5.0**2
    assert found["output"][-1] == pytest.approx(expected, abs=1e-9)
    assert found["felt"][-1] == pytest.approx(0.0, abs=1e-9)
    assert asymptote_deg(MODEL.complete({"a": 1.0}), 30.0) == pytest.approx(expected)
    assert run("3000x30")["output"][-1] == pytest.approx(asymptote_deg(MODEL.complete({}), 30.0), abs=1e-9)


@pytest.mark.science
def test_size_of_a_clamp_does_not_move_the_asymptote_and_a_vague_sense_does() -> None:
    ends = [run(f"3000x{size}", a=1.0, clamped=1.0)["output"][-1] for size in (15, 45, 95)]
    assert ends == pytest.approx([ends[0]] * 3, abs=1e-9)
    by_sense = [run("3000x30", sigma_p=sigma)["output"][-1] for sigma in (3.0, 7.0, 15.0)]
    assert by_sense == sorted(by_sense) and by_sense[2] > 1.5 * by_sense[0]
    assert hand_weight(MODEL.complete({"sigma_p": 5.0, "sigma_u": 5.0})) == 0.5


def test_no_deviation_no_adaptation_and_the_sign_turns_about() -> None:
    assert np.all(run("50x0")["output"] == 0.0)
    assert np.array_equal(run("50x20")["output"], -run("50x-20")["output"])
    faded = run("200x30,100xclamp")["output"]
    assert np.all(np.diff(faded[201:]) < 0)


def test_the_figure_shows_that_a_vague_sense_adapts_further() -> None:
    curves = {each.name: each.y[-1] for each in figure_uncertainty().series}
    assert curves["hand, vague sense"] > curves["hand, sharp sense"]
    assert abs(curves["felt hand, sharp sense"]) < 0.5
