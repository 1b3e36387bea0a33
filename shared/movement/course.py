"""The centre line of a course to follow: a sum of sines.

Scalar, so that a game that steps on it replays bit for bit. The wire event `CourseOn` carries the sines.
"""

from __future__ import annotations

import math

Waves = tuple[tuple[float, float, float], ...]
"""amplitude (m), frequency (Hz) and phase (rad) of each sine."""


def centre_m(waves: Waves, t_s: float) -> float:
    """Return where the centre line is, in metres to the right, t_s seconds after the course began."""
    return sum(amplitude * math.sin(math.tau * hz * t_s + phase) for amplitude, hz, phase in waves)
