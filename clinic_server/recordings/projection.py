"""From a recording's bytes to rows. Made again by `manage.py reproject`; nothing here is the truth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import numpy as np

from clinic_server.plans.models import Plan
from clinic_server.recordings.models import Bundle, Session, Trial, UrgentEvent
from shared.errors import NewerSchemaError, WireError
from shared.wire.codec import decode_event, decode_recording
from shared.wire.events import Alert
from shared.wire.session import ClientMetric, ClockSample, PlayedBlock, Recording
from shared.wire.streams import stream_columns
from shared.wire.trials import TrialView, trials_of

_ABSURD_UM = 10_000_000
"""Ten metres from the middle: no hand was there, whatever the numbers say."""


def session_of(bundle: Bundle, raw: bytes) -> tuple[Session, list[Trial]]:
    """Read a session and its trials from a document; not saved.

    A document that breaks the contract, or whose samples can't be, gives a session marked unusable with
    the reason, so that it is seen and nobody computes with it.

    Raises:
        NewerSchemaError: the document is newer than this server.
    """
    try:
        recording = decode_recording(raw)
    except NewerSchemaError:
        raise
    except WireError as error:
        return _unusable(bundle, str(error)), []
    reason = _samples_reason(recording)
    session = _session(bundle, recording)
    views = trials_of(recording.events)
    for number, block in enumerate(session.blocks):
        block |= _difficulty([each for each in views if each.start.block == number])
    if reason:
        session.status, session.unusable_reason = Session.Status.UNUSABLE, reason[:400]
    trials = [_trial(bundle, session, view, recording.tick_hz) for view in views]
    judged = [each for each in trials if each.success is not None and each.phase in {"ramp", "practice"}]
    session.trial_count = len(trials)
    session.judged_count = len(judged)
    session.success_count = sum(1 for each in judged if each.success)
    numbers = [each.number for each in trials]
    if len(set(numbers)) != len(numbers):
        session.status = Session.Status.UNUSABLE
        session.unusable_reason = "two trials of this session carry the same number"
        return session, []
    return session, trials


def urgent_event_of(bundle: Bundle, raw: bytes) -> UrgentEvent:
    """Read an urgent event from a document; not saved.

    Raises:
        WireError: it breaks the contract, or is newer than this server (NewerSchemaError).
    """
    event = decode_event(raw)
    return UrgentEvent(
        id=bundle.id,
        bundle=bundle,
        clinic_id=bundle.clinic_id,
        patient_id=bundle.patient_id,
        profile_id=bundle.profile_id,
        at=_moment(event.at_utc_ms),
        what=event.what,
        session_id=event.session_id,
        pain=event.pain,
        detail=event.detail,
    )


def _moment(unix_ms: float) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=unix_ms)


def _unusable(bundle: Bundle, reason: str) -> Session:
    return Session(
        id=bundle.id,
        bundle=bundle,
        clinic_id=bundle.clinic_id,
        patient_id=bundle.patient_id,
        profile_id=bundle.profile_id,
        epoch=bundle.epoch,
        device_seq=bundle.device_seq,
        content=bundle.manifest.get("content", "full"),
        status=Session.Status.UNUSABLE,
        unusable_reason=f"the recording breaks the format: {reason}"[:400],
        started_at=bundle.received_at,
        local_date=bundle.received_at.date() if bundle.received_at else None,
    )


def _samples_reason(recording: Recording) -> str:
    """Return why a recording's samples can't be used; empty when they can."""
    try:
        for stream in ("tick", "raw", "flip"):
            columns = stream_columns(recording, stream)
            for name in ("x_um", "y_um", "fx_um", "fy_um"):
                values = columns.get(name)
                if values is not None and len(values) and int(np.abs(values).max()) > _ABSURD_UM:
                    return f"stream {stream}: column {name} leaves the ten metres in which a hand can be"
    except WireError as error:
        return str(error)
    return ""


def _session(bundle: Bundle, recording: Recording) -> Session:
    clock = recording.clock or _clock(bundle)
    offset_ms = clock.offset_ms if clock else 0.0
    local = timedelta(minutes=recording.utc_offset_min)
    started = _moment(recording.started_utc_ms + offset_ms) if clock else _moment(recording.started_utc_ms)
    plan_id = recording.plan.plan_id
    known = Plan.objects.filter(id=plan_id, patient_id=bundle.patient_id).exists() if plan_id else False
    before, after = recording.symptoms_before, recording.symptoms_after
    return Session(
        id=bundle.id,
        bundle=bundle,
        clinic_id=bundle.clinic_id,
        patient_id=bundle.patient_id,
        profile_id=bundle.profile_id,
        epoch=recording.epoch,
        device_seq=recording.device_seq,
        content=bundle.manifest.get("content", "full"),
        is_virtual=recording.virtual is not None,
        virtual_profile=recording.virtual.profile if recording.virtual else "",
        started_at=started,
        clock_uncertainty_ms=clock.uncertainty_ms if clock else None,
        local_date=(_moment(recording.started_utc_ms) + local).date(),
        duration_s=recording.ticks / recording.tick_hz,
        ended_reason=recording.ended_reason,
        app_version=recording.client.app_version,
        device_kind=recording.device.kind,
        device_unit=recording.device.unit,
        device_pointer=recording.device.pointer,
        device_calibrated=recording.device.calibrated,
        device_rate_hz=recording.device.rate_hz,
        device_latency_ms=recording.device.latency_ms,
        latency=_names(recording.latency) if recording.latency else None,
        plan_id=plan_id if known else None,
        plan_version=recording.plan.version,
        plan_revision=recording.plan.revision,
        games=list(dict.fromkeys(block.game for block in recording.blocks)),
        modes=list(dict.fromkeys(block.mode for block in recording.blocks)),
        blocks=[_block(block) for block in recording.blocks],
        alerts=[
            {"tick": each.tick, "code": each.code, "detail": each.detail}
            for each in recording.events
            if isinstance(each, Alert)
        ],
        pain_before=before.pain,
        pain_after=after.pain,
        effort_before=before.effort,
        effort_after=after.effort,
        warning=after.warning or before.warning or "",
        recovered_from=recording.recovered_from,
        client_metrics=[_metric(each) for each in recording.client_metrics],
    )


def _clock(bundle: Bundle) -> ClockSample | None:
    given = bundle.manifest.get("clock")
    return msgspec.convert(given, ClockSample) if given else None


def _names(struct: msgspec.Struct) -> dict[str, Any]:
    """A struct that travels as an array, as a mapping of plain values."""
    return {name: msgspec.to_builtins(getattr(struct, name)) for name in struct.__struct_fields__}


def _block(block: PlayedBlock) -> dict[str, Any]:
    return _names(block)


def _difficulty(views: list[TrialView]) -> dict[str, Any]:
    """How hard a block's practice was when it began and when it ended, and how it went."""
    practice = [each for each in views if each.start.phase in {"ramp", "practice"}]
    radii_mm = [1000 * each.start.target_radius_m for each in practice if each.start.target_radius_m > 0]
    zones_deg = [each.start.zone_half_deg for each in practice if each.start.zone_half_deg is not None]
    judged = [each.end.success for each in practice if each.end and each.end.success is not None]
    return {
        "target_radius_mm": _ends(radii_mm),
        "zone_half_deg": _ends(zones_deg),
        "judged": len(judged),
        "successes": sum(judged),
    }


def _ends(values: list[float]) -> list[float] | None:
    return [round(values[0], 2), round(values[-1], 2)] if values else None


def _metric(metric: ClientMetric) -> dict[str, Any]:
    return _names(metric)


def _trial(bundle: Bundle, session: Session, view: TrialView, tick_hz: int) -> Trial:
    start, end, feedback, report = view.start, view.end, view.feedback, view.aim_report
    reaction_s = None
    if view.go_tick is not None and view.onset_tick is not None:
        reaction_s = (view.onset_tick - view.go_tick) / tick_hz
    return Trial(
        clinic_id=bundle.clinic_id,
        session=session,
        number=start.trial,
        block=start.block,
        phase=start.phase,
        probe=view.probe or "",
        target=start.target,
        target_deg=start.target_deg,
        target_distance_mm=start.target_distance_m * 1000,
        rotation_deg=start.rotation_deg,
        clamp=start.clamp,
        shows=start.shows,
        feedback=start.feedback,
        rewarded=feedback.rewarded if feedback else None,
        error_deg=feedback.error_deg if feedback else None,
        cue_strength=start.cue_strength,
        aim_deg=start.aim_deg,
        aim_report_deg=report.aim_deg if report else None,
        outcome=end.outcome if end else "",
        success=end.success if end else None,
        hand_deg=end.hand_deg if end else None,
        endpoint_error_mm=end.endpoint_error_m * 1000 if end and end.endpoint_error_m is not None else None,
        movement_time_s=end.movement_time_s if end else None,
        reaction_time_s=reaction_s,
        interrupted=view.interrupted,
        start_tick=start.tick,
        last_tick=view.last_tick,
    )


def save(session: Session, trials: list[Trial]) -> None:
    """Write a session's projection over an earlier one, in the current transaction."""
    kept = Session.objects.filter(id=session.id).values_list("created_at", flat=True).first()
    if kept is not None:
        session.created_at = kept
        session._state.adding = False
        session.save(force_update=True)
    else:
        session.save(force_insert=True)
    Trial.objects.filter(session=session).delete()
    Trial.objects.bulk_create(trials, batch_size=500)
