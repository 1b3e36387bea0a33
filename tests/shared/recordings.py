"""Recordings made of minimum-jerk reaches, for tests that need a session before any game runs.

`planned_session()` lists a whole session's trials; `recording(trials)` plays them into a `Recording` as a
webcam-like device (raw points) or a mouse (raw counts) would have: out, back, rest, the next one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

import numpy as np

from shared.ids import uuid7
from shared.wire.events import (
    AimReport,
    Cue,
    DropOut,
    Event,
    Feedback,
    Go,
    Hit,
    Miss,
    Onset,
    PhaseStart,
    ProbeStart,
    TargetOn,
    Timeout,
    TrialEnd,
    TrialStart,
)
from shared.wire.session import (
    Anchor,
    Client,
    InputDevice,
    PlanRef,
    PlayedBlock,
    Recording,
    SampleBlock,
    Symptoms,
)
from shared.wire.streams import FLAG_LOST, pack_block

TICK_HZ = 120
GAIN_UM = 100.0
STARTED_UTC_MS = 1_780_000_000_000
MONO_NS = 5_000_000_000
DeviceKind = Literal["points", "mouse", "ticks"]


@dataclass(frozen=True, slots=True)
class PlannedTrial:
    """A trial as it will be found again: `hand_deg` is relative to the target at `target_deg`."""

    phase: str
    place: str | None = None
    block: int = 0
    target: int = 0
    target_deg: float = 90.0
    hand_deg: float = 0.0
    rotation_deg: float = 0.0
    clamp: bool = False
    duration_s: float = 0.8
    reaction_s: float = 0.3
    bow_m: float = 0.0
    tremor_m: float = 0.0
    """Amplitude of a 6 Hz tremor across the reach, all the time."""
    length_ratio: float = 1.0
    """How far the hand goes, over the target's distance."""
    shows: str = "cursor"
    feedback: str = "path_error"
    rewarded: bool | None = None
    zone_deg: float | None = None
    cue_strength: float = 0.0
    aim_report_deg: float | None = None
    outcome: str = "hit"
    success: bool | None = True
    lost: bool = False
    """The device loses the hand in mid-reach for 0.2 s."""


def planned_session(
    *,
    practice: int = 40,
    probes: int = 8,
    baseline: int = 0,
    washout: int = 0,
    rotation_deg: float = 20.0,
    bias_deg: float = 0.0,
    rate: float = 0.1,
    noise_deg: float = 0.0,
    targets: int = 8,
    block: int = 0,
    seed: int = 1,
) -> list[PlannedTrial]:
    """A session of a one-rate learner: the hand moves by `rate` of the error after each seen trial."""
    random = np.random.default_rng(seed)
    learnt = 0.0
    planned: list[PlannedTrial] = []
    stretches = [
        ("probe", "opening", probes, 0.0),
        ("baseline", None, baseline, 0.0),
        ("practice", None, practice, rotation_deg),
        ("probe", "closing", probes, 0.0),
        ("washout", None, washout, 0.0),
    ]
    for phase, place, count, rotation in stretches:
        free = phase == "probe"
        for _ in range(count):
            target = len(planned) % targets
            hand = bias_deg + learnt + noise_deg * float(random.standard_normal())
            error = hand + rotation
            hit = abs(error) < 7.0
            planned.append(
                PlannedTrial(
                    phase=phase,
                    place=place,
                    block=block,
                    target=target,
                    target_deg=(90.0 + 360.0 * target / targets + 180.0) % 360.0 - 180.0,
                    hand_deg=hand,
                    rotation_deg=rotation,
                    shows="nothing" if free else "cursor",
                    feedback="none" if free else "path_error",
                    outcome="hit" if hit else "miss",
                    success=None if free else hit,
                )
            )
            if not free:
                learnt -= rate * error
    return planned


def min_jerk(tau: np.ndarray) -> np.ndarray:
    tau = np.clip(tau, 0.0, 1.0)
    return np.asarray(10 * tau**3 - 15 * tau**4 + 6 * tau**5)


def recording(
    trials: Sequence[PlannedTrial],
    *,
    device: DeviceKind = "points",
    unit: Literal["m", "counts", "norm"] = "m",
    pointer: Literal["raw", "accelerated", "absolute", "none"] | None = None,
    rate_hz: float = 120.0,
    reach_m: float = 0.10,
    seed: int = 1,
    **fields: Any,
) -> Recording:
    """Play the trials; `fields` replace any field of the recording (`id`, `started_utc_ms`, …)."""
    events: list[Event] = []
    pieces: list[np.ndarray] = []
    flags: list[np.ndarray] = []
    tick = 0
    last: tuple[int, str, str | None] | None = None
    for number, trial in enumerate(trials):
        if (trial.block, trial.phase, trial.place) != last:
            last = (trial.block, trial.phase, trial.place)
            count = sum((each.block, each.phase, each.place) == last for each in trials)
            events.append(PhaseStart(tick=tick, block=trial.block, phase=trial.phase, trials=count))  # type: ignore[arg-type]
            if trial.place:
                events.append(ProbeStart(tick=tick, block=trial.block, place=trial.place))  # type: ignore[arg-type]
        path, marks = _trial_path(trial, reach_m)
        events += _trial_events(number, trial, tick, marks, reach_m)
        lost = np.zeros(len(path), dtype=bool)
        if trial.lost:
            middle = (marks["go"] + marks["end"]) // 2
            lost[middle - 12 : middle + 12] = True
        pieces.append(path)
        flags.append(lost)
        tick += len(path)
    hand = np.concatenate(pieces) if pieces else np.zeros((0, 2))
    lost = np.concatenate(flags) if flags else np.zeros(0, dtype=bool)
    given: dict[str, Any] = {
        "kind": "session",
        "schema": 1,
        "id": uuid7(STARTED_UTC_MS, seed.to_bytes(10, "big")),
        "profile_id": UUID(int=7),
        "epoch": 1,
        "device_seq": 1,
        "boot_id": "",
        "started_utc_ms": STARTED_UTC_MS,
        "started_mono_ns": MONO_NS,
        "utc_offset_min": 60,
        "clock": None,
        "ended_reason": "completed",
        "client": Client("0.1.0", "test", "3.11", "dummy"),
        "device": InputDevice(
            kind="mouse" if device == "mouse" else "webcam_hand",
            unit=unit,
            pointer=pointer or ("raw" if device == "mouse" else "none"),
            rate_hz=rate_hz,
            stamp_jitter_ms=1.0,
            latency_ms=None,
            calibrated=unit == "m",
            gain_um_per_count=GAIN_UM if device == "mouse" else None,
            filter="one_euro",
        ),
        "plan": PlanRef(None, 0, 0),
        "seed": seed,
        "tick_hz": TICK_HZ,
        "ticks": len(hand),
        "virtual": None,
        "symptoms_before": Symptoms(),
        "symptoms_after": Symptoms(),
        "blocks": [_block(trials, block) for block in sorted({each.block for each in trials})],
        "events": events,
        "commands": [],
        "anchors": [Anchor(tick=0, mono_ns=MONO_NS)],
        "samples": _samples(hand, lost, device, rate_hz),
        "client_metrics": [],
    }
    return Recording(**(given | fields))


def session(**changes: Any) -> Recording:
    """A default session: 8 opening probes, 40 practice trials at 20 degrees, 8 closing probes."""
    return recording(planned_session(noise_deg=2.0), **changes)


def varied(trials: Sequence[PlannedTrial], **changes: Any) -> list[PlannedTrial]:
    return [replace(each, **changes) for each in trials]


def _block(trials: Sequence[PlannedTrial], block: int) -> PlayedBlock:
    phases: dict[str, int] = {}
    for each in trials:
        if each.block == block:
            name = f"probe_{each.place}" if each.place else each.phase
            phases[name] = phases.get(name, 0) + 1
    return PlayedBlock(
        plan_block=f"block-{block}",
        game="tide_anchor",
        game_version=1,
        mode="error_based",
        mode_version=1,
        why=["Prescribed in the plan."],
        chosen_by="plan",
        purpose="train",
        side="right",
        posture="seated",
        game_params={"reach_m": 0.1},
        mode_params={},
        phases=list(phases.items()),
        context="harbour",
    )


def _trial_path(trial: PlannedTrial, reach_m: float) -> tuple[np.ndarray, dict[str, int]]:
    """Rest, reach, stay, go back: positions a tick, shape (N, 2), and the ticks of what happens."""
    rest, stay, back = 48, 18, 72
    reaction, moving = round(trial.reaction_s * TICK_HZ), round(trial.duration_s * TICK_HZ)
    go = rest
    end = go + reaction + moving + stay
    ticks = np.arange(end + back + 12)
    out = min_jerk((ticks - go - reaction) / (trial.duration_s * TICK_HZ))
    out = out - min_jerk((ticks - end) / back)
    along = trial.length_ratio * reach_m * out
    across = trial.bow_m * np.sin(np.pi * np.clip(out, 0, 1))
    across = across + trial.tremor_m * np.sin(2 * np.pi * 6 * ticks / TICK_HZ)
    angle = math.radians(trial.target_deg + trial.hand_deg)
    path = np.column_stack(
        [
            along * math.cos(angle) - across * math.sin(angle),
            along * math.sin(angle) + across * math.cos(angle),
        ]
    )
    return path, {"go": go, "onset": go + reaction + 8, "end": end}


def _trial_events(
    number: int, trial: PlannedTrial, tick: int, marks: dict[str, int], reach_m: float
) -> list[Event]:
    go, onset, end = (tick + marks[name] for name in ("go", "onset", "end"))
    found: list[Event] = [
        TrialStart(
            tick=tick,
            trial=number,
            block=trial.block,
            phase=trial.phase,  # type: ignore[arg-type]
            target=trial.target,
            target_deg=trial.target_deg,
            target_distance_m=reach_m,
            target_radius_m=0.012,
            start_x_m=0.0,
            start_y_m=0.0,
            rotation_deg=trial.rotation_deg,
            clamp=trial.clamp,
            shows=trial.shows,  # type: ignore[arg-type]
            feedback=trial.feedback,  # type: ignore[arg-type]
            zone_deg=trial.zone_deg,
            cue_strength=trial.cue_strength,
        ),
        TargetOn(tick=go, trial=number),
    ]
    if trial.cue_strength:
        found.append(
            Cue(tick=go, trial=number, aim_deg=-trial.rotation_deg, clock=0, strength=trial.cue_strength)
        )
    if trial.aim_report_deg is not None:
        found.append(AimReport(tick=go, trial=number, aim_deg=trial.aim_report_deg))
    found.append(Go(tick=go, trial=number))
    if trial.outcome == "timeout":
        found.append(Timeout(tick=end, trial=number))
    else:
        found.append(Onset(tick=onset, trial=number))
        if trial.lost:
            found.append(DropOut(tick=(go + end) // 2, ticks=24))
        if trial.feedback != "none":
            found.append(Hit(tick=end, trial=number) if trial.success else Miss(tick=end, trial=number))
    found.append(
        Feedback(
            tick=end,
            trial=number,
            kind=trial.feedback,  # type: ignore[arg-type]
            rewarded=trial.rewarded,
        )
    )
    found.append(
        TrialEnd(
            tick=end,
            trial=number,
            outcome=trial.outcome,  # type: ignore[arg-type]
            success=trial.success,
            hand_deg=trial.hand_deg,
            endpoint_error_m=2
            * reach_m
            * abs(math.sin(math.radians(trial.hand_deg + trial.rotation_deg) / 2)),
            movement_time_s=(end - onset) / TICK_HZ,
        )
    )
    return found


def _samples(hand: np.ndarray, lost: np.ndarray, device: DeviceKind, rate_hz: float) -> list[SampleBlock]:
    """The tick stream and the raw rows. A mouse's whole counts (y down) are what both of its streams hold."""
    if not len(hand):
        return []
    microns = np.rint(hand * 1e6).astype(np.int64)
    time_s = np.arange(len(hand)) / TICK_HZ
    stamps_s = np.arange(0, time_s[-1], 1 / rate_hz)
    raw = np.column_stack([np.interp(stamps_s, time_s, hand[:, axis]) for axis in (0, 1)])
    stamps_ns = MONO_NS + np.rint(stamps_s * 1e9).astype(np.int64)
    blocks: list[SampleBlock] = []
    if device == "mouse":
        counts = np.rint(raw * 1e6 / GAIN_UM).astype(np.int64)
        steps = np.diff(counts, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
        moved = np.any(steps != 0, axis=1)
        seen = np.searchsorted(stamps_s, time_s, side="right") - 1
        microns = (counts[seen] * GAIN_UM).astype(np.int64)
        rows = {"t_ns": stamps_ns[moved], "dx": steps[moved, 0], "dy": -steps[moved, 1]}
        blocks.append(pack_block("raw_counts", 0, {name: each.tolist() for name, each in rows.items()}))
    elif device == "points":
        keep = ~lost[np.minimum(np.rint(stamps_s * TICK_HZ).astype(int), len(lost) - 1)]
        points = np.rint(raw * 1e6).astype(np.int64)
        rows = {
            "t_ns": stamps_ns[keep],
            "x_um": points[keep, 0],
            "y_um": points[keep, 1],
            "confidence": np.full(int(keep.sum()), 90),
        }
        blocks.append(pack_block("raw_points", 0, {name: each.tolist() for name, each in rows.items()}))
    columns = {
        "x_um": microns[:, 0],
        "y_um": microns[:, 1],
        "fx_um": microns[:, 0],
        "fy_um": microns[:, 1],
        "confidence": np.where(lost, 0, 90),
        "flags": np.where(lost, FLAG_LOST, 0),
    }
    for at in range(0, len(hand), 240):
        part = {name: each[at : at + 240].tolist() for name, each in columns.items()}
        blocks.append(pack_block("tick", at, part))
    return blocks
