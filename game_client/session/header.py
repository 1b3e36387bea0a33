"""A session in the making: what is known at its start, its pieces, its end; and the recording they make."""

from __future__ import annotations

from uuid import UUID

from msgspec import Struct

from shared.wire.events import Event
from shared.wire.plan import SafetyLimits
from shared.wire.session import (
    SESSION_SCHEMA,
    TICK_HZ,
    Anchor,
    Client,
    ClientMetric,
    ClockSample,
    Command,
    EndedReason,
    InputDevice,
    Latency,
    PlanRef,
    PlayedBlock,
    Recording,
    SampleBlock,
    Symptoms,
    VirtualPlayer,
)

WARNING_SIGNS = ("none", "chest_pain", "breathless", "dizzy", "headache", "vision")


class SessionHeader(Struct, frozen=True, kw_only=True):
    """All that is fixed before the first tick. With the pieces it makes the recording, and the replay."""

    id: UUID
    profile_id: UUID
    epoch: int
    device_seq: int
    boot_id: str
    started_utc_ms: int
    started_mono_ns: int
    utc_offset_min: int
    clock: ClockSample | None
    client: Client
    device: InputDevice
    plan: PlanRef
    seed: int
    virtual: VirtualPlayer | None
    blocks: list[PlayedBlock]
    safety: SafetyLimits
    bias_deg: float | None


class Piece(Struct, frozen=True, array_like=True):
    """What one trial added; the journal stores each in one transaction."""

    events: list[Event]
    commands: list[Command]
    anchors: list[Anchor]
    samples: list[SampleBlock]
    ticks: int
    """Ticks of the session so far."""


class SessionEnd(Struct, frozen=True, kw_only=True):
    ended_reason: EndedReason
    client_metrics: list[ClientMetric]
    latency: Latency | None = None


def symptoms_of(commands: list[Command], when: str) -> Symptoms:
    """Read the answers of `when` (`before` or `after`) from the recorded commands."""
    answers = {each.name: each.value for each in commands if each.value is not None}
    pain, effort = answers.get(f"pain_{when}"), answers.get(f"effort_{when}")
    warning = answers.get(f"warning_{when}")
    return Symptoms(
        pain=None if pain is None else int(pain),
        effort=None if effort is None else int(effort),
        warning=WARNING_SIGNS[int(warning)] if warning else None,
    )


def assemble(header: SessionHeader, pieces: list[Piece], end: SessionEnd) -> Recording:
    """Join header, pieces and end into the one document that is sealed."""
    commands = [each for piece in pieces for each in piece.commands]
    return Recording(
        kind="session",
        schema=SESSION_SCHEMA,
        id=header.id,
        profile_id=header.profile_id,
        epoch=header.epoch,
        device_seq=header.device_seq,
        boot_id=header.boot_id,
        started_utc_ms=header.started_utc_ms,
        started_mono_ns=header.started_mono_ns,
        utc_offset_min=header.utc_offset_min,
        clock=header.clock,
        ended_reason=end.ended_reason,
        client=header.client,
        device=header.device,
        plan=header.plan,
        seed=header.seed,
        tick_hz=TICK_HZ,
        ticks=pieces[-1].ticks if pieces else 0,
        virtual=header.virtual,
        symptoms_before=symptoms_of(commands, "before"),
        symptoms_after=symptoms_of(commands, "after"),
        blocks=header.blocks,
        events=[each for piece in pieces for each in piece.events],
        commands=commands,
        anchors=[each for piece in pieces for each in piece.anchors],
        samples=[each for piece in pieces for each in piece.samples],
        client_metrics=end.client_metrics,
        safety=header.safety,
        bias_deg=header.bias_deg,
        latency=end.latency,
    )


def header_of(recording: Recording) -> SessionHeader:
    """The header a recording was made with, for its replay."""
    return SessionHeader(
        id=recording.id,
        profile_id=recording.profile_id,
        epoch=recording.epoch,
        device_seq=recording.device_seq,
        boot_id=recording.boot_id,
        started_utc_ms=recording.started_utc_ms,
        started_mono_ns=recording.started_mono_ns,
        utc_offset_min=recording.utc_offset_min,
        clock=recording.clock,
        client=recording.client,
        device=recording.device,
        plan=recording.plan,
        seed=recording.seed,
        virtual=recording.virtual,
        blocks=recording.blocks,
        safety=recording.safety,
        bias_deg=recording.bias_deg,
    )
