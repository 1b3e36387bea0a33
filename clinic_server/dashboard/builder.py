"""The plan builder: eight fields over a whole plan, so that nothing that they don't name is lost.

A form always starts from a content (the active plan's, or a template's) and is applied to it; what a field
does not speak of stays as it was. Everything that a plan can say may be written as text as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

import msgspec
from msgspec.structs import replace

from clinic_server.core.problems import FieldError
from clinic_server.plans import catalogue
from clinic_server.plans.validation import parse_content
from shared.errors import PlanError
from shared.wire.plan import Dose, FeedbackPlan, PlanBlock, PlanContent, SafetyLimits, Schedule

if TYPE_CHECKING:
    from django.http import QueryDict

WEEKS = (2, 4, 6, 8, 12)
OPEN_END = ""
FREE_SWIM_MIN = (0, 2, 3, 5)
_PRACTICE_S = 360.0
_MINUTES = (2, 60)
"""What `SafetyLimits.session_max_min` allows."""
_FIELD_OF = (
    ("posture", "posture"),
    ("stance", "posture"),
    ("mode", "mode"),
    ("approved_modes", "mode"),
    ("n_of_1", "mode"),
    ("game", "games"),
    ("side", "side"),
)


@dataclass(frozen=True, slots=True)
class Read:
    """What was read from a form: the content, or what is wrong with it; `text` is what was written."""

    content: PlanContent
    errors: list[FieldError]
    text: str = ""


def read(post: QueryDict, base: PlanContent, *, today: date) -> Read:
    """Apply a posted form to the content that it was opened with.

    A number that is none, or out of its bounds, is an error at its field and leaves the base's value.
    """
    if post.get("action") == "text":
        text = str(post.get("text", ""))
        try:
            return Read(parse_content(msgspec.json.decode(text)), [], text)
        except (PlanError, msgspec.DecodeError) as error:
            pointer = error.pointer if isinstance(error, PlanError) else ""
            detail = str(error) if isinstance(error, PlanError) else f"this is no JSON: {error}"
            return Read(base, [FieldError(f"/text{pointer}", "invalid", detail)], text)
    form = _Form(post)
    blocks = _blocks(form, base)
    minutes = form.number("minutes", base.safety.session_max_min)
    if not _MINUTES[0] <= minutes <= _MINUTES[1]:
        low, high = _MINUTES
        form.errors.append(
            FieldError("/minutes", "out_of_bounds", f"a session takes {low} to {high} minutes")
        )
        minutes = base.safety.session_max_min
    content = replace(
        base,
        title=(str(post.get("title", "")).strip() or base.title)[:80],
        note_to_patient=str(post.get("note_to_patient", base.note_to_patient)).strip()[:200],
        blocks=blocks if minutes == base.safety.session_max_min else _shared(blocks, minutes),
        schedule=_schedule(form, base.schedule, today),
        safety=_safety(form, base.safety, minutes),
        free_swim_min=_free_swim(form, base),
    )
    try:
        return Read(parse_content(msgspec.to_builtins(content)), form.errors)
    except PlanError as error:
        found = FieldError(error.pointer, error.code, error.detail)
        return Read(base, [*form.errors, found])


class _Form:
    """Numbers and choices of a posted form, with what could not be read."""

    def __init__(self, post: QueryDict) -> None:
        self.post = post
        self.errors: list[FieldError] = []

    def number(self, name: str, usual: float) -> float:
        text = str(self.post.get(name, "")).strip().replace(",", ".")
        if not text:
            return usual
        try:
            found = float(text)
        except ValueError:
            found = float("nan")
        if found != found or found in (float("inf"), float("-inf")):
            self.errors.append(FieldError(f"/{name}", "invalid", f"“{text}” is no number"))
            return usual
        return found

    def whole(self, name: str, usual: int) -> int:
        return round(self.number(name, usual))


def _blocks(form: _Form, base: PlanContent) -> list[PlanBlock]:
    """Keep the blocks of the chosen games, and add one for each game that is new."""
    chosen = form.post.getlist("games")
    if not chosen:
        form.errors.append(FieldError("/games", "required", "choose at least one game"))
        chosen = [each.game for each in base.blocks]
    kept = [each for each in base.blocks if each.game in chosen]
    taken = {each.key for each in base.blocks}
    for game in chosen:
        if game not in {each.game for each in kept} and game in catalogue.games():
            key = game if game not in taken else f"{game}_2"
            kept.append(PlanBlock(key=key, game=game, movement=_usual_movement(game), dose=_usual_dose(game)))
    return [_block(form, each) for each in kept or base.blocks]


def _block(form: _Form, block: PlanBlock) -> PlanBlock:
    post, at = form.post, f"block-{block.key}-"
    mode = str(post.get("mode", block.mode))
    carried = catalogue.carried_modes(block.game)
    given = [each for each in post.getlist("approved_modes") if each in carried]
    approved: list[Any] = [each for each in block.approved_modes if each in given]
    approved += [each for each in given if each not in approved]
    if mode == "auto" and len(carried) > 1:
        block = replace(block, mode="auto", approved_modes=approved or carried)
    elif mode in carried:
        block = replace(block, mode=cast(Any, mode), approved_modes=[])
    elif block.mode not in carried:
        block = replace(block, mode=cast(Any, carried[0]), approved_modes=[])
    compares = [each for each in post.getlist("n_of_1") if each in carried]
    design = compares if len(compares) > 1 and "centre_deg" in game_fields(block.game) else msgspec.UNSET
    return replace(
        block,
        mode_params=_params_of(block, design),
        n_of_1=design if "n_of_1-asked" in post else block.n_of_1,
        side=cast(Any, post.get("side", block.side)),
        posture=cast(Any, post.get("posture", block.posture)),
        movement=cast(Any, post.get(at + "movement", block.movement)),
        purpose=cast(Any, post.get(at + "purpose", block.purpose)),
        context=str(post.get(at + "context", block.context)),
        override_reason=str(post.get("reason", block.override_reason)).strip()[:400],
        feedback=_feedback(form, at, block),
        dual_task=True if post.get(at + "dual_task") else msgspec.UNSET,
        dose=replace(
            block.dose,
            practice_trials=form.whole(at + "practice_trials", block.dose.practice_trials),
            probe_trials=form.whole(at + "probe_trials", block.dose.probe_trials),
        ),
    )


def _params_of(block: PlanBlock, design: Any) -> dict[str, Any]:
    """Leave out the parameters of a mode that is no longer played."""
    modes: list[str] = list(design) if design is not msgspec.UNSET else []
    modes = modes or list(block.approved_modes) or [block.mode]
    known = {
        each.name
        for mode in modes
        if mode in catalogue.modes()
        for each in msgspec.structs.fields(catalogue.modes()[mode].params)
    }
    return {name: value for name, value in block.mode_params.items() if name in known}


def _feedback(form: _Form, at: str, block: PlanBlock) -> Any:
    before = block.feedback if block.feedback is not msgspec.UNSET else FeedbackPlan()
    schedule = str(form.post.get(at + "feedback", before.schedule))
    if schedule == "always":
        return msgspec.UNSET
    share = form.number(at + "least_share", before.least_share)
    return replace(before, schedule=cast(Any, schedule), least_share=share)


def _shared(blocks: list[PlanBlock], minutes: float) -> list[PlanBlock]:
    """The minutes of a sitting, shared by its blocks."""
    each_min = max(1.0, round(minutes / len(blocks), 1))
    return [replace(block, dose=replace(block.dose, max_minutes=each_min)) for block in blocks]


def _schedule(form: _Form, base: Schedule, today: date) -> Schedule:
    days = sorted({int(each) for each in form.post.getlist("weekdays") if each.isdecimal()})
    if not days:
        form.errors.append(FieldError("/weekdays", "required", "choose at least one day of the week"))
        days = list(base.weekdays)
    starts = str(form.post.get("starts_on", "") or "") or base.starts_on
    weeks = str(form.post.get("weeks", OPEN_END))
    ends = None
    if weeks.isdecimal() and int(weeks) > 0:
        starts = starts or today.isoformat()
        try:
            ends = (date.fromisoformat(starts) + timedelta(weeks=int(weeks), days=-1)).isoformat()
        except ValueError:
            form.errors.append(FieldError("/starts_on", "invalid", f"“{starts}” is no day of the calendar"))
            return base
    return Schedule(weekdays=days, starts_on=starts, ends_on=ends)


def _safety(form: _Form, base: SafetyLimits, minutes: float) -> SafetyLimits:
    whole = ("pain_rest", "pain_stop", "effort_rest", "effort_stop")
    given: dict[str, Any] = {name: form.whole(name, getattr(base, name)) for name in whole}
    given["rest_every_min"] = form.number("rest_every_min", base.rest_every_min)
    return replace(base, session_max_min=minutes, **given)


def _free_swim(form: _Form, base: PlanContent) -> Any:
    usual = base.free_swim_min if base.free_swim_min is not msgspec.UNSET else 0.0
    minutes = form.number("free_swim_min", usual)
    return minutes if minutes > 0.0 else msgspec.UNSET


def _usual_movement(game: str) -> Any:
    """The trunk for what trains balance, a reach for everything else."""
    return catalogue.games()[game]["usual_movement"]


def _usual_dose(game: str) -> Dose:
    """About six minutes of practice: short trials in plenty, long ones (a crossing) few."""
    trials = round(_PRACTICE_S / float(catalogue.games()[game]["trial_s"]))
    return Dose(probe_trials=8 if trials >= 30 else 4, practice_trials=max(8, min(60, trials)))


def game_fields(game: str) -> Mapping[str, Any]:
    """The parameters of a game by name, as its schema has them."""
    properties: Mapping[str, Any] = catalogue.games().get(game, {}).get("params", {}).get("properties", {})
    return properties


def by_field(errors: list[FieldError]) -> dict[str, list[FieldError]]:
    """Sort findings to the form's fields; what belongs to none stands above the form (an empty name)."""
    found: dict[str, list[FieldError]] = {}
    for error in errors:
        found.setdefault(_field(error.pointer), []).append(error)
    return found


def _field(pointer: str) -> str:
    parts = pointer.strip("/").split("/")
    if parts[0] == "text":
        return "text"
    if parts[0] == "blocks":
        for name, field in _FIELD_OF:
            if name in parts[2:]:
                return field
        return "details"
    if parts[0] in ("schedule", "weekdays", "starts_on", "minutes"):
        return "dose"
    return {"safety": "limits", "games": "games"}.get(parts[0], "")
