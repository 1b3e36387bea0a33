"""Rules that a session decides: pain, decline, lost frames, a side that is left out."""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from clinic_server.progress.flags import Finding, Judged
from clinic_server.progress.models import MetricDefinition, MetricResult
from clinic_server.progress.trends import BY_METRIC, LOW_QUALITY, OUTCOMES
from clinic_server.recordings.models import Session, Trial

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.db.models import QuerySet

    from clinic_server.progress.rule_specs import Rule
    from clinic_server.recordings.models import UrgentEvent

PAIN_RISE = 3
"""A rise of pain within a session that counts, whatever the threshold (SCIENCE 4.3)."""
_BASELINE_SESSIONS = 2
_BAND_Z = 1.2816
"""Half width of an 80 % band in standard deviations."""
_LEAST_TRIALS = 10
"""Fewer reaches to a side are not judged."""


def events_of_session(session: Session) -> list[tuple[str, Finding]]:
    """Return what a session reports by itself, by rule: a warning symptom."""
    if not session.warning:
        return []
    found = Finding(
        f"session:{session.id}", "symptom", {"symptom": session.warning}, None, "one session", session.id
    )
    return [("fall_event", found)]


def urgent(event: UrgentEvent, session_id: UUID | None, pain_threshold: float) -> tuple[str, Finding] | None:
    """Return the rule and the finding of an urgent event, None for pain below the threshold.

    Pain that stopped a session is the same matter as that session's pain, which arrives later.
    """
    same = event.what in ("pain", "symptom") and event.session_id is not None
    about = f"session:{event.session_id}" if same else f"event:{event.id}"
    words: dict[str, Any] = {}
    if event.what == "pain":
        if event.pain is None or event.pain < pain_threshold:
            return None
        words = {"pain": event.pain}
    if event.what == "symptom":
        words = {"symptom": event.detail or "not named"}
    rule = "pain_up" if event.what == "pain" else "fall_event"
    message = "pain_event" if event.what == "pain" else event.what
    value = None if event.pain is None else float(event.pain)
    return rule, Finding(about, message, words, value, "one event", session_id)


def pain(rule: Rule, session: Session) -> Finding | None:
    """Pain in one session: severe, or risen within it."""
    before, after = session.pain_before, session.pain_after
    worst = max((each for each in (before, after) if each is not None), default=None)
    rise = after - before if after is not None and before is not None else 0
    about = f"session:{session.id}"
    if worst is not None and worst >= rule.threshold:
        return Finding(about, "pain_high", {"pain": worst}, float(worst), "one session", session.id)
    if rise >= PAIN_RISE:
        words = {"rise": rise, "before": before, "after": after}
        return Finding(about, "pain_rise", words, float(worst or 0), "one session", session.id)
    return None


def pain_median(rule: Rule, session: Session) -> Judged:
    """The median of the last sessions' worst pain against as many before."""
    rows = _usable(session).order_by("-started_at", "-device_seq")
    told = rows.values_list("pain_before", "pain_after")[: 4 * rule.window]
    pains = [max(p for p in each if p is not None) for each in told if any(p is not None for p in each)]
    if len(pains) < 2 * rule.window:
        return Judged()
    now, before = median(pains[: rule.window]), median(pains[rule.window : 2 * rule.window])
    if now - before < rule.clear:
        return Judged(is_over=now <= before)
    words = {"rise": now - before, "sessions": rule.window, "before": before, "after": now}
    finding = Finding(
        f"median:{session.id}", "pain_median", words, float(now), f"last {rule.window} sessions", session.id
    )
    return Judged(finding)


def decline(rule: Rule, session: Session) -> Judged:
    """Worse than the baseline's band, or less kept overnight than gained, in most of the last sessions."""
    judged = [_retention(rule, session), _below_baseline(rule, session)]
    told = [each for each in judged if each is not None]
    found = next((each.finding for each in told if each.finding), None)
    return Judged(found, is_over=bool(told) and found is None and all(each.is_over for each in told))


def _retention(rule: Rule, session: Session) -> Judged | None:
    rows = list(
        _results(session, "retention").order_by("-session__started_at", "-session__device_seq")[: rule.window]
    )
    if not rows:
        return None
    lost = [row for row in rows if row.value is not None and row.value < 0.0]
    if len(lost) < rule.threshold:
        return Judged(is_over=len(lost) <= rule.clear)
    kept = median(row.value for row in lost if row.value is not None)
    words = {"count": len(lost), "of": len(rows), "percent": round(100 * kept)}
    about, window = f"retention:{lost[-1].session_id}", f"last {len(rows)} with a next-day probe"
    return Judged(Finding(about, "retention", words, kept, window, lost[0].session_id))


def _below_baseline(rule: Rule, session: Session) -> Judged | None:
    """The band is 80 % of single sessions about the baseline's level, by the noise of successive
    differences, which a trend does not inflate."""
    for outcome in OUTCOMES:
        rows = list(
            _results(session, outcome.metric)
            .filter(quality__gte=LOW_QUALITY)
            .order_by("session__started_at", "session__epoch", "session__device_seq")
            .values_list("value", "session_id")
        )
        if not rows:
            continue
        values = [_size(outcome.metric, value) for value, _ in rows]
        if len(values) < _BASELINE_SESSIONS + rule.window:
            return None
        sign = -1.0 if outcome.higher_is_better else 1.0
        steps = [later - earlier for earlier, later in pairwise(values)]
        noise = (sum(each * each for each in steps) / len(steps) / 2.0) ** 0.5
        bound = sign * median(values[:_BASELINE_SESSIONS]) + _BAND_Z * noise
        worse = [each for each in rows[-rule.window :] if sign * _size(outcome.metric, each[0]) > bound]
        if len(worse) < rule.threshold:
            return Judged(is_over=len(worse) <= rule.clear)
        words = {"count": len(worse), "of": rule.window}
        finding = Finding(
            f"baseline:{worse[0][1]}", "below_baseline", words, values[-1],
            f"last {rule.window} valid sessions", worse[-1][1],
        )  # fmt: skip
        return Judged(finding)
    return None


def data_quality(rule: Rule, session: Session) -> Judged:
    """Too many frames lost in as many sessions in a row as the window."""
    rows = list(
        _results(session, "dropout_share").order_by("-session__started_at", "-session__device_seq")[
            : rule.window
        ]
    )
    shares = [row.value for row in rows if row.value is not None]
    if not shares or shares[0] <= rule.clear:
        return Judged(is_over=bool(shares))
    if len(shares) < rule.window or min(shares) <= rule.threshold:
        return Judged()
    told = " and ".join(f"{100 * each:.0f}" for each in reversed(shares[:2]))
    finding = Finding(
        f"lost:{rows[-1].session_id}", "data_quality", {"percent": told}, shares[0],
        f"last {rule.window} sessions", rows[0].session_id,
    )  # fmt: skip
    return Judged(finding)


def neglect_asym(rule: Rule, session: Session) -> Judged:
    """Reaches begun to one side far more often than to the other, of equally many offered.

    A reach counts as begun when a movement was found in it. Targets straight ahead and behind are left out.
    """
    newest = list(
        _usable(session).order_by("-started_at", "-device_seq").values_list("id", flat=True)[: rule.window]
    )
    begun = Count("id", filter=Q(reaction_time_s__isnull=False))
    is_right, is_left = (
        Q(target_deg__gt=-80, target_deg__lt=80),
        Q(target_deg__gt=100) | Q(target_deg__lt=-100),
    )
    counts: dict[UUID, dict[str, tuple[int, int]]] = {}
    for side, where in (("right", is_right), ("left", is_left)):
        rows = Trial.objects.filter(where, session_id__in=newest, interrupted=False).order_by()
        for row in rows.values("session_id").annotate(offered=Count("id"), begun=begun):
            counts.setdefault(row["session_id"], {})[side] = (row["offered"], row["begun"])
    ratios = [_ratio(counts.get(each, {})) for each in newest]
    if not ratios or ratios[0] is None:
        return Judged()
    known = [each for each in ratios if each is not None]
    for message, towards in (("leaves_left", known), ("leaves_right", [1.0 / each for each in known])):
        if len(known) == len(ratios) == rule.window and min(towards) > rule.threshold:
            words = {"ratio": round(median(towards), 1), "sessions": rule.window}
            finding = Finding(
                f"{message}:{newest[-1]}", message, words, median(towards),
                f"last {rule.window} sessions", newest[0],
            )  # fmt: skip
            return Judged(finding)
    return Judged(is_over=1.0 / rule.clear <= known[0] <= rule.clear)


def _ratio(sides: dict[str, tuple[int, int]]) -> float | None:
    """Right over left; with none begun on a side, as if half a reach had been."""
    right, left = sides.get("right", (0, 0)), sides.get("left", (0, 0))
    if right[0] < _LEAST_TRIALS or left[0] < _LEAST_TRIALS:
        return None
    return (max(right[1], 0.5) / right[0]) / (max(left[1], 0.5) / left[0])


def _usable(session: Session) -> QuerySet[Session]:
    return Session.objects.filter(patient_id=session.patient_id, status=Session.Status.OK)


def _results(session: Session, metric: str) -> QuerySet[MetricResult]:
    rows = MetricResult.objects.filter(
        patient_id=session.patient_id, metric=metric, scope="", value__isnull=False,
        session__status=Session.Status.OK,
    )  # fmt: skip
    current = MetricDefinition.objects.filter(metric=metric, is_current=True).values_list(
        "version", flat=True
    )
    newest = current.first()
    return rows if newest is None else rows.filter(version=newest)


def _size(metric: str, value: float | None) -> float:
    return abs(value or 0.0) if BY_METRIC[metric].is_bias else value or 0.0


STATES: dict[str, Callable[[Rule, Session], Judged]] = {
    "decline": decline,
    "data_quality": data_quality,
    "neglect_asym": neglect_asym,
}
