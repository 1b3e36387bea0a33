"""How a flag rises, is kept up to date, and ends. No actor: the judge's own writes, in the clinic's scope."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from clinic_server.progress import reasons
from clinic_server.progress.models import Flag

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clinic_server.progress.rule_specs import Rule


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found. `about` names the matter: the same matter is one flag, however often it is found."""

    about: str
    message: str
    words: dict[str, Any]
    value: float | None
    window: str
    session_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A rule's judgement of a state: `finding` when it is beyond the threshold, `is_over` when it is back
    within the clearing bound; between the two a standing flag stands and no new one rises."""

    finding: Finding | None = None
    is_over: bool = False


@dataclass(slots=True)
class StandingFlags:
    """The newest flag of each rule and patient whose cause still stands, acknowledged or not.

    What happened once (`session:`, `event:`) has no end, so it is not among them.
    """

    rows: dict[tuple[UUID, str], Flag] = field(default_factory=dict)

    @classmethod
    def of(cls, patient_ids: Iterable[UUID]) -> StandingFlags:
        once = Q(about__startswith="session:") | Q(about__startswith="event:")
        rows = Flag.objects.filter(~once, patient_id__in=list(patient_ids), cleared_at=None)
        return cls({(each.patient_id, each.rule): each for each in rows.order_by("raised_at")})

    def has(self, rule: Rule, patient_id: UUID) -> bool:
        return (patient_id, rule.id) in self.rows

    def settle(self, rule: Rule, judged: Judged, *, patient_id: UUID, clinic_id: UUID) -> bool:
        """Raise, keep up or end the flag of a state; return whether a new one rose."""
        standing = self.rows.get((patient_id, rule.id))
        if judged.finding is None:
            if standing is not None and judged.is_over:
                standing.cleared_at = timezone.now()
                standing.save(update_fields=["cleared_at"])
                del self.rows[patient_id, rule.id]
            return False
        if standing is None:
            flag, created = rise(rule, judged.finding, patient_id=patient_id, clinic_id=clinic_id)
            self.rows[patient_id, rule.id] = flag
            return created
        _keep_up(standing, rule, judged.finding)
        return False


def rise(rule: Rule, finding: Finding, *, patient_id: UUID, clinic_id: UUID) -> tuple[Flag, bool]:
    """Raise a flag once for what it is about, and return it and whether it is new.

    One that was cleared stands again; one that was acknowledged stays acknowledged.
    """
    flag, created = Flag.objects.get_or_create(
        patient_id=patient_id,
        rule=rule.id,
        about=finding.about[:80],
        defaults={
            "clinic_id": clinic_id,
            "reason": reasons.in_english(finding.message, finding.words)[:400],
            "message": finding.message,
            "words": finding.words,
            "value": finding.value,
            "threshold": rule.threshold,
            "window": finding.window[:80],
            "session_id": finding.session_id,
            "raised_at": timezone.now(),
        },
    )
    if not created:
        if flag.cleared_at is not None:
            flag.cleared_at = None
            flag.save(update_fields=["cleared_at"])
        _keep_up(flag, rule, finding)
    return flag, created


def _keep_up(flag: Flag, rule: Rule, finding: Finding) -> None:
    """Tell a standing flag's newest numbers; what somebody acknowledged stays as they saw it."""
    if flag.acknowledged_at is not None or (flag.message, flag.words) == (finding.message, finding.words):
        return
    flag.reason = reasons.in_english(finding.message, finding.words)[:400]
    flag.message, flag.words, flag.value = finding.message, finding.words, finding.value
    flag.window, flag.threshold = finding.window[:80], rule.threshold
    flag.save(update_fields=["reason", "message", "words", "value", "window", "threshold"])
