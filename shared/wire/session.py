"""The recording: everything that one session was, in one immutable document.

msgpack, structs as arrays, so the order of the fields *is* the format: append only, never reorder
(docs/adr/0005). The first three fields of every kind are `kind, schema, id`, so that a reader can tell a
newer document from a broken one. Samples are little-endian columns in blocks of about two seconds.
"""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from shared.wire.bounds import (
    Count,
    Degrees,
    Epoch,
    Fraction,
    Hertz,
    Key,
    Millis,
    MonoNs,
    OffsetMin,
    Real,
    Scalar,
    Score10,
    Seed,
    Seq,
    Short,
    Text,
    Tick,
    UnixMs,
)
from shared.wire.events import Event
from shared.wire.plan import FeedbackPlan, SafetyLimits

SESSION_SCHEMA = 3
"""2 added the event `course_on` and the stream `shoulders`, 3 the events of the other games: a reader of less
can't tell them from damage."""
TICK_HZ = 120

EndedReason = Literal["completed", "stopped", "safety", "crash", "quit"]


class Client(Struct, frozen=True, array_like=True):
    app_version: Short
    platform: Short
    python: Short
    display: Short


class DeviceMap(Struct, frozen=True, array_like=True):
    """How a device's own places became the hand's: (place - origin) * gain, each axis, micrometres.

    The tick and raw streams hold the hand's places; the device's own are got back by turning this round.
    """

    origin_x_um: Real
    origin_y_um: Real
    gain_x: Real
    gain_y: Real


class InputDevice(Struct, frozen=True, array_like=True):
    """The input device and how far its numbers may be trusted.

    `unit` says what the tick stream's micrometres mean: `m` real hand space; `counts` an uncalibrated
    mouse at the fixed gain, whose millimetres are nominal; `norm` a device without a scale.
    `latency_ms` is how late the picture follows a movement, as expected from what was measured before play;
    `prediction` the preset of `shared.movement.prediction` by which the filtered columns run ahead of it.
    """

    kind: Key
    unit: Literal["m", "counts", "norm"]
    pointer: Literal["raw", "accelerated", "absolute", "none"]
    rate_hz: Hertz
    stamp_jitter_ms: Millis
    latency_ms: Millis | None
    calibrated: bool
    gain_um_per_count: Real | None
    filter: Key
    prediction: Key = "off"
    map: DeviceMap | None = None
    """None where the device's places are the hand's."""


class Latency(Struct, frozen=True, array_like=True):
    """How late play was, median and 95th percentile of each part, ms, measured over the session.

    `device_ms`: from sample to sample, of which a movement waits half on average; `tracker_ms`: from a
    camera's frame to its points (None without a camera); `logic_ms`: from there to the tick that used it;
    `draw_ms`: from the tick to the picture handed to the screen. What the screen and a camera's own sensor
    add is not in them (`doctor --latency` measures the whole loop).
    """

    device_ms: tuple[Millis, Millis] | None
    tracker_ms: tuple[Millis, Millis] | None
    logic_ms: tuple[Millis, Millis] | None
    draw_ms: tuple[Millis, Millis] | None


class PlanRef(Struct, frozen=True, array_like=True):
    plan_id: UUID | None
    version: Count
    revision: Count


class PlayedBlock(Struct, frozen=True, array_like=True):
    """One block as it was played, with the mode that was chosen and why."""

    plan_block: Short
    game: Key
    game_version: Count
    mode: Key
    mode_version: Count
    why: Annotated[list[Short], Meta(max_length=20)]
    chosen_by: Literal["plan", "auto"]
    purpose: Literal["assess", "train"]
    side: Literal["left", "right"]
    posture: Literal["seated", "standing"]
    game_params: Annotated[dict[Key, Scalar], Meta(max_length=60)]
    mode_params: Annotated[dict[Key, Scalar], Meta(max_length=60)]
    phases: Annotated[list[tuple[Key, Count]], Meta(max_length=20)]
    context: Key
    movement: Key = "hand_reach"
    """The movement that drove the game (`shared.wire.plan.Movement`)."""
    feedback: FeedbackPlan = FeedbackPlan()
    """How often results were told."""
    dual_task: bool = False
    """A second task ran beside half of the practice."""


class Symptoms(Struct, frozen=True, array_like=True):
    """Pain 0-10 and effort (Borg CR10); None when not asked or not answered."""

    pain: Score10 | None = None
    effort: Score10 | None = None
    warning: Key | None = None
    """New chest pain, breathlessness, dizziness, headache or visual change, by name."""


class Command(Struct, frozen=True, array_like=True):
    """Something the player chose, at a tick; with the tick stream it makes a replay complete."""

    tick: Tick
    name: Key
    value: Real | None = None


class Anchor(Struct, frozen=True, array_like=True):
    """From `tick` on, ticks follow the monotonic clock from `mono_ns` (new after a pause or a stall)."""

    tick: Tick
    mono_ns: MonoNs


class ClockSample(Struct, frozen=True, array_like=True):
    """Server clock minus ours, with half the round trip as its uncertainty."""

    offset_ms: Real
    uncertainty_ms: Real


class VirtualPlayer(Struct, frozen=True, array_like=True):
    """Set when a virtual patient played; such sessions are marked as virtual everywhere."""

    profile: Key
    seed: Seed
    day: Count


class Column(Struct, frozen=True, array_like=True):
    """One column of a block: little-endian, first-order differences when `delta`."""

    name: Key
    dtype: Literal["u1", "i4", "i8", "f8"]
    unit: Short
    delta: bool
    data: bytes


class SampleBlock(Struct, frozen=True, array_like=True):
    """`count` rows of a stream, from row `first` on.

    Streams: `tick` (x_um, y_um as the device gave them at each tick, fx_um, fy_um filtered, confidence in
    percent, flags: 1 held, 2 lost), `raw` (t_ns and dx, dy in counts, or x_um, y_um, confidence: every
    device sample with its own stamp), `flip` (tick, t_ns: when a stimulus reached the screen), `trunk` (t_ns,
    x_um, y_um, confidence: the trunk as a body camera saw it, in hand space), `shoulders` (t_ns, left_x_um,
    left_y_um, right_x_um, right_y_um, confidence: both shoulders in millionths of the picture's width from
    its centre, positive towards the person's right and up).
    """

    stream: Literal["tick", "raw", "flip", "trunk", "shoulders"]
    first: Annotated[int, Meta(ge=0, le=1 << 31)]
    count: Annotated[int, Meta(ge=0, le=1_000_000)]
    columns: Annotated[list[Column], Meta(max_length=16)]


class ClientMetric(Struct, frozen=True, array_like=True):
    """A number that the client showed the player; for comparison, never authoritative."""

    metric: Key
    version: Count
    scope: Short
    value: Real | None
    unit: Short
    quality: Fraction
    missing_reason: Short | None


class Recording(Struct, frozen=True, array_like=True):
    """One session, sealed. Never changed; a later reader upgrades it in memory."""

    kind: Literal["session"]
    schema: Annotated[int, Meta(ge=1, le=1 << 15)]
    id: UUID
    profile_id: UUID
    epoch: Epoch
    device_seq: Seq
    boot_id: Short
    started_utc_ms: UnixMs
    started_mono_ns: MonoNs
    utc_offset_min: OffsetMin
    clock: ClockSample | None
    ended_reason: EndedReason
    client: Client
    device: InputDevice
    plan: PlanRef
    seed: Seed
    tick_hz: Annotated[int, Meta(ge=1, le=1000)]
    ticks: Tick
    virtual: VirtualPlayer | None
    symptoms_before: Symptoms
    symptoms_after: Symptoms
    blocks: Annotated[list[PlayedBlock], Meta(max_length=100)]
    events: Annotated[list[Event], Meta(max_length=200_000)]
    commands: Annotated[list[Command], Meta(max_length=20_000)]
    anchors: Annotated[list[Anchor], Meta(max_length=20_000)]
    samples: Annotated[list[SampleBlock], Meta(max_length=20_000)]
    client_metrics: Annotated[list[ClientMetric], Meta(max_length=2_000)]
    safety: SafetyLimits = SafetyLimits()
    bias_deg: Degrees | None = None
    """The person's own measured bias that training aims at, when one was known at the start."""
    recovered_from: UUID | None = None
    note: Text = ""
    latency: Latency | None = None
