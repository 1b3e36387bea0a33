"""Is a plan safe and sensible to play? Every finding has a JSON pointer, a code and a sentence.

`SafetyLimits` already bounds each limit by itself; here are the rules between fields, and what only the
server knows: clearance, the impairment profile, the games and modes that exist.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
from jsonschema import Draft202012Validator

from clinic_server.core.problems import FieldError
from clinic_server.plans import catalogue
from shared.errors import PlanError
from shared.training.choose import choose
from shared.training.spec import parse_params
from shared.wire.plan import STANDING_STANCES, ImpairmentProfile, PlanBlock, PlanContent

if TYPE_CHECKING:
    from collections.abc import Iterator


def parse_content(given: Any) -> PlanContent:
    """Return a plan's content in its full form.

    Raises:
        PlanError: `invalid`, with a pointer to the first field that breaks the contract.
    """
    try:
        return msgspec.convert(given, PlanContent)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$")
        pointer = path.rstrip("`").replace(".", "/").replace("[", "/").replace("]", "")
        raise PlanError(pointer, "invalid", message) from error


def plan_errors(
    content: PlanContent, *, impairment: ImpairmentProfile, standing_cleared: bool
) -> list[FieldError]:
    """Return everything that speaks against this plan for this patient; empty when it may be played."""
    found = list(_limit_errors(content))
    keys = [block.key for block in content.blocks]
    banned = {each.mode: each for each in choose(impairment).ranked if each.is_banned}
    for index, block in enumerate(content.blocks):
        at = f"/blocks/{index}"
        if keys.index(block.key) != index:
            found.append(
                FieldError(f"{at}/key", "repeated", f"two blocks are called {block.key}; rename one")
            )
        if block.posture == "standing" and not standing_cleared:
            found.append(
                FieldError(
                    f"{at}/posture",
                    "standing_not_cleared",
                    "a clinician must clear this patient for standing first, or choose seated",
                )
            )
        if block.posture == "seated" and block.game_params.get("stance") in STANDING_STANCES:
            found.append(
                FieldError(
                    f"{at}/game_params/stance",
                    "needs_standing",
                    f"{block.game_params['stance']} is a stance for standing: choose standing, "
                    "or another stance",
                )
            )
        found += _mode_errors(block, at)
        for mode in _wanted_modes(block):
            if mode in banned and not block.override_reason.strip():
                why = banned[mode].cautions[0] if banned[mode].cautions else "the rules speak against it"
                found.append(
                    FieldError(
                        f"{at}/mode",
                        "advised_against",
                        f"{mode} is advised against: {why} Choose another mode or write an override_reason",
                    )
                )
        if block.decoder is not msgspec.UNSET and block.movement != "decoded":
            found.append(
                FieldError(
                    f"{at}/decoder",
                    "contradictory",
                    f"only decoded signals have a decoder, and this block is played by {block.movement}",
                )
            )
        found += _game_errors(block, at)
        found += _rotation_errors(content, block, at)
        if block.dose.max_minutes > content.safety.session_max_min:
            found.append(
                FieldError(
                    f"{at}/dose/max_minutes",
                    "over_session_limit",
                    f"a block may take at most the session's {content.safety.session_max_min:g} minutes",
                )
            )
    return found


def _limit_errors(content: PlanContent) -> Iterator[FieldError]:
    limits, schedule = content.safety, content.schedule
    for rest, stop, name in (
        ("pain_rest", "pain_stop", "pain"),
        ("pain_rest_rise", "pain_stop_rise", "a rise of pain"),
        ("effort_rest", "effort_stop", "effort"),
    ):
        if getattr(limits, rest) >= getattr(limits, stop):
            yield FieldError(
                f"/safety/{stop}",
                "contradictory",
                f"{name} must reach {rest} before {stop}: raise {stop} or lower {rest}",
            )
    if limits.rest_every_min > limits.session_max_min:
        yield FieldError(
            "/safety/rest_every_min", "contradictory", "the first rest comes after the session's end"
        )
    days: dict[str, date] = {}
    for name in ("starts_on", "ends_on"):
        text = getattr(schedule, name)
        if text is None:
            continue
        try:
            days[name] = date.fromisoformat(text)
        except ValueError:
            yield FieldError(f"/schedule/{name}", "invalid", f"{text} is no day of the calendar")
    if len(days) == 2 and days["ends_on"] < days["starts_on"]:
        yield FieldError("/schedule/ends_on", "contradictory", "the plan ends before it starts")
    if len(set(schedule.weekdays)) != len(schedule.weekdays):
        yield FieldError("/schedule/weekdays", "repeated", "name each weekday once")


def _wanted_modes(block: PlanBlock) -> list[str]:
    """The modes that this block may be played in."""
    if block.n_of_1 is not msgspec.UNSET:
        return list(block.n_of_1)
    return list(block.approved_modes) if block.mode == "auto" else [block.mode]


def _design_errors(block: PlanBlock, game: dict[str, Any], at: str) -> Iterator[FieldError]:
    """An N-of-1 design needs targets all around, and each mode once."""
    if block.n_of_1 is msgspec.UNSET:
        return
    properties = game.get("params", {}).get("properties", {})
    if properties and "centre_deg" not in properties:
        yield FieldError(
            f"{at}/n_of_1", "no_design", f"{block.game} has no sets of targets to compare modes by"
        )
    if len(set(block.n_of_1)) != len(block.n_of_1):
        yield FieldError(f"{at}/n_of_1", "repeated", "name each mode once")


def _mode_errors(block: PlanBlock, at: str) -> Iterator[FieldError]:
    known = catalogue.modes()
    if block.mode == "auto" and not block.approved_modes and block.n_of_1 is msgspec.UNSET:
        yield FieldError(
            f"{at}/approved_modes", "required", "auto chooses among the approved modes: approve at least one"
        )
    wanted = _wanted_modes(block)
    for index, mode in enumerate(wanted):
        if mode not in known:
            group = "n_of_1" if block.n_of_1 is not msgspec.UNSET else "approved_modes"
            pointer = f"{at}/mode" if wanted == [block.mode] else f"{at}/{group}/{index}"
            yield FieldError(
                pointer, "unknown_mode", f"{mode} can't be played yet; known are {', '.join(sorted(known))}"
            )
    playable = [known[mode] for mode in wanted if mode in known]
    for name, value in block.mode_params.items():
        errors: list[PlanError] = []
        for spec in playable:
            try:
                parse_params(spec.params, {name: value}, f"{at}/mode_params")
            except PlanError as error:
                errors.append(error)
        bounds = [each for each in errors if each.code != "unknown_parameter"]
        if bounds or (playable and len(errors) == len(playable)):
            worst = (bounds or errors)[0]
            yield FieldError(worst.pointer, worst.code, worst.detail)


def _game_errors(block: PlanBlock, at: str) -> Iterator[FieldError]:
    games = catalogue.games()
    if not games:
        return
    game = games.get(block.game)
    if game is None:
        yield FieldError(
            f"{at}/game", "unknown_game", f"{block.game} is no game; known are {', '.join(sorted(games))}"
        )
        return
    yield from _design_errors(block, game, at)
    carried = game.get("modes")
    for mode in _wanted_modes(block):
        if carried and mode not in carried:
            yield FieldError(f"{at}/mode", "mode_not_carried", f"{block.game} can't be played as {mode}")
    schema = game.get("params")
    if isinstance(schema, dict):
        strict = {"additionalProperties": False, **schema}
        for error in Draft202012Validator(strict).iter_errors(block.game_params):
            path = "".join(f"/{each}" for each in error.absolute_path)
            yield FieldError(f"{at}/game_params{path}", "out_of_bounds", error.message[:300])


def _rotation_errors(content: PlanContent, block: PlanBlock, at: str) -> Iterator[FieldError]:
    limit = content.safety.max_rotation_deg
    for group, values in (("mode_params", block.mode_params), ("game_params", block.game_params)):
        for name, value in values.items():
            if "rotation" not in name or isinstance(value, bool) or not isinstance(value, int | float):
                continue
            if name.endswith("_deg") and abs(value) > limit:
                yield FieldError(
                    f"{at}/{group}/{name}",
                    "rotation_over_limit",
                    f"{abs(value):g}° is over this plan's limit of {limit:g}°",
                )
