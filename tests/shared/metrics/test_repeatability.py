"""The smallest detectable change: its arithmetic, its file, and that every declaration shows it."""

from __future__ import annotations

import json
import math
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.repeatability import Kind, Scatter, entry, kinds
from deploy.repeatability import probe_ratio as measured_ratio
from game_client.session.blocks import games
from shared.errors import MovereError
from shared.metrics import _repeatability
from shared.metrics._repeatability import (
    REPEATABILITY_FILE,
    SDC_FACTOR,
    probe_ratio,
    repeatability,
    smallest_detectable_change,
    within_person_sd,
)
from shared.metrics.compute import catalogue, compute_recording
from shared.wire.events import TrialStart
from tests.shared.recordings import session
from tests.virtual_sessions import make_plan, play


def test_the_within_mean_square_by_hand() -> None:
    """Two people: (1, 3) and (10, 12, 14): squares 2 and 8 over 1 + 2 degrees of freedom."""
    assert within_person_sd([[1.0, 3.0], [10.0, 12.0, 14.0], [99.0]]) == pytest.approx(math.sqrt(10 / 3))
    total = float(np.std([1.0, 3.0, 10.0, 12.0, 14.0], ddof=1))
    assert abs(total - math.sqrt(10 / 3)) > 3, "the SD over all would hold the difference between people"
    with pytest.raises(MovereError, match="twice"):
        within_person_sd([[1.0], [2.0]])


def test_the_factor_is_that_of_a_difference() -> None:
    assert pytest.approx(2.7718585822512662) == SDC_FACTOR
    random = np.random.default_rng(1)
    one, two = random.normal(0, 1.5, (2, 20_000))
    inside = np.abs(one - two) <= SDC_FACTOR * 1.5
    assert inside.mean() == pytest.approx(0.95, abs=0.005)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.lists(st.floats(-50, 50), min_size=2, max_size=6), min_size=1, max_size=6), st.floats(-99, 99)
)
def test_a_persons_own_level_does_not_matter(people: list[list[float]], level: float) -> None:
    shifted = [[each + at * level for each in person] for at, person in enumerate(people)]
    assert within_person_sd(shifted) == pytest.approx(within_person_sd(people), abs=1e-6)


def test_the_file_says_how_it_was_made_and_names_metrics_that_exist() -> None:
    found = json.loads(files("shared.metrics").joinpath(REPEATABILITY_FILE).read_text(encoding="utf-8"))
    assert found["validated"] == "simulation"
    assert found["made_by"].startswith("deploy/repeatability.py")
    assert found["profiles"]
    assert 1.0 <= found["probe_ratio"] < 3.0
    assert found["sessions"]
    known = {spec.id for spec in catalogue()}
    assert set(found["metrics"]) <= known
    for metric, each in found["metrics"].items():
        assert each["sdc_95"] == pytest.approx(SDC_FACTOR * each["sd_within"], rel=1e-3), metric
        assert each["sd_within"] > 0, metric
        assert each["session"] in found["sessions"], metric
        assert each["people"] >= 5


def test_declarations_and_rows_show_it() -> None:
    declared = {spec.id: spec.smallest_detectable_change for spec in catalogue()}
    assert declared["opening_probe_bias_deg"] == smallest_detectable_change("opening_probe_bias_deg")
    assert declared["opening_probe_bias_deg"] is not None
    for each in compute_recording(session()):
        expected = declared[each.metric] if each.scope == "" else None
        assert each.smallest_detectable_change == expected, (each.metric, each.scope)


def test_a_damaged_file_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(name: str) -> None:
        monkeypatch.setattr(_repeatability, "REPEATABILITY_FILE", name)
        repeatability.cache_clear()
        _repeatability._content.cache_clear()

    try:
        for name in ("spec.py", "digest.json"):
            read(name)
            with pytest.raises(MovereError, match="damaged"):
                repeatability()
            with pytest.raises(MovereError, match="damaged"):
                probe_ratio()
        read("absent.json")
        assert dict(repeatability()) == {}
        assert probe_ratio() == 1.0
    finally:
        monkeypatch.undo()
        repeatability.cache_clear()
        _repeatability._content.cache_clear()


@pytest.mark.parametrize(
    "kind", [each for each in kinds() if each.name != "assessed"], ids=lambda kind: kind.name
)
def test_the_repeated_sessions_are_unperturbed(kind: Kind) -> None:
    """One kind a mode that the game plays; none turns the cursor or pays for another direction."""
    plan = make_plan(kind.mode, purpose="assess", practice=6, probe=4, mode_params=kind.params)
    _, recording = play(plan, "healthy_young", 3)
    starts = [each for each in recording.events if isinstance(each, TrialStart)]
    assert len(starts) >= 14
    assert {each.rotation_deg for each in starts} == {0.0}
    assert {each.zone_deg for each in starts} <= {None, 0.0}


def test_the_ratio_of_repeated_probes() -> None:
    """People whose probe means scatter by 2 deg, their eight reaches by 4: 2 / (4 / sqrt 8)."""
    bias = Scatter({("child", at): [at - 2**0.5, at + 2**0.5] for at in range(6)})
    spread = Scatter({("child", at): [4.0, 4.0] for at in range(6)})
    found = {
        "opening_probe_bias_deg": {"error_based": bias},
        "opening_probe_spread_deg": {"error_based": spread},
    }
    assert measured_ratio(found, 8) == pytest.approx(2**0.5, rel=1e-4)


def test_the_file_takes_the_first_kind_that_repeats_enough_people() -> None:
    played = kinds()
    assert {each.mode for each in played} == games()["tide_anchor"].modes
    few = Scatter({("child", at): [1.0, 2.0] for at in range(4)})
    many = Scatter({("child", at): [float(at), at + 2.0] for at in range(6)})
    found = entry({played[0].name: few, played[1].name: many}, played)
    assert found is not None
    assert (found["session"], found["people"], found["sessions"]) == (played[1].name, 6, 12)
    assert found["sd_within"] == pytest.approx(math.sqrt(2.0), rel=1e-4)
    still = Scatter({("child", at): [3.0, 3.0] for at in range(6)})
    assert entry({played[0].name: still}, played) is None, "what never scatters has no smallest change"
