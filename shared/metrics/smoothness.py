"""How smooth the reaches are: SPARC, and the log dimensionless jerk in both forms, by two names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.metrics._rows import median_of, scoped
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec

if TYPE_CHECKING:
    from shared.metrics._session import SessionData

SPARC = MetricSpec(
    id="sparc",
    # Version 2 leaves out trials whose hand spans more than 2 m or is faster than 15 m/s.
    version=2,
    name="Smoothness (SPARC)",
    unit="1",
    better="higher",
    definition="Spectral arc length of the unfiltered speed from go to the trial's end, at 100 Hz, up to 10 "
    "Hz and from the first to the last bin of at least 5 % of the spectrum's peak; more negative is less "
    "smooth, a minimum-jerk reach has about -1.41. Median over the valid practice trials.",
    source="Balasubramanian et al. 2015, J NeuroEng Rehabil 12:112",
    needs=("hand",),
    min_rate_hz=25.0,
    max_jitter_ms=20.0,
)
LDLJ = MetricSpec(
    id="ldlj",
    # Version 2 leaves out trials whose hand spans more than 2 m or is faster than 15 m/s.
    version=2,
    name="Smoothness (log dimensionless jerk, vector)",
    unit="1",
    better="higher",
    definition="-ln(T^3 / v_peak^2 * integral of |d2v/dt2|^2) of the velocity vector from onset to end, at "
    "100 Hz after the 8 Hz filter. Mostly tracks duration; compare only with the same filter and onset "
    "rule, and never with the speed form. Median over the valid practice trials.",
    source="Balasubramanian et al. 2015, J NeuroEng Rehabil 12:112; vector form after Mohamed Refai et al. "
    "2021, J NeuroEng Rehabil 18:154",
    needs=("hand",),
    min_rate_hz=50.0,
    max_jitter_ms=20.0,
)
LDLJ_SPEED = MetricSpec(
    id="ldlj_speed",
    version=1,
    name="Smoothness (log dimensionless jerk, speed)",
    unit="1",
    better="higher",
    definition="-ln(T^3 / v_peak^2 * integral of (d2v/dt2)^2) of the speed from onset to end, at 100 Hz "
    "after the 8 Hz filter. It does not see a turn at even speed, so on a curved path the two forms differ. "
    "Median over the valid practice trials.",
    source="Balasubramanian et al. 2015, J NeuroEng Rehabil 12:112",
    needs=("hand",),
    min_rate_hz=50.0,
    max_jitter_ms=20.0,
)


def compute(session: SessionData) -> list[MetricRow]:
    return [
        *scoped(SPARC, session, lambda trials: median_of(trials, lambda trial: trial.sparc)),
        *scoped(LDLJ, session, lambda trials: median_of(trials, lambda trial: trial.ldlj)),
        *scoped(LDLJ_SPEED, session, lambda trials: median_of(trials, lambda trial: trial.ldlj_speed)),
    ]


METRICS = MetricFamily(specs=(SPARC, LDLJ, LDLJ_SPEED), compute=compute)
