"""Turn a plan's blocks into ready ones: known game, known mode, checked parameters, a list of phases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from msgspec import UNSET

from game_client.session.latency import REFUSE_MS
from game_client.session.n_of_1 import arms
from shared.errors import PlanError
from shared.plugins import discover
from shared.training.choose import choose
from shared.training.feedback import floored
from shared.training.spec import parse_params
from shared.wire.plan import STANDING_STANCES, FeedbackPlan, Movement
from shared.wire.session import PlayedBlock

if TYPE_CHECKING:
    from game_client.games._spec import GameSpec
    from shared.training.spec import ModeSpec
    from shared.wire.plan import ImpairmentProfile, Plan, PlanBlock


HOME = "harbour"
"""A plan's context when it names none: the game is then played where it is at home."""
FREE_GAME = "otter"
_YOUNG_BELOW_YEARS = 9  # SCIENCE 4.2, rule 8
_STRETCH_S = 20.0  # a trial of free play
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


def blocks_of(
    plan: Plan, limits: InputLimits | None = None, *, sessions_before: int = 0, place: str = ""
) -> list[PlayedBlock]:
    """Decide each block of a plan: the mode (`auto` asks the rules, among the approved), and why.

    A movement that the input device can't be becomes one that it can, where the game takes it. A block of an
    N-of-1 design becomes one for each of its modes. Free play ends the session, where the plan has it.

    Args:
        sessions_before: how many sessions of this plan were played; it turns the order of an N-of-1 design.
        place: where free play is; by default where the first block was.

    Raises:
        PlanError: this client does not know a game, a mode or a parameter, a value breaks its bounds, or
            the block is not safe here; `pointer` and the message name it.
    """
    limits = limits or InputLimits()
    decided: list[PlayedBlock] = []
    own = {mode.id: set(mode.params.__struct_fields__) for mode in modes().values()}
    for index, block in enumerate(plan.content.blocks):
        pointer = f"/blocks/{index}"
        _refuse_design(block, pointer)
        decided += [_decide(plan, each, pointer, limits) for each in arms(plan, block, sessions_before, own)]
    swim = _free_swim(plan, decided[0], place)
    return decided + ([swim] if swim else [])


def _refuse_design(block: PlanBlock, pointer: str) -> None:
    """Raise PlanError where an N-of-1 design can't be played: it needs targets all around, and its modes."""
    game = games().get(block.game)
    if block.n_of_1 is UNSET or game is None:
        return
    if "centre_deg" not in game.params.__struct_fields__:
        raise PlanError(
            f"{pointer}/n_of_1", "no_design", f"{game.name} has no sets of targets to compare modes by"
        )
    for mode in block.n_of_1:
        if mode not in game.modes:
            raise PlanError(f"{pointer}/n_of_1", "unknown_mode", f"{game.name} cannot be played as {mode}")


def _free_swim(plan: Plan, first: PlayedBlock, place: str) -> PlayedBlock | None:
    """The free play at the end: no score, nothing judged, by what played the first block."""
    minutes = plan.content.free_swim_min
    game = games().get(FREE_GAME)
    if minutes is UNSET or minutes <= 0.0 or game is None or first.movement not in game.movements:
        return None
    return PlayedBlock(
        plan_block="free_swim",
        game=game.id,
        game_version=game.version,
        mode="use_dependent",
        mode_version=modes()["use_dependent"].version,
        why=["Free play ends the session: nothing is judged."],
        chosen_by="plan",
        purpose="train",
        side=first.side,
        posture=first.posture,
        game_params={"reach_m": first.game_params.get("reach_m", plan.reach_m)},
        mode_params={},
        phases=[("practice", max(1, round(minutes * 60.0 / _STRETCH_S)))],
        context=place or first.context,
        movement=first.movement,
    )


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


def _is_young(profile: ImpairmentProfile) -> bool:
    return profile.age_years is not None and profile.age_years < _YOUNG_BELOW_YEARS


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


def _mode_of(
    plan: Plan, block: PlanBlock, game: GameSpec, late: str, pointer: str
) -> tuple[str, list[str], Literal["auto", "plan"]]:
    """The block's mode, why, and who chose it."""
    if block.mode != "auto":
        return (
            block.mode,
            [f"Prescribed: {block.override_reason}" if block.override_reason else "Prescribed in the plan."],
            "plan",
        )
    wanted: list[str] = [*block.approved_modes] or sorted(game.modes)
    approved = [each for each in wanted if each in game.modes and not (late and each == "error_based")]
    if not approved and late:
        raise PlanError(f"{pointer}/mode", "too_late", late)
    choice = choose(plan.impairment, approved=approved, measured=plan.measured)
    return choice.mode, [*choice.reasons, *choice.cautions], "auto"


def _params_of(block: PlanBlock, spec: ModeSpec | None) -> dict[str, Any]:
    """With `auto`, parameters are given for every mode that may come out; each mode takes its own."""
    if spec is None or block.mode != "auto":
        return dict(block.mode_params)
    own = set(spec.params.__struct_fields__)
    return {name: value for name, value in block.mode_params.items() if name in own}


def _decide(plan: Plan, block: PlanBlock, pointer: str, limits: InputLimits) -> PlayedBlock:
    if block.posture == "standing" and not plan.standing_cleared:
        raise PlanError(
            f"{pointer}/posture", "standing_not_cleared", "standing play needs a clinician's clearance"
        )
    if block.posture == "seated" and block.game_params.get("stance") in STANDING_STANCES:
        raise PlanError(
            f"{pointer}/game_params/stance",
            "needs_standing",
            f"the stance {block.game_params['stance']} is for standing: choose standing, or another stance",
        )
    game = games().get(block.game)
    if game is None:
        raise PlanError(f"{pointer}/game", "unknown_game", f"this client has no game called {block.game}")
    movement = _movement(game, block, limits, pointer)
    late = _refuse_late(block, limits, pointer)
    mode, why, chosen_by = _mode_of(plan, block, game, late, pointer)
    spec = modes().get(mode)
    mode_params = _params_of(block, spec)
    if mode == "reward_based" and _is_young(plan.impairment) and "rule" not in mode_params:
        mode_params["rule"] = "fixed"
        why = [*why, "Rewards follow one fixed rule: young children learn best from those."]
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
        chosen_by=chosen_by,
        purpose=block.purpose,
        side=block.side,
        posture=block.posture,
        game_params=game_params,
        mode_params=mode_params,
        phases=[(name, count) for name, count in phases if count],
        context=game.place if block.context == HOME else block.context,
        movement=movement,
        feedback=floored(FeedbackPlan() if block.feedback is UNSET else block.feedback, plan.impairment),
        dual_task=block.dual_task is True,
    )
    ready(played, pointer)
    return played
