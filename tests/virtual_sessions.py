"""Sessions for tests: a virtual patient plays the real loop; nothing here builds a recording by hand."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from game_client.session.blocks import blocks_of
from game_client.session.header import Piece, SessionEnd, SessionHeader, assemble
from game_client.session.play import play_virtual
from shared.ids import uuid7
from shared.patient.virtual import Person, VirtualPatient, draw_person
from shared.wire.plan import Dose, ImpairmentProfile, Plan, PlanBlock, PlanContent
from shared.wire.session import Client, InputDevice, PlanRef, VirtualPlayer

if TYPE_CHECKING:
    from game_client.session.run import SessionRun
    from shared.wire.session import Recording

_FIXED = uuid.UUID("01900000-0000-7000-8000-000000000000")


def make_plan(
    mode: str = "error_based",
    *,
    game: str = "tide_anchor",
    purpose: str = "train",
    practice: int = 40,
    probe: int = 8,
    impairment: ImpairmentProfile | None = None,
    mode_params: dict[str, Any] | None = None,
    game_params: dict[str, Any] | None = None,
    block: dict[str, Any] | None = None,
    **content: Any,
) -> Plan:
    """A plan of one block; `block` are further fields of it."""
    only = PlanBlock(
        key="tide",
        game=game,
        mode=mode,  # type: ignore[arg-type]
        purpose=purpose,  # type: ignore[arg-type]
        dose=Dose(practice_trials=practice, probe_trials=probe),
        mode_params=mode_params or {},
        game_params=game_params or {},
        **(block or {}),
    )
    return Plan(
        id=_FIXED,
        version=1,
        revision=1,
        content=PlanContent(title="Test plan", blocks=[only], **content),
        impairment=impairment or ImpairmentProfile(),
    )


def make_header(plan: Plan, seed: int = 0, person: Person | None = None, **changes: Any) -> SessionHeader:
    """A header as the client makes it, for a virtual input device."""
    values: dict[str, Any] = {
        "id": uuid7(),
        "profile_id": _FIXED,
        "epoch": 1,
        "device_seq": 1,
        "boot_id": "boot",
        "started_utc_ms": 1_790_000_000_000,
        "started_mono_ns": 1_000_000_000,
        "utc_offset_min": 60,
        "clock": None,
        "client": Client("0.1.0", "test", "3", "none"),
        "device": InputDevice("virtual", "m", "none", 120.0, 0.0, 0.0, True, None, "off"),
        "plan": PlanRef(plan.id, plan.version, plan.revision),
        "seed": seed,
        "virtual": VirtualPlayer(person.profile, person.seed, 0) if person else None,
        "blocks": blocks_of(plan),
        "safety": plan.content.safety,
        "bias_deg": plan.bias_deg,
    }
    return SessionHeader(**(values | changes))


def play(
    plan: Plan, profile: str = "healthy_old", seed: int = 0, patient: VirtualPatient | None = None
) -> tuple[SessionRun, Recording]:
    """Let a virtual patient of this profile play the plan; return the run and its recording."""
    person = draw_person(profile, seed)
    pieces: list[Piece] = []
    run = play_virtual(
        make_header(plan, seed, person), patient or VirtualPatient(person, seed), pieces.append
    )
    assert run.ended_reason is not None
    return run, assemble(run.header, pieces, SessionEnd(ended_reason=run.ended_reason, client_metrics=[]))
