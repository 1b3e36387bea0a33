"""Turn a plan's blocks into ready ones: known game, known mode, checked parameters, a list of phases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from game_client.session.latency import REFUSE_MS
from shared.errors import PlanError
from shared.plugins import discover
from shared.training.choose import choose
from shared.training.spec import parse_params
from shared.wire.plan import Movement
from shared.wire.session import PlayedBlock

if TYPE_CHECKING:
    from game_client.games._spec import GameSpec
    from shared.training.spec import ModeSpec
    from shared.wire.plan import Plan, PlanBlock


LEAST_REACH_M = 0.03
"""What every game's `reach_m` is at least."""


@dataclass(frozen=True, slots=True)
class ReadyBlock:
    """A block that can be played."""

    played: PlayedBlock
    game: GameSpec
    game_params: Any
    mode: ModeSpec
    mode_params: Any


@dataclass(frozen=True, slots=True)
class InputLimits:
    """What the input device can do here: None where nothing is known, which is then no limit."""

    movements: frozenset[str] | None = None
    latency_ms: float | None = None
    """From the movement to the picture, measured before play."""
    reach_m: float | None = None
    """How far the calibrated reach allows targets to be."""


def games() -> dict[str, GameSpec]:
    """Every game of this client by id."""
    return {each.id: each for each in discover("game_client.games", "GAME").values()}


def modes() -> dict[str, ModeSpec]:
    """Every training mode by id."""
    return {each.id: each for each in discover("shared.training", "MODE").values()}


def blocks_of(plan: Plan, limits: InputLimits | None = None) -> list[PlayedBlock]:
    """Decide each block of a plan: the mode (`auto` asks the rules, among the approved), and why.

    A movement that the input device can't be becomes one that it can, where the game takes it.

    Raises:
        PlanError: this client does not know a game, a mode or a parameter, a value breaks its bounds, or
            the block is not safe here; `pointer` and the message name it.
    """
    limits = limits or InputLimits()
    return [
        _decide(plan, block, f"/blocks/{index}", limits) for index, block in enumerate(plan.content.blocks)
    ]


def ready(played: PlayedBlock, pointer: str = "") -> ReadyBlock:
    """Find the game and the mode of a decided block and check its parameters; raises PlanError."""
    game = games().get(played.game)
    if game is None:
        raise PlanError(f"{pointer}/game", "unknown_game", f"this client has no game called {played.game}")
    mode = modes().get(played.mode)
    if mode is None or played.mode not in game.modes:
        raise PlanError(f"{pointer}/mode", "unknown_mode", f"{game.name} cannot be played as {played.mode}")
    return ReadyBlock(
        played=played,
        game=game,
        game_params=parse_params(game.params, played.game_params, f"{pointer}/game_params"),
        mode=mode,
        mode_params=parse_params(mode.params, played.mode_params, f"{pointer}/mode_params"),
    )


def _movement(game: GameSpec, block: PlanBlock, limits: InputLimits, pointer: str) -> str:
    """The plan's movement, or the first that the game takes among those that the device can be."""
    if block.movement not in game.movements:
        raise PlanError(
            f"{pointer}/movement", "unknown_movement", f"{game.name} is not played by {block.movement}"
        )
    if limits.movements is None or block.movement in limits.movements:
        return block.movement
    for each in get_args(Movement):
        if each in limits.movements and each in game.movements:
            return str(each)
    raise PlanError(
        f"{pointer}/movement", "no_device", f"{game.name} can't be played by the input device that is there"
    )


def _refuse_late(block: PlanBlock, limits: InputLimits, pointer: str) -> str:
    """Why error-based play is refused here, empty when it is not (PRODUCT H19).

    Raises:
        PlanError: the plan asks for nothing else.
    """
    late_ms = limits.latency_ms
    if late_ms is None or late_ms <= REFUSE_MS:
        return ""
    why = (
        f"Error-based training was refused: the picture follows the movement {late_ms:.0f} ms late, and above"
        f" {REFUSE_MS:.0f} ms errors train less."
    )
    if block.mode == "error_based" or set(block.approved_modes) == {"error_based"}:
        raise PlanError(f"{pointer}/mode", "too_late", why)
    return why


def _decide(plan: Plan, block: PlanBlock, pointer: str, limits: InputLimits) -> PlayedBlock:
    if block.posture == "standing" and not plan.standing_cleared:
        raise PlanError(
            f"{pointer}/posture", "standing_not_cleared", "standing play needs a clinician's clearance"
        )
    game = games().get(block.game)
    if game is None:
        raise PlanError(f"{pointer}/game", "unknown_game", f"this client has no game called {block.game}")
    movement = _movement(game, block, limits, pointer)
    late = _refuse_late(block, limits, pointer)
    if block.mode == "auto":
        wanted: list[str] = [*block.approved_modes] or sorted(game.modes)
        approved = [each for each in wanted if each in game.modes and not (late and each == "error_based")]
        if not approved and late:
            raise PlanError(f"{pointer}/mode", "too_late", late)
        choice = choose(plan.impairment, approved=approved, measured=plan.measured)
        mode, why, chosen_by = choice.mode, [*choice.reasons, *choice.cautions], "auto"
    else:
        mode, chosen_by = block.mode, "plan"
        why = (
            [f"Prescribed: {block.override_reason}"] if block.override_reason else ["Prescribed in the plan."]
        )
    # With `auto`, parameters are given for every mode that may come out; each mode takes its own.
    mode_params = dict(block.mode_params)
    spec = modes().get(mode)
    if spec is not None and block.mode == "auto":
        own = set(spec.params.__struct_fields__)
        mode_params = {name: value for name, value in mode_params.items() if name in own}
    if abs(float(mode_params.get("rotation_deg", 0.0))) > plan.content.safety.max_rotation_deg:
        raise PlanError(
            f"{pointer}/mode_params/rotation_deg",
            "over_limit",
            f"the plan allows rotations up to {plan.content.safety.max_rotation_deg:g} degrees",
        )
    dose = block.dose
    phases = [("probe_opening", dose.probe_trials)]
    if block.purpose == "assess":
        phases.append(("baseline", dose.baseline_trials))
    phases += [("practice", dose.practice_trials), ("probe_closing", dose.probe_trials)]
    if block.purpose == "assess":
        phases.append(("washout", dose.washout_trials))
    game_params = {"reach_m": plan.reach_m, **block.game_params}
    if limits.reach_m is not None and limits.reach_m < LEAST_REACH_M:
        raise PlanError(
            f"{pointer}/game_params/reach_m",
            "reach_small",
            f"the calibrated reach is {limits.reach_m * 100:.1f} cm: no target can stand that near",
        )
    if limits.reach_m is not None and float(game_params["reach_m"]) > limits.reach_m:
        why = [*why, f"Targets are at {limits.reach_m * 100:.1f} cm, within the calibrated reach."]
        game_params["reach_m"] = round(limits.reach_m, 4)
    if late:
        why = [*why, late]
    played = PlayedBlock(
        plan_block=block.key,
        game=block.game,
        game_version=game.version,
        mode=mode,
        mode_version=spec.version if spec else 0,
        why=[each[:200] for each in why[:20]],
        chosen_by=chosen_by,  # type: ignore[arg-type]
        purpose=block.purpose,
        side=block.side,
        posture=block.posture,
        game_params=game_params,
        mode_params=mode_params,
        phases=[(name, count) for name, count in phases if count],
        context=block.context,
        movement=movement,
    )
    ready(played, pointer)
    return played
