"""Take plans between sessions: check one whole, put it in force in one transaction, say what became of it.

A plan that this client can't play is kept and the old one stays in force; it is looked at again at every
sync, so that an upgraded client takes it without the clinic doing anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from game_client.session.blocks import blocks_of
from game_client.sync.clinic import RawPlan
from shared.errors import PlanError, WireError
from shared.wire.codec import decode_json, sha256
from shared.wire.plan import PLAN_SCHEMA, Plan
from shared.wire.sync import Applied

if TYPE_CHECKING:
    from game_client.journal.outbox import Outbox, StoredPlan
    from game_client.sync.clinic import Clinic


class _Head(Struct):
    schema: int
    revision: int


def plan_in_force(outbox: Outbox) -> Plan | None:
    """Return the plan that is played now, None when there is none."""
    stored = outbox.plan()
    return None if stored is None else _read(stored.envelope)


def take_plans(outbox: Outbox, clinic: Clinic, *, now_utc_ms: int) -> bool:
    """Fetch what is new, judge it, report it. Returns whether another plan is in force now.

    Raises:
        AwayError, NeedsPairingError: what was delivered before that is kept.
    """
    before = outbox.plan()
    stored = outbox.plans()
    newest = stored[-1].revision if stored else 0
    answer = clinic.plans_after(newest)
    if answer is not None:
        delivered = [(_revision_of(each, answer.revision), each) for each in answer.plans]
        for revision, raw in sorted(delivered, key=lambda each: each[0]):
            if revision > newest:
                _judge(outbox, revision, raw, now_utc_ms)
                newest = revision
        if answer.revision > newest:  # a newer revision without a plan: paused or completed
            outbox.store_plan(answer.revision, "", b"", outcome="withdrawn", now_utc_ms=now_utc_ms)
    _look_again(outbox, now_utc_ms)
    for each in outbox.plans():
        if not each.reported:
            clinic.report_plan(each.revision, _report(each))
            outbox.plan_reported(each.revision)
    return outbox.plan() != before


def verdict_on(raw: RawPlan) -> tuple[str, str]:
    """Judge a delivered plan: (`applied`, "") or (the reason to keep the old one, a sentence)."""
    data = bytes(raw.plan)
    if sha256(data) != raw.sha256:
        return "plan_damaged", "the plan's hash differs from its envelope"
    try:
        head = decode_json(data, _Head)
        if head.schema > PLAN_SCHEMA:
            return "plan_too_new", f"the plan has schema {head.schema}, this game reads up to {PLAN_SCHEMA}"
        blocks_of(decode_json(data, Plan))
    except PlanError as error:
        return f"plan_{error.code}", f"{error.pointer}: {error.detail}"
    except WireError as error:
        return "plan_invalid", str(error)
    return "applied", ""


def _judge(outbox: Outbox, revision: int, raw: RawPlan, now_utc_ms: int) -> None:
    outcome, _ = verdict_on(raw)
    outbox.store_plan(revision, raw.sha256, msgspec.json.encode(raw), outcome=outcome, now_utc_ms=now_utc_ms)


def _look_again(outbox: Outbox, now_utc_ms: int) -> None:
    """Judge the newest delivery again when it was kept from being played."""
    stored = outbox.plans()
    if stored and stored[-1].outcome not in ("applied", "withdrawn"):
        last = stored[-1]
        raw = decode_json(last.envelope, RawPlan)
        if verdict_on(raw)[0] != last.outcome:
            _judge(outbox, last.revision, raw, now_utc_ms)


def _report(stored: StoredPlan) -> Applied:
    if stored.outcome in ("applied", "withdrawn"):
        return Applied(outcome="applied")
    _, detail = verdict_on(decode_json(stored.envelope, RawPlan))
    return Applied(outcome="kept_old", reason=stored.outcome, detail=detail[:200])


def _revision_of(raw: RawPlan, otherwise: int) -> int:
    try:
        return decode_json(bytes(raw.plan), _Head).revision
    except WireError:
        return otherwise


def _read(envelope: bytes) -> Plan:
    return decode_json(bytes(msgspec.json.decode(envelope, type=RawPlan).plan), Plan)
