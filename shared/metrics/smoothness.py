"""How smooth the reaches are: SPARC, and the log dimensionless jerk in its vector form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.metrics._rows import median_of, scoped
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec

if TYPE_CHECKING:
    from shared.metrics._session import SessionData

SPARC = MetricSpec(
    id="sparc",
    version=1,
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
    version=1,
    name="Smoothness (log dimensionless jerk)",
    unit="1",
    better="higher",
    definition="-ln(T^3 / v_peak^2 * integral of |d2v/dt2|^2) of the velocity vector from onset to end, at "
    "100 Hz after the 8 Hz filter. Mostly tracks duration; compare only with the same filter and onset "
    "rule. Median over the valid practice trials.",
    source="Balasubramanian et al. 2015, J NeuroEng Rehabil 12:112; vector form after Mohamed Refai et al. "
    "2021, J NeuroEng Rehabil 18:154",
    needs=("hand",),
    min_rate_hz=50.0,
    max_jitter_ms=20.0,
)


def compute(session: SessionData) -> list[MetricRow]:
    return [
        *scoped(SPARC, session, lambda trials: median_of(trials, lambda trial: trial.sparc)),
        *scoped(LDLJ, session, lambda trials: median_of(trials, lambda trial: trial.ldlj)),
    ]


METRICS = MetricFamily(specs=(SPARC, LDLJ), compute=compute)
