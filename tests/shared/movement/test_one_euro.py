"""The One-Euro presets against no filter: what they take from a tremor and what they cost in lag."""

from __future__ import annotations

import math

import numpy as np
import pytest

from deploy._signal_measures import TREMORS_HZ, filtered, jitter_mm, lag_ms
from shared.movement.one_euro import PRESETS, OneEuro

FIRST_PRESETS = {"off": None, "default": (3.0, 30.0, 1.0), "tremor": (1.2, 20.0, 1.0)}


def test_the_presets_of_old_recordings_keep_their_numbers() -> None:
    """A recording keeps the filter by its name, and a replay must filter as that day did."""
    assert {name: PRESETS[name] for name in FIRST_PRESETS} == FIRST_PRESETS


def test_without_a_filter_a_tremor_stays_as_it_is_and_nothing_lags() -> None:
    """2 mm amplitude: 1.414 mm rms, with 0.3 mm of the sensor 1.446 mm."""
    for hz in TREMORS_HZ:
        assert jitter_mm("off", hz) == pytest.approx(math.hypot(2 / math.sqrt(2), 0.3), rel=0.01)
    assert lag_ms("off") == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    ("preset", "least", "most", "lag"),
    [("default", 0.53, 0.95, 5.8), ("tremor", 0.26, 0.57, 7.7), ("steady", 0.23, 0.51, 6.1)],
)
def test_each_preset_leaves_this_much_jitter_for_this_much_lag(
    preset: str, least: float, most: float, lag: float
) -> None:
    left = [jitter_mm(preset, hz) for hz in TREMORS_HZ]
    assert left == sorted(left, reverse=True)  # a faster tremor is easier to take away
    assert (left[-1], left[0]) == (pytest.approx(least, abs=0.01), pytest.approx(most, abs=0.01))
    assert lag_ms(preset) == pytest.approx(lag, abs=0.2)


@pytest.mark.parametrize("size_mm", [0.5, 2.0])
def test_steady_leaves_less_jitter_and_lags_less_than_tremor(size_mm: float) -> None:
    for hz in TREMORS_HZ:
        assert jitter_mm("steady", hz, size_mm) < jitter_mm("tremor", hz, size_mm)
    assert lag_ms("steady") < lag_ms("tremor")


def test_a_still_hand_is_shown_where_it_is_and_a_step_is_reached() -> None:
    for preset in ("default", "tremor", "steady"):
        assert filtered(preset, np.full(50, 0.123)) == pytest.approx(np.full(50, 0.123))
        assert filtered(preset, np.r_[0.0, np.full(240, 0.1)])[-1] == pytest.approx(0.1, abs=1e-4)


def test_off_is_no_filter_and_an_unknown_name_is_an_error() -> None:
    with pytest.raises(ValueError, match="no filter"):
        OneEuro("off", 120.0)
    with pytest.raises(KeyError):
        OneEuro("nothing", 120.0)
