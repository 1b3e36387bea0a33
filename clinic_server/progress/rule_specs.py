"""The rules of triage as data: what each looks for, how far it must go, when it ends, and where it is from.

A clinic sets a rule for all its patients, and anybody who treats a patient sets it for that one (`FlagRule`):
a fixed bound that suits most, and a personal one for whom it does not suit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from clinic_server.progress.models import FlagRule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import _StrPromise

BY_HAND = "by_hand"
"""The rule of a flag that a person raised."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with the values in force. `threshold`, `clear` and `window` mean what `text` says.

    `kind` is what the lists show and filter by; `urgency` orders them, 0 first. `clear` differs from
    `threshold` so that a value that wavers about one bound does not raise a flag each day.
    """

    id: str
    kind: str
    title: _StrPromise
    urgency: int
    threshold: float
    clear: float
    window: int
    text: _StrPromise
    source: str
    enabled: bool = False
    least: float = 0.0
    most: float = 365.0
    set_by: str = "default"
    """`default`, `clinic` or `patient`."""


_SOURCE = "Movere's own default, not validated"
RULES: dict[str, Rule] = {
    each.id: each
    for each in (
        Rule(
            "fall_event", "safety", _("Fall or warning"), 0, 1, 0, 1,
            _("A fall, a warning symptom or a stop for safety: at once, each of them."),
            _SOURCE, enabled=True, least=1, most=5,
        ),
        Rule(
            "pain_up", "safety", _("Pain"), 0, 7, 2, 3,
            _("Pain at or above (threshold) once, or +3 in a session, or the median of the last "
              "(window) sessions (ends at) points above that of as many before."),
            "as the stop rule of the game: 7, or +3, stops play", enabled=True, least=1, most=10,
        ),
        Rule(
            "decline", "decline", _("Decline"), 1, 3, 1, 4,
            _("Main outcome worse than its baseline band, or less kept overnight than gained, in "
              "(threshold) of the last (window) valid sessions; over at (ends at) of them."),
            _SOURCE, enabled=True, least=1, most=20,
        ),
        Rule(
            "silent", "silent", _("Silent"), 2, 3, 0, 7,
            _("No session on (threshold) planned days in a row, or for (window) days with a planned day "
              "among them; a session ends it."),
            _SOURCE, enabled=True, least=1, most=60,
        ),
        Rule(
            "adherence_drop", "adherence_drop", _("Played less"), 3, 0.5, 0.6, 14,
            _("Share of planned days played below (threshold) in (window) days, or 30 points below the "
              "same time before; over once it is back at (ends at)."),
            _SOURCE, least=0.1, most=1,
        ),
        Rule(
            "neglect_asym", "neglect_asym", _("One side left out"), 4, 2.0, 1.5, 3,
            _("Reaches begun to one side over the other, of equally many offered, above (threshold) in "
              "(window) sessions in a row; over at (ends at)."),
            _SOURCE, least=1.1, most=10,
        ),
        Rule(
            "overuse", "overuse", _("Played more than asked"), 5, 1.5, 1.2, 7,
            _("Sessions over planned days above (threshold) in (window) days; over at (ends at)."),
            _SOURCE, least=1, most=5,
        ),
        Rule(
            "plateau", "plateau", _("No change"), 6, 0.8, 0.9, 28,
            _("Eight valid sessions over (window) days, and no direction of the main outcome surer than "
              "(threshold); over once one is surer than (ends at)."),
            _SOURCE, least=0.6, most=0.99,
        ),
        Rule(
            "data_quality", "data_quality", _("Data quality"), 7, 0.3, 0.2, 2,
            _("Share of lost frames above (threshold) in (window) sessions in a row; over at (ends at)."),
            _SOURCE, least=0.05, most=0.9,
        ),
        Rule(
            "plan_ending", "plan_ending", _("Plan ends"), 8, 7, 7, 7,
            _("The active plan ends within (threshold) days; another plan or a later end clears it."),
            _SOURCE, least=1, most=60,
        ),
    )
}  # fmt: skip
HAND = Rule(
    BY_HAND, BY_HAND, _("Raised by hand"), 1, 0, 0, 0, _("A colleague asks for a look."), "", enabled=True
)
KINDS: dict[str, tuple[str, ...]] = {}
for _each in (*RULES.values(), HAND):
    KINDS[_each.kind] = (*KINDS.get(_each.kind, ()), _each.id)
KIND_TITLES = {each.kind: each.title for each in (*RULES.values(), HAND)} | {"safety": _("Safety")}
NO_URGENCY = 99


def spec_of(rule: str) -> Rule:
    """Return a rule's default; flags of rules that are no more are shown last."""
    return HAND if rule == BY_HAND else RULES.get(rule) or replace(HAND, id=rule, kind=rule, urgency=50)


def kind_of(rule: str) -> str:
    """Return what a flag of this rule is shown as."""
    return spec_of(rule).kind


class RuleSettings:
    """The rules of a clinic as it and its patients' therapists set them, read in one query.

    Args:
        clinic_id: the clinic, in whose scope this runs.
        patient_ids: whose personal settings to read; None reads all.
    """

    def __init__(self, clinic_id: UUID, patient_ids: Iterable[UUID] | None = None) -> None:
        rows = FlagRule.objects.filter(clinic_id=clinic_id)
        if patient_ids is not None:
            rows = rows.filter(patient=None) | rows.filter(patient_id__in=list(patient_ids))
        self._rows = {(each.rule, each.patient_id): each for each in rows}

    def every(self, patient_id: UUID | None = None) -> list[Rule]:
        """Return each rule as it stands for a patient, or for the clinic; switched off ones too."""
        return [self._merged(each, patient_id) for each in RULES.values()]

    def active(self, rule: str, patient_id: UUID | None = None) -> Rule | None:
        """Return a rule as it stands, None when it is switched off."""
        found = self._merged(RULES[rule], patient_id)
        return found if found.enabled else None

    def version(self, patient_id: UUID | None = None) -> int:
        """Return a number that grows with each change of this level's settings."""
        return 1 + sum(row.row_version for (_, owner), row in self._rows.items() if owner == patient_id)

    def _merged(self, rule: Rule, patient_id: UUID | None) -> Rule:
        levels = [("clinic", self._rows.get((rule.id, None)))]
        if patient_id is not None:
            levels.append(("patient", self._rows.get((rule.id, patient_id))))
        for level, row in levels:
            given = {} if row is None else {
                name: value
                for name in ("enabled", "threshold", "clear", "window")
                if (value := getattr(row, name)) is not None
            }  # fmt: skip
            if given:
                rule = replace(rule, **given, set_by=level)
        return rule
