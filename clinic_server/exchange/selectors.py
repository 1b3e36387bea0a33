"""A session as files: exactly the sealed bytes, and the trajectory as a table."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING
from uuid import UUID

from clinic_server.recordings.selectors import session_file, session_trajectory

if TYPE_CHECKING:
    from clinic_server.core.actors import Actor

COLUMNS = ("t_s", "x_mm", "y_mm", "filtered_x_mm", "filtered_y_mm", "confidence", "flags")


def sealed_file(actor: Actor, session_id: UUID) -> tuple[str, bytes]:
    """Return a name and the sealed file as it came; raises as `patients.selectors.patient_for`."""
    session, data = session_file(actor, session_id)
    return f"{session.id}.movere", data


def trajectory_csv(actor: Actor, session_id: UUID) -> tuple[str, bytes]:
    """Return a name and the trajectory as CSV, a row a tick; raises as `session_trajectory`."""
    found = session_trajectory(actor, session_id)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    columns = [getattr(found, name).round(6).tolist() for name in COLUMNS]
    writer.writerows(zip(*columns, strict=True))
    return f"{found.session_id}_trajectory.csv", text.getvalue().encode()
