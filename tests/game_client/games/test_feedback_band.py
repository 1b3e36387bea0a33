"""A band of feedback: what is near enough counts without a word; what is outside is told."""

from __future__ import annotations

import pytest

from shared.wire.plan import FeedbackPlan
from shared.wire.trials import trials_of
from tests.virtual_sessions import make_plan, play


@pytest.mark.parametrize("band", [1.0, 1.4])
def test_errors_inside_the_band_are_not_told_but_counted(band: float) -> None:
    plan = make_plan(practice=90, probe=0, block={"feedback": FeedbackPlan(schedule="band", band=band)})
    run, recording = play(plan, "cerebellar_ataxia", 2)
    inside, outside = [], []
    for each in trials_of(recording.events):
        assert each.end is not None
        assert each.feedback is not None
        assert each.end.endpoint_error_m is not None
        near = each.end.endpoint_error_m <= band * each.start.target_radius_m
        (inside if near else outside).append(each)
    assert len(inside) > 10
    assert len(outside) >= 3
    assert {each.feedback.kind for each in inside if each.feedback} == {"none"}
    assert {each.feedback.kind for each in outside if each.feedback} == {"path_error"}
    assert all(each.end.success is not None for each in inside if each.end), "it counts all the same"
    assert run.successes > 10
