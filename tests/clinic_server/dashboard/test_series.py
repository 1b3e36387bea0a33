"""The numbers behind sentences and pictures: medians, noise, verdicts, and that they agree."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest

from clinic_server.dashboard import summary
from clinic_server.dashboard.series import OUTCOMES, Day, Dot, Run, kept_of, run_of

BIAS, _, TIME, SPARC = OUTCOMES
START = date(2026, 11, 2)


def dots(values: list[float], quality: float = 1.0) -> list[Dot]:
    return [
        Dot(uuid.uuid4(), START + timedelta(days=2 * at), value, 40, quality, "error_based", 1)
        for at, value in enumerate(values)
    ]


def test_a_bias_is_judged_by_its_size() -> None:
    """A hand that strays to the other side by as much has not become better."""
    run = run_of(BIAS, dots([8.0, 8.2, -8.1, -7.9, -8.0]))
    assert run.verdict == "same"
    assert run.now == pytest.approx(8.0)


def test_a_fall_beyond_the_noise_is_better_and_a_rise_worse() -> None:
    fall = run_of(BIAS, dots([8.0, 8.4, 6.0, 4.1, 3.0, 2.9, 3.1]))
    rise = run_of(BIAS, dots([3.0, 2.9, 3.4, 5.0, 7.1, 8.0, 8.2]))
    smooth = run_of(SPARC, dots([-2.0, -2.02, -1.8, -1.6, -1.52, -1.5]))
    assert [fall.verdict, rise.verdict, smooth.verdict] == ["better", "worse", "better"]


def test_a_change_within_the_noise_is_said_to_be_so() -> None:
    run = run_of(TIME, dots([1.0, 1.3, 0.9, 1.25, 0.95, 1.2, 1.0]))
    assert run.verdict == "same"
    assert "within its own noise" in summary.run_sentence(run)


def test_low_quality_sessions_are_kept_and_left_out_of_every_sum() -> None:
    rows = dots([8.0, 8.0, 8.0, 8.0]) + dots([90.0], quality=0.2)
    run = run_of(BIAS, rows)
    assert len(run.dots) == 5
    assert run.now == 8.0


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_sessions_are_no_comparison(count: int) -> None:
    run = run_of(BIAS, dots([8.0] * count))
    assert run.verdict == "unknown"
    assert run.now is None
    assert "since the baseline" not in summary.run_sentence(run)


def test_a_difference_is_taken_between_the_numbers_that_are_shown() -> None:
    run = Run(BIAS, [], baseline=8.04, baseline_half=0.1, now=6.05)
    assert run.text(run.baseline) == "8.0°"
    assert run.text(run.now) == "6.0°" or run.text(run.now) == "6.1°"
    shown = float(run.text(run.now)[:-1]) - float(run.text(run.baseline)[:-1])
    assert run.change == pytest.approx(shown)


def test_kept_tells_the_gain_of_a_session_from_what_the_night_leaves() -> None:
    days = [Day(uuid.uuid4(), START, 8.0, 3.0), Day(uuid.uuid4(), START, 6.0, 2.0)]
    kept = kept_of(days, [0.4, 0.6])
    assert kept.gained == pytest.approx(4.5)
    assert "50 % of a day's gain" in summary.kept_sentence(kept)
    assert "not measured yet" in summary.kept_sentence(kept_of(days, []))
    assert "Needs a session" in summary.kept_sentence(kept_of([], []))
