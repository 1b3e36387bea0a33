"""What the benchmarks measure against is the published algorithm, and every line has its columns."""

from __future__ import annotations

import json

import numpy as np
import pytest

from deploy import bench
from deploy._bench_science import (
    TRUTH,
    learner,
    least_squares_fit,
    nelder_mead_fit,
    plain_ldlj,
    plain_reaches,
    plain_sparc,
    plain_two_rate,
)
from shared.learning import models
from shared.metrics.compute import compute_recording
from tests.virtual_sessions import make_plan, play


@pytest.mark.science
def test_the_plain_smoothness_gives_the_authors_own_numbers() -> None:
    """The two doctests of the authors' package (SCIENCE 1.1, 1.2)."""
    time_s = np.arange(-1, 1, 0.01)
    gauss = np.exp(-5 * time_s**2)
    assert plain_sparc(gauss, 100.0) == pytest.approx(-1.41403, abs=1e-5)
    assert plain_ldlj(gauss, 100.0) == pytest.approx(-5.81636, abs=1e-5)
    share = np.arange(0, 1, 0.01)
    smooth = 30 * share**2 - 60 * share**3 + 30 * share**4
    assert plain_sparc(smooth, 100.0) == pytest.approx(-1.4058293244214655, abs=1e-12)
    assert plain_ldlj(smooth, 100.0) == pytest.approx(-5.224139067539895, abs=1e-9)


@pytest.mark.science
def test_the_plain_two_rate_model_gives_the_published_course() -> None:
    """Output of trials 2, 3, 10 and 200 from rest (SCIENCE 2.1)."""
    found = plain_two_rate((0.59, 0.992, 0.21, 0.02), np.ones(200))
    wanted = [0.23, 0.32084, 0.42250895, 0.74492777]
    assert [found[at - 1] for at in (2, 3, 10, 200)] == pytest.approx(wanted, abs=1e-8)


def test_both_sides_measure_the_same_reaches() -> None:
    _, recording = play(make_plan(practice=16, probe=8), "healthy_young", 1)
    plain = plain_reaches(recording)
    rows = {each.metric: each.value for each in compute_recording(recording) if each.scope == ""}
    assert len(plain) == 32
    assert np.median([each.sparc for each in plain]) == pytest.approx(rows["sparc"], abs=0.03)
    assert np.median([each.peak_speed_m_s for each in plain]) == pytest.approx(
        rows["peak_speed_m_s"], rel=0.03
    )


def test_both_sides_fit_the_same_person_as_well() -> None:
    data = learner()
    fit = models()["two_rate"].fit
    assert fit is not None
    found = fit(data)
    assert found.mse is not None
    least = least_squares_fit(data)
    assert least == pytest.approx(nelder_mead_fit(data), rel=1e-3)
    assert found.mse <= least * (1 + 1e-6)
    assert found.params == pytest.approx(TRUTH, abs=0.1)


def test_a_line_has_every_column(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        bench, "reached", lambda repeats: bench.Result("reaches", 1, "ms", 1, 1, "<= 4 loops", True)
    )
    monkeypatch.setattr(bench, "seconds", lambda work, repeats: (work(), 0.5)[1])
    assert bench.main(["--quick", "--json"]) == 0
    lines = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    assert all(list(each) == ["name", "value", "unit", "floor", "ratio", "goal", "met"] for each in lines)
    assert [each["name"] for each in lines if each["name"].startswith("two-rate")] == [
        "two-rate fit, least squares",
        "two-rate fit, Nelder-Mead",
    ]
