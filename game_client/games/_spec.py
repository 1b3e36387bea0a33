"""What a game declares; found by `discover("game_client.games", "GAME")`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from game_client.games._view import View
    from shared.training.spec import TrialSetup
    from shared.wire.events import Event


class Sample(Struct, frozen=True, gc=False):
    """One tick's input: the hand and, already turned by the mode's perturbation, the cursor. Metres."""

    x_m: float
    y_m: float
    cursor_x_m: float
    cursor_y_m: float
    lost: bool = False


class TrialPlan(Struct, frozen=True, gc=False):
    """A trial as the director orders it from a game."""

    trial: int
    block: int
    phase: str
    purpose: Literal["assess", "train"]
    target: int
    mode: str
    setup: TrialSetup
    first_of_phase: bool
    stones_done: int
    stones_total: int
    effects: Literal["none", "low", "medium", "high"] = "medium"
    chances: tuple[float, float, float, float] = (0.5, 0.5, 0.5, 0.5)
    """Four numbers in [0, 1) from the session's seed, new for each trial: all the chance that a game has."""


@dataclass(frozen=True, slots=True)
class GameSpec:
    """A game: pure functions over its own immutable state.

    `step(params, state, sample, tick)` returns the next state and what happened; the director begins each
    trial with `begin` when `is_waiting` says that the game waits for one.
    """

    id: str
    version: int
    name: str
    params: type[Any]
    modes: frozenset[str]
    movements: frozenset[str]
    start: Callable[[Any], Any]
    targets: Callable[[Any, str], tuple[float, ...]]
    """(params, mode) -> the direction of each target in degrees."""
    begin: Callable[[Any, Any, TrialPlan, int], tuple[Any, list[Event]]]
    step: Callable[[Any, Any, Sample, int], tuple[Any, list[Event]]]
    command: Callable[[Any, Any, str, float | None, int], tuple[Any, list[Event]]]
    is_waiting: Callable[[Any], bool]
    view: Callable[[Any, Any, Sample, int], View]
    drawing: str
    """Module that draws a view on the engine's canvas."""
    processes: Mapping[str, Literal["primary", "secondary"]] = field(default_factory=dict)
    """What it trains: error, reward, strategy, use_dependent, acuity, decision, context."""
    usual_movement: str = "hand_reach"
    """What drives it where a plan says nothing: the trunk for what trains balance."""
    since: str = "0.1.0"
    """The version of the client that first had it: a clinic warns where an older one is played at home."""
    place: str = "harbour"
    """Where it is at home on the river: its context when the plan names none."""
    abandon: Callable[[Any, Any], Any] | None = None
    """(params, state) -> the waiting state after a trial was cut short; None begins anew."""
    has_levels: bool = False
    """Whether trials are measured by a level of its own (less is better), not by a hand angle."""
    is_scored: bool = True
    """Whether a trial succeeds or not; free play has no score."""
    turns: bool = True
    """Whether the mode's rotation turns the cursor; a game along one line has nothing to turn."""
    self_paced: bool = True
    """Whether a trial takes as long as the player needs: if not, tiredness shows in its error alone."""
    trial_s: float = 7.0
    """About how long a trial takes, with its way back and its pauses."""
    done_words: str = "summary.reaches"
    """The summary's sentence for what was done, where nothing was judged."""
    success_words: str = "summary.anchors"
    """And for what succeeded."""
    reward_words: str = "summary.lights"
    """And for what was paid, in reward-based training."""
