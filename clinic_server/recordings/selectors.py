"""Reads of sessions, for people. The sealed bytes are opened here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
from django.db.models import QuerySet

from clinic_server.core import access
from clinic_server.core.actors import Actor
from clinic_server.core.problems import Problem, not_found
from clinic_server.patients.selectors import patient_for, patients_visible
from clinic_server.recordings import storage
from clinic_server.recordings.models import Bundle, Session, Trial, UrgentEvent
from shared.errors import WireError
from shared.wire.codec import decode_recording, open_sealed
from shared.wire.events import CourseOn
from shared.wire.session import Recording
from shared.wire.streams import stream_columns
from shared.wire.sync import Manifest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def session_list(
    actor: Actor,
    *,
    patient_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    status: str = "",
) -> QuerySet[Session]:
    """Return sessions of one patient, or of all that the actor cares for; order and paging by the caller.

    Raises:
        Problem: as `patient_for`.
    """
    rows = Session.objects.filter(clinic_id=actor.clinic_id)
    if patient_id is None:
        actor.require("session.read")
        rows = rows.filter(patient__in=patients_visible(actor))
        access.write(actor, "session.list")
    else:
        patient, relation = patient_for(actor, patient_id, "session.read")
        rows = rows.filter(patient=patient)
        access.write(actor, "session.list", patient_id=patient.id, relation=relation)
    if since is not None:
        rows = rows.filter(started_at__gte=since)
    if until is not None:
        rows = rows.filter(started_at__lte=until)
    return rows.filter(status=status) if status else rows


def session_for(actor: Actor, session_id: UUID) -> tuple[Session, str]:
    """Return a session and the actor's relation to its patient. Not logged; raises as `patient_for`."""
    session = (
        Session.objects.select_related("patient").filter(id=session_id, clinic_id=actor.clinic_id).first()
    )
    if session is None:
        raise not_found()
    _, relation = patient_for(actor, session.patient_id, "session.read")
    return session, relation


def session_get(actor: Actor, session_id: UUID) -> Session:
    """Return one session; raises as `patient_for`."""
    session, relation = session_for(actor, session_id)
    access.write(
        actor, "session.read", patient_id=session.patient_id, subject_id=session.id, relation=relation
    )
    return session


def session_trials(actor: Actor, session_id: UUID) -> list[Trial]:
    """Return the trials of a session in order; raises as `patient_for`."""
    session, relation = session_for(actor, session_id)
    access.write(
        actor, "session.trials", patient_id=session.patient_id, subject_id=session.id, relation=relation
    )
    return list(Trial.objects.filter(session=session))


@dataclass(frozen=True, slots=True)
class Trajectory:
    """The tick stream of a session: time in s, positions in mm (raw and filtered), confidence in percent,
    flags (1 held, 2 lost); arrays of shape (ticks,). `unit` says what a millimetre means (`m` real hand
    space, `counts` nominal, `norm` a picture without a scale). `courses` holds what was to be followed, by
    trial, in tracking games."""

    session_id: UUID
    unit: str
    t_s: NDArray[np.float64]
    x_mm: NDArray[np.float64]
    y_mm: NDArray[np.float64]
    filtered_x_mm: NDArray[np.float64]
    filtered_y_mm: NDArray[np.float64]
    confidence: NDArray[np.int64]
    flags: NDArray[np.int64]
    courses: dict[int, CourseOn] = field(default_factory=dict)


def session_trajectory(actor: Actor, session_id: UUID) -> Trajectory:
    """Return the samples of a session.

    Raises:
        Problem: as `patient_for`; 409 `no_trajectory` when the session holds none that can be read.
    """
    session, relation = session_for(actor, session_id)
    access.write(
        actor, "session.trajectory", patient_id=session.patient_id, subject_id=session.id, relation=relation
    )
    try:
        recording = recording_of(session)
        columns = stream_columns(recording, "tick")
    except WireError as error:
        raise Problem(409, "no_trajectory", f"this session's samples can't be read: {error}") from error
    if not columns:
        raise Problem(409, "no_trajectory", "this session came without samples (a summary)")
    rows = len(columns["x_um"])
    return Trajectory(
        session_id=session.id,
        unit=recording.device.unit,
        t_s=columns.get("tick", _numbers(rows)) / float(recording.tick_hz),
        x_mm=columns["x_um"] / 1000.0,
        y_mm=columns["y_um"] / 1000.0,
        filtered_x_mm=columns["fx_um"] / 1000.0,
        filtered_y_mm=columns["fy_um"] / 1000.0,
        confidence=columns["confidence"],
        flags=columns["flags"],
        courses={each.trial: each for each in recording.events if isinstance(each, CourseOn)},
    )


def session_file(actor: Actor, session_id: UUID) -> tuple[Session, bytes]:
    """Return the sealed file of a session exactly as it came; raises as `patient_for`."""
    session, relation = session_for(actor, session_id)
    access.write(
        actor, "session.export", patient_id=session.patient_id, subject_id=session.id, relation=relation
    )
    return session, storage.get(session.bundle.storage_key)


def urgent_events(actor: Actor, patient_id: UUID) -> list[UrgentEvent]:
    """Return a patient's urgent events, newest first; raises as `patient_for`."""
    patient, relation = patient_for(actor, patient_id, "session.read")
    access.write(actor, "urgent_event.list", patient_id=patient.id, relation=relation)
    return list(UrgentEvent.objects.filter(patient=patient).order_by("-at"))


def bundle_document(bundle: Bundle) -> bytes:
    """Open a stored bundle's bytes; no actor, so for workers and the callers above only.

    Raises:
        SealError: the bytes are not what their manifest says.
        FileNotFoundError: the storage has lost them.
    """
    manifest = msgspec.convert(bundle.manifest, Manifest)
    return open_sealed(
        storage.get(bundle.storage_key),
        size_raw=manifest.size_raw,
        sha256_file=manifest.sha256_file,
        sha256_raw=manifest.sha256_raw,
    )


def recording_of(session: Session) -> Recording:
    """Decode a session's recording; raises as `bundle_document`, and WireError when it is broken."""
    return decode_recording(bundle_document(session.bundle))


def _numbers(rows: int) -> NDArray[np.int64]:
    import numpy

    return numpy.arange(rows, dtype=numpy.int64)
