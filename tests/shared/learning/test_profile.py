"""Standard errors widened to the profile likelihood."""

from __future__ import annotations

import math

import numpy as np
import pytest

from shared.learning import fit as fitting
from shared.learning._profile import widened
from shared.learning.spec import Parameter

RATE = Parameter("rate", 1.0, 0.001, 50.0, "rate of decay", "1/s")
PLACE = Parameter("place", 0.0, -50.0, 50.0, "a mean", "mm")


def test_a_normal_likelihood_is_left_alone() -> None:
    def cost(theta: np.ndarray) -> float:
        return 0.5 * float((theta[0] - 3.0) ** 2 + (theta[1] - 1.0) ** 2 + theta[0] * theta[1])

    names = (PLACE, Parameter("other", 0.0, -50.0, 50.0, "another", "mm"))
    found = fitting.solve_likelihood(cost, names, [np.zeros(2)], 10)
    after = widened(found, cost, names, ("place", "other"))
    assert found.covariance is not None
    assert after.covariance == pytest.approx(found.covariance, rel=0.06)


def test_a_skewed_likelihood_is_widened_to_its_longer_side() -> None:
    """Three waiting times of 1 s: log L = 3 log(rate) - 3 rate, whose upper side is the longer."""

    def cost(theta: np.ndarray) -> float:
        return 3.0 * float(theta[0]) - 3.0 * math.log(float(theta[0]))

    found = fitting.solve_likelihood(cost, (RATE,), [np.ones(1)], 3)
    assert found.covariance is not None
    assert math.sqrt(found.covariance[0, 0]) == pytest.approx(1 / math.sqrt(3), rel=0.05)
    after = widened(found, cost, (RATE,), ("rate",))
    assert after.covariance is not None
    reach = 1.6448536 * math.sqrt(after.covariance[0, 0])
    fall = cost(np.array([1.0 + reach])) - cost(np.ones(1))
    assert 0.9 * 1.3528 < fall < 1.1 * 1.3528
    assert reach > 1.1 * 1.6448536 / math.sqrt(3)
    untouched = widened(found, cost, (RATE,), ())
    assert untouched.covariance == pytest.approx(found.covariance)
