"""What the headless commands play with: the virtual input device, a pace, a practice plan."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from shared.patient.virtual import VirtualPatient
from shared.wire.plan import Dose, ImpairmentProfile, Plan, PlanBlock, PlanContent
from shared.wire.session import TICK_HZ, InputDevice

if TYPE_CHECKING:
    from uuid import UUID

    from shared.patient.virtual import Seen, SeenTask
    from shared.wire.plan import ModeName, Movement

DEVICE = InputDevice(
    kind="virtual",
    unit="m",
    pointer="none",
    rate_hz=float(TICK_HZ),
    stamp_jitter_ms=0.0,
    latency_ms=0.0,
    calibrated=True,
    gain_um_per_count=None,
    filter="off",
)
"""A hand without a sensor: exact, on every tick."""


def practice_plan(
    plan_id: UUID,
    mode: ModeName = "error_based",
    *,
    game: str = "tide_anchor",
    movement: Movement = "hand_reach",
    trials: int = 40,
    impairment: ImpairmentProfile | None = None,
) -> Plan:
    """Return one block of a game, for play without a clinic."""
    block = PlanBlock(
        key="practice", game=game, mode=mode, movement=movement, dose=Dose(practice_trials=trials)
    )
    return Plan(
        id=plan_id,
        version=1,
        revision=0,
        content=PlanContent(title="Practice", blocks=[block]),
        impairment=impairment or ImpairmentProfile(),
    )


class Paced(VirtualPatient):
    """The same patient, who waits for the clock before every tick."""

    def __init__(self, patient: VirtualPatient, factor: float) -> None:
        self.__dict__.update(patient.__dict__)
        self._period_s = 1.0 / (TICK_HZ * factor)
        self._due_s = time.monotonic()

    def move(self, seen: Seen | SeenTask) -> tuple[float, float]:
        self._due_s = max(self._due_s + self._period_s, time.monotonic() - 1.0)
        left_s = self._due_s - time.monotonic()
        if left_s > 0:
            time.sleep(left_s)
        return super().move(seen)
