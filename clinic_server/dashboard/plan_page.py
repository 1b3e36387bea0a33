"""What the plan builder shows: the form, the recommendation beside it, what to expect, and what changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic_server.core.problems import FieldError, Problem
from clinic_server.dashboard import builder, spoken
from clinic_server.dashboard.forecast_figure import expected
from clinic_server.plans import catalogue
from clinic_server.plans.diff import Change, changes
from clinic_server.plans.models import Plan, PlanVersion
from clinic_server.plans.selectors import plan_versions, version_content
from clinic_server.plans.services import plan_check
from clinic_server.plans.templates import plan_templates
from clinic_server.progress.forecasts import forecast_ask
from clinic_server.progress.services import recommend
from shared.wire.plan import PlanContent

if TYPE_CHECKING:
    from clinic_server.core.actors import Actor
    from clinic_server.core.models import Job
    from clinic_server.patients.models import Patient
    from clinic_server.progress.models import Forecast
    from shared.training.choose import Choice

WEEKDAYS = (
    gettext_lazy("Mon"),
    gettext_lazy("Tue"),
    gettext_lazy("Wed"),
    gettext_lazy("Thu"),
    gettext_lazy("Fri"),
    gettext_lazy("Sat"),
    gettext_lazy("Sun"),
)
_FORECAST_WEEKS = 4


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    chosen: bool
    note: str = ""
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class BlockFields:
    """What the details of one block show."""

    key: str
    name: str
    mode: str
    movements: list[Option]
    purposes: list[Option]
    feedback: list[Option]
    contexts: list[Option]
    least_share: float
    dual_task: bool
    practice_trials: int
    probe_trials: int


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the builder's template needs."""

    patient: Patient
    plan: Plan | None
    content: PlanContent
    base: str
    """The content that the form was opened with, as JSON: what no field names comes from it."""
    text: str
    template: str
    templates: list[Option]
    sides: list[Option]
    postures: list[Option]
    games: list[Option]
    modes: list[Option]
    approved: list[Option]
    compared: list[Option]
    weekdays: list[Option]
    weeks: list[Option]
    free_swim: list[Option]
    blocks: list[BlockFields]
    recommended: Choice | None
    recommended_score: float | None
    needs_reason: bool
    reason: str
    errors: dict[str, list[FieldError]]
    warnings: list[FieldError]
    changes: list[ShownChange]
    others: list[ShownChange] = field(default_factory=list)
    """What somebody else changed meanwhile."""
    row_version: int = 0
    next_version: int = 1
    may_write: bool = True

    @property
    def is_valid(self) -> bool:
        return not any(self.errors.values())


@dataclass(frozen=True, slots=True)
class ShownChange:
    name: str
    before: str
    after: str


def page_of(
    actor: Actor,
    patient: Patient,
    plan: Plan | None,
    content: PlanContent,
    *,
    today: date,
    template: str = "",
    base: PlanContent | None = None,
    found: list[FieldError] | None = None,
    text: str = "",
) -> Page:
    """Build the page of a content: checked, compared with the plan as it stands, its modes judged."""
    checked = plan_check(
        actor=actor,
        patient_id=patient.id,
        content=msgspec.to_builtins(content),
        plan_id=plan.id if plan else None,
    )
    first = content.blocks[0]
    choice = _recommended(actor, patient, content)
    mode = _mode_shown(content)
    before = version_content(plan, plan.active_version or plan.version) if plan else None
    reason = first.override_reason
    needs_reason = bool(choice and mode not in ("auto", choice.mode) and len(_carried(content)) > 1)
    errors = [*(found or []), *checked.errors]
    return Page(
        patient=patient,
        plan=plan,
        content=content,
        base=msgspec.json.encode(base or content).decode(),
        text=text or msgspec.json.format(msgspec.json.encode(content), indent=2).decode(),
        template=template,
        templates=_templates(patient, template),
        sides=[Option(each, spoken.words(each), each == first.side) for each in ("right", "left")],
        postures=_postures(patient, first.posture),
        games=_games(content),
        modes=_modes(content, mode, choice),
        approved=[Option(each, spoken.words(each), each in _approved(content)) for each in _carried(content)],
        compared=[
            Option(each, spoken.words(each), each in _compared(content)) for each in _comparable(content)
        ],
        weekdays=[
            Option(str(at), str(name), at in content.schedule.weekdays) for at, name in enumerate(WEEKDAYS)
        ],
        weeks=_weeks(content),
        free_swim=_free_swim(content),
        blocks=[_block_fields(each) for each in content.blocks],
        recommended=choice,
        recommended_score=next((r.probability for r in choice.ranked if r.mode == choice.mode), None)
        if choice
        else None,
        needs_reason=needs_reason,
        reason=reason,
        errors=builder.by_field(errors),
        warnings=checked.warnings,
        changes=shown_changes(changes(before, content)) if before else [],
        row_version=plan.row_version if plan else 0,
        next_version=plan.version + 1 if plan else 1,
        may_write=actor.may("plan.write"),
    )


def start_content(plan: Plan | None, patient: Patient, template: str) -> PlanContent:
    """Return what a form opens with: a template's content on the patient's side, or the plan as it stands."""
    by_id = {each["id"]: each["content"] for each in plan_templates()}
    if template in by_id:
        return _sided(msgspec.convert(by_id[template], PlanContent), patient)
    if plan is not None:
        return version_content(plan)
    fitting = _templates(patient, "")
    return _sided(msgspec.convert(by_id[fitting[0].value], PlanContent), patient)


def _sided(content: PlanContent, patient: Patient) -> PlanContent:
    side = "left" if patient.affected_side == "left" else "right"
    blocks = [msgspec.structs.replace(each, side=side) for each in content.blocks]
    return msgspec.structs.replace(content, blocks=blocks)


def changed_meanwhile(actor: Actor, plan: Plan, seen_row_version: int) -> list[ShownChange]:
    """Return what others changed since somebody opened the form, told by the versions written since.

    A pause or an activation writes no version: it is named as the plan's state.
    """
    rows: list[PlanVersion] = plan_versions(actor, plan.id)
    newest = rows[0]
    found = [
        ShownChange(
            _("Version %(version)s by %(name)s") % {"version": newest.version, "name": newest.created_by},
            "",
            newest.created_at.strftime("%H:%M"),
        ),
        ShownChange(_("State"), "", spoken.words(plan.state)),
    ]
    if len(rows) > 1:
        old, new = (msgspec.convert(each.content, PlanContent) for each in (rows[1], newest))
        found += shown_changes(changes(old, new))
    return found


def forecasts_of(actor: Actor, patient: Patient, content: PlanContent, plan: Plan | None) -> dict[str, Any]:
    """Ask what this content may bring, and what the plan as it stands would; both may still be played."""
    asked: list[tuple[Forecast, Job | None]] = []
    try:
        asked.append(_ask(actor, patient, content))
        if plan is not None and plan.active_version is not None:
            before = version_content(plan, plan.active_version)
            if before != content:
                asked.append(_ask(actor, patient, before))
    except Problem as problem:
        return {"problem": problem.detail}
    return expected([row for row, _job in asked], [job for _row, job in asked])


def _ask(actor: Actor, patient: Patient, content: PlanContent) -> tuple[Forecast, Job | None]:
    # Only what a forecast rests on: a title or a note would have it played anew.
    bare = msgspec.structs.replace(content, title="plan", note_to_patient="")
    return forecast_ask(
        actor=actor, patient_id=patient.id, content=msgspec.to_builtins(bare), weeks=_FORECAST_WEEKS
    )


def _recommended(actor: Actor, patient: Patient, content: PlanContent) -> Choice | None:
    try:
        return recommend(actor=actor, patient_id=patient.id, approved=_carried(content))
    except Problem:
        return None  # every mode that these games carry is advised against: the check says so


def _carried(content: PlanContent) -> list[str]:
    """The modes that some chosen game carries."""
    return sorted({mode for block in content.blocks for mode in catalogue.carried_modes(block.game)})


def _approved(content: PlanContent) -> set[str]:
    return {mode for block in content.blocks for mode in block.approved_modes} or set(_carried(content))


def _comparable(content: PlanContent) -> list[str]:
    """Modes that an N-of-1 design may compare: those of a game with sets of targets."""
    return sorted(
        {
            mode
            for block in content.blocks
            if "centre_deg" in builder.game_fields(block.game)
            for mode in catalogue.carried_modes(block.game)
        }
    )


def _compared(content: PlanContent) -> set[str]:
    return {mode for block in content.blocks if block.n_of_1 is not msgspec.UNSET for mode in block.n_of_1}


def _mode_shown(content: PlanContent) -> str:
    """The mode of the field: of the first block that has a choice, else of the first."""
    for block in content.blocks:
        if len(catalogue.carried_modes(block.game)) > 1:
            return block.mode
    return content.blocks[0].mode


def _templates(patient: Patient, chosen: str) -> list[Option]:
    """Those for this patient's diagnoses first."""
    diagnoses = set(patient.impairment.get("diagnoses", []))
    if patient.impairment.get("aphasia"):
        diagnoses.add("aphasia")
    rows = sorted(plan_templates(), key=lambda each: -len(diagnoses & set(each["conditions"])))
    return [
        Option(
            each["id"],
            _(each["name"]),
            each["id"] == chosen,
            _("for this condition") if diagnoses & set(each["conditions"]) else "",
        )
        for each in rows
    ]


def _postures(patient: Patient, chosen: str) -> list[Option]:
    cleared = patient.standing_cleared
    return [
        Option("seated", _("Seated"), chosen == "seated"),
        Option(
            "standing",
            _("Standing") if cleared else _("Standing: not cleared"),
            chosen == "standing",
            "" if cleared else _("A clinician clears a patient for standing on the patient's page."),
            disabled=not cleared and chosen != "standing",
        ),
    ]


def _games(content: PlanContent) -> list[Option]:
    chosen = {each.game for each in content.blocks}
    return [
        Option(each["id"], each["name"], each["id"] in chosen, _mode_note(each))
        for each in catalogue.games().values()
        if each["is_scored"] or each["id"] in chosen
    ]


def _mode_note(game: dict[str, Any]) -> str:
    return ", ".join(spoken.words(each) for each in game["modes"])


def _modes(content: PlanContent, chosen: str, choice: Choice | None) -> list[Option]:
    carried = _carried(content)
    best = choice.mode if choice else ""
    banned = {each.mode for each in choice.ranked if each.is_banned} if choice else set()
    found = [Option("auto", _("Auto"), chosen == "auto", _("chosen each day among the approved ones"))]
    for each in carried:
        note = _("recommended") if each == best else _("advised against") if each in banned else ""
        found.append(Option(each, spoken.words(each).capitalize(), chosen == each, note))
    return found if len(carried) > 1 else found[1:]


def _weeks(content: PlanContent) -> list[Option]:
    schedule = content.schedule
    runs = 0
    if schedule.starts_on and schedule.ends_on:
        runs = ((date.fromisoformat(schedule.ends_on) - date.fromisoformat(schedule.starts_on)).days + 1) // 7
    kept = sorted({*builder.WEEKS, *([runs] if runs > 0 else [])})
    found = [Option(str(each), _("%(weeks)d weeks") % {"weeks": each}, each == runs) for each in kept]
    return [*found, Option("", _("until it is changed"), not schedule.ends_on)]


def _free_swim(content: PlanContent) -> list[Option]:
    minutes = 0.0 if content.free_swim_min is msgspec.UNSET else float(content.free_swim_min)
    shown = sorted({*(float(each) for each in builder.FREE_SWIM_MIN), minutes})
    return [
        Option(
            f"{each:g}", _("%(minutes)g minutes") % {"minutes": each} if each else _("none"), each == minutes
        )
        for each in shown
    ]


def _block_fields(block: Any) -> BlockFields:
    game = catalogue.games().get(block.game, {})
    plan = block.feedback
    schedule = "always" if plan is msgspec.UNSET else plan.schedule
    places = sorted({each["place"] for each in catalogue.games().values()} | {"harbour", block.context})
    return BlockFields(
        key=block.key,
        name=str(game.get("name", block.game)),
        mode=spoken.words(block.mode),
        movements=[
            Option(each, spoken.words(each), each == block.movement) for each in game.get("movements", [])
        ],
        purposes=[Option(each, spoken.words(each), each == block.purpose) for each in ("train", "assess")],
        feedback=[
            Option(each, spoken.words(each), each == schedule)
            for each in ("always", "faded", "band", "chosen")
        ],
        contexts=[Option(each, spoken.words(each), each == block.context) for each in places],
        least_share=0.5 if plan is msgspec.UNSET else plan.least_share,
        dual_task=block.dual_task is True,
        practice_trials=block.dose.practice_trials,
        probe_trials=block.dose.probe_trials,
    )


def shown_changes(found: list[Change]) -> list[ShownChange]:
    """Changes in words, for a page; a block that came or went is told in one line."""
    whole = {each.pointer.removesuffix("key"): each for each in found if each.pointer.endswith("/key")}
    rows = [_block_change(each, start, found) for start, each in whole.items()]
    rest = [each for each in found if not each.pointer.startswith(tuple(whole))] if whole else found
    return [*rows, *(_shown(each) for each in rest)]


def _block_change(key: Change, start: str, found: list[Change]) -> ShownChange:
    fields = {each.pointer.removeprefix(start): each for each in found}

    def told(side: str) -> str:
        names = ("game", "mode", "movement", "dose/practice_trials")
        values = {name: getattr(fields[name], side) for name in names if name in fields}
        game = catalogue.games().get(values.get("game", ""), {}).get("name", values.get("game", ""))
        mode = spoken.words(values.get("mode", ""))
        trials = values.get("dose/practice_trials", "")
        return _("%(game)s, %(mode)s, %(trials)s trials") % {"game": game, "mode": mode, "trials": trials}

    if key.before is None:
        return ShownChange(_("added: %(block)s") % {"block": spoken.words(key.after)}, "", told("after"))
    return ShownChange(_("removed: %(block)s") % {"block": spoken.words(key.before)}, told("before"), "")


def _shown(change: Change) -> ShownChange:
    parts = change.pointer.strip("/").split("/")
    if parts[0] == "blocks":
        parts = parts[1:]
    name = ": ".join([parts[0], " ".join(parts[1:])]) if len(parts) > 1 else parts[0]
    return ShownChange(spoken.words(name), _value(change.before), _value(change.after))


def _value(value: Any) -> str:
    if value is None:
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list):
        if value and all(isinstance(each, int) for each in value):
            return " ".join(str(WEEKDAYS[each]) for each in value if 0 <= each < len(WEEKDAYS))
        return ", ".join(_value(each) for each in value) or _("none")
    return spoken.words(str(value)) or _("none")
