"""What counts as success: not in assessments, clamps or stop trials."""

from __future__ import annotations

import msgspec
import pytest

from shared.wire.session import Recording
from tests.shared.metrics.edited import reason, value
from tests.shared.recordings import PlannedTrial, recording, varied


def assessed(found: Recording, *blocks: int) -> Recording:
    played = [
        msgspec.structs.replace(each, purpose="assess" if at in blocks else "train")
        for at, each in enumerate(found.blocks)
    ]
    return msgspec.structs.replace(found, blocks=played)


def test_an_assessment_has_no_success_rate() -> None:
    """A block that measures a learning system under a rotation says nothing of the right difficulty."""
    good = [PlannedTrial(phase="practice")] * 8
    bad = varied(good, block=1, success=False, outcome="miss")
    both = recording(good + bad)
    assert value(both, "success_rate") == pytest.approx(0.5)
    assert value(assessed(both, 1), "success_rate") == 1.0
    assert reason(assessed(both, 0, 1), "success_rate") == "assessment_only"
    assert reason(assessed(both, 1), "success_rate", "block:1") == "assessment_only"


def test_clamps_have_no_verdict_that_counts() -> None:
    good = [PlannedTrial(phase="practice")] * 8
    clamps = varied(good, clamp=True, success=False)
    assert value(recording(good + clamps), "success_rate") == 1.0
    assert reason(recording(clamps), "success_rate") == "too_few_trials"
