"""Trials in which a reach was more than a reach: it was to be stopped, turned or chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.wire.events import Choice, StopSignal, TargetJump

if TYPE_CHECKING:
    from shared.wire.trials import TrialView


def is_plain(view: TrialView) -> bool:
    """Whether the reach went to one target that stayed, with nothing to stop it."""
    return not any(isinstance(each, StopSignal | TargetJump | Choice) for each in view.events)
