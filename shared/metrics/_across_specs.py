"""The declarations of `shared.metrics.across`: what only several sessions can tell (SCIENCE 1.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.metrics._stop_signal import LEAST_RATE_HZ
from shared.metrics.spec import MetricSpec

if TYPE_CHECKING:
    from typing import Literal


def _spec(
    metric: str,
    name: str,
    unit: str,
    better: Literal["higher", "lower", "neither"],
    definition: str,
    *,
    version: int = 1,
    source: str = "SCIENCE 1.5",
    needs: tuple[Literal["hand", "events"], ...] = ("hand",),
    min_rate_hz: float = 25.0,
    max_jitter_ms: float = 20.0,
) -> MetricSpec:
    return MetricSpec(
        id=metric,
        version=version,
        name=name,
        unit=unit,
        better=better,
        definition=definition,
        source=source,
        needs=needs,
        min_rate_hz=min_rate_hz,
        max_jitter_ms=max_jitter_ms,
    )


RETENTION = _spec(
    "retention",
    "Retention",
    "1",
    "higher",
    "Next-day probe gain over same-day probe gain: the fall of the probe's absolute bias from the earlier "
    "session's opening probe to this session's, over its fall to the earlier session's closing probe. The "
    "earlier session is the one just before; Missing unless it began 12-96 h ago, and when the same-day gain "
    "is below 1 SD between probes.",
    version=2,
)
DELAY = _spec(
    "retention_delay_h",
    "Delay of the next-day probe",
    "h",
    "neither",
    "Hours from the beginning of the session before to this one's; Missing unless 12-96.",
    needs=("events",),
    min_rate_hz=0.0,
)
RETAINED_GAIN = _spec(
    "retained_gain_deg",
    "Retained gain",
    "deg",
    "higher",
    "Absolute bias of the baseline probe (the mean of the opening probes up to the first session with "
    "practice) less that of this session's opening probe, which must come 12-96 h after the session before; "
    "better positive. Quality 0.5 while the baseline is a single probe.",
    version=2,
)
RETAINED_SD = _spec(
    "retained_gain_sd",
    "Retained gain, in between-probe SDs",
    "SD",
    "higher",
    "The retained gain over the standard deviation between repeated probes: the person's own once there are "
    "five probes before any practice; until then the spread of the probe's own reaches over the root of "
    "their number, times the ratio by which repeated probes scatter more than that, pooled over people.",
)
RETAINED_PRECISION = _spec(
    "retained_precision_deg",
    "Retained gain in precision",
    "deg",
    "higher",
    "Variable error of the baseline probe (the opening probes up to the first session with practice, root "
    "mean square) less that of this session's opening probe, 12-96 h after the session before; better "
    "positive. Quality 0.5 while the baseline is a single probe.",
)
RETAINED_SPEED = _spec(
    "retained_speed_s",
    "Retained gain in speed at fixed accuracy",
    "s",
    "higher",
    "Speed at fixed accuracy of the sessions up to the first one with practice (mean) less this session's, "
    "12-96 h after the session before; better positive. Quality 0.5 while the baseline is a single session.",
)
SAVINGS = _spec(
    "savings",
    "Savings",
    "1/cycle",
    "higher",
    "Learning rate of this session's last perturbed block less that of the person's first exposure to the "
    "same perturbation (same side, size within a fifth); Missing at a first exposure.",
)
INTERFERENCE = _spec(
    "interference",
    "Interference",
    "1",
    "neither",
    "Learning rate of this session's last perturbed block, when the exposure before it turned the other way "
    "(B after A) and this side is new, over the naive rate; below 1 when A stands in B's way. A person is "
    "naive once: the naive rate is that of the very first exposure, mirrored.",
    source="SCIENCE 1.5; Sing & Smith 2010, PLoS Comput Biol 6:e1000893 (not verified)",
)
SAVINGS_EARLY = _spec(
    "savings_early",
    "Savings, by early adaptation",
    "1",
    "higher",
    "Mean share of the perturbation compensated over the first 3 cycles of this session's last perturbed "
    "block, from its own baseline, less the same at the person's first exposure to it. Unlike the slope it "
    "does not fall for a learner who is done within three cycles.",
    source="Movere's own; SCIENCE 1.5, 2.1",
)
INTERFERENCE_EARLY = _spec(
    "interference_early",
    "Interference, by early adaptation",
    "1",
    "neither",
    "Mean share of the perturbation compensated over the first 3 cycles of B after A, over the same at the "
    "very first exposure, both counted from the bias before A; below 1, and negative while the hand is still "
    "on A's side. The slope would count the decay of A as learning of B.",
    source="Movere's own; SCIENCE 2.1; Sing & Smith 2010, PLoS Comput Biol 6:e1000893 (not verified)",
)
SSRT = _spec(
    "ssrt_pooled_s",
    "Stop-signal reaction time, pooled",
    "s",
    "lower",
    "Stop-signal reaction time (integration method) over the stop-signal blocks of this session and those "
    "before it with the same input device, newest first until there are 50 stop trials. A response is the "
    "hand leaving the start, so that the way to the start's rim is in it: compare one person in one game.",
    source="Verbruggen et al. 2019, eLife 8:e46323; SCIENCE 1.5",
    needs=("events",),
    min_rate_hz=LEAST_RATE_HZ,
)
TRACE_SAVINGS = _spec(
    "trace_savings",
    "Savings in mirror drawing",
    "1",
    "higher",
    "By which share the radial error of the session's first three practice pages in a mirror lies below that "
    "of the first session that had any: 0 is as at first, 1 without error. Missing at the first. A plan that "
    "turns to another mirror in between measures transfer by it.",
    source="Movere's own; SCIENCE 4 (mirror tracing in amnesia)",
    needs=("hand", "events"),
    min_rate_hz=15.0,
    max_jitter_ms=40.0,
)
SHIFT = _spec(
    "speed_accuracy_shift",
    "Shift of the speed-accuracy function",
    "1",
    "higher",
    "Accuracy at equal movement time, of the newest sessions less that of the first ones, each pooled until "
    "there are 100 unperturbed reaches with the cursor shown (same input device, target distance within a "
    "tenth). One logistic function of movement time with one slope and a step between the two sides, over "
    "the movement times that both have between their 5th and 95th percentiles; at least 30 reaches of each "
    "side there. Accurate is within the probes' target radius of the first sessions. Slowing down moves "
    "along the curve and is no shift.",
    source="SCIENCE 1.5; Movere's own fit after Shmuelof, Krakauer & Mazzoni 2012, J Neurophysiol 108:578 "
    "(not verified)",
    needs=("events",),
    min_rate_hz=50.0,
)
ACROSS = (
    RETENTION,
    DELAY,
    RETAINED_GAIN,
    RETAINED_SD,
    RETAINED_PRECISION,
    RETAINED_SPEED,
    SAVINGS,
    SAVINGS_EARLY,
    INTERFERENCE,
    INTERFERENCE_EARLY,
    SSRT,
    SHIFT,
    TRACE_SAVINGS,
)
