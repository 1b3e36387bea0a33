"""What an exported trajectory can still tell: the tick stream alone, without trials or raw samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shared.metrics._rows import Value, row
from shared.metrics.compute import families
from shared.metrics.spec import MetricRow, Missing
from shared.wire.streams import FLAG_LOST

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLUMNS = ("t_s", "x_mm", "y_mm", "filtered_x_mm", "filtered_y_mm", "confidence", "flags")
"""The columns of the clinic's export, a row a tick."""
_DROPOUTS = "dropout_share"


def is_trajectory(begins: bytes) -> bool:
    """Say whether a file that begins so is an exported trajectory: a CSV of these columns or their JSON."""
    text = begins.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{"):
        return b'"session_id"' in text or b'"t_s"' in text
    return COLUMNS[0].encode() in [each.strip(b' "\r') for each in text.partition(b"\n")[0].split(b",")]


def compute_trajectory(flags: NDArray[np.float64]) -> list[MetricRow]:
    """Return one row for every metric of a recording, in its order; most say what the export does not carry.

    Args:
        flags: shape (ticks,), the export's column: 1 held, 2 lost, 3 both.
    """
    lost = float(np.mean((flags.astype(np.int64) & FLAG_LOST) > 0)) if len(flags) else None
    rows = []
    for name, family in families().items():
        why = "trajectory_without_raw_samples" if name == "signal" else "trajectory_without_trials"
        for spec in family.specs:
            known = lost is not None and spec.id == _DROPOUTS
            rows.append(row(spec, "", Value(lost or 0.0, len(flags)) if known else Missing(why)))
    return rows
