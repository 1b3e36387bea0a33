"""What the input device can do decides how a plan is played: movement, lateness, reach; and prediction."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from game_client.session.blocks import InputLimits, blocks_of
from game_client.session.header import Piece, SessionEnd, assemble
from game_client.session.latency import REFUSE_MS, LatencyMeter, expected_ms
from game_client.session.play import play_virtual
from game_client.session.replay import differences, replay
from game_client.session.run import SessionRun
from shared.errors import PlanError
from shared.patient.virtual import VirtualPatient, draw_person
from shared.wire.lateness import total_ms
from shared.wire.plan import Plan
from shared.wire.session import InputDevice, Latency
from shared.wire.streams import FLAG_HELD
from tests.virtual_sessions import make_header, make_plan

LATE = InputLimits(latency_ms=REFUSE_MS + 20.0)


def asking(movement: str, **changes: object) -> Plan:
    plan = make_plan()
    block = replace(plan.content.blocks[0], movement=movement, **changes)
    return replace(plan, content=replace(plan.content, blocks=[block]))


@pytest.mark.parametrize(
    ("asked", "can", "played_by"),
    [
        ("hand_reach", None, "hand_reach"),
        ("hand_reach", {"hand_reach"}, "hand_reach"),
        ("trunk_lean", {"trunk_lean"}, "trunk_lean"),
        ("trunk_lean", {"hand_reach"}, "hand_reach"),
        ("hand_reach", {"deflection"}, "deflection"),
        ("decoded", {"weight_shift", "head"}, "weight_shift"),
    ],
)
def test_a_movement_that_the_device_cannot_be_becomes_one_that_it_can(
    asked: str, can: set[str] | None, played_by: str
) -> None:
    limits = InputLimits(movements=None if can is None else frozenset(can))
    (block,) = blocks_of(asking(asked), limits)
    assert block.movement == played_by


def test_a_device_that_no_game_takes_is_said() -> None:
    with pytest.raises(PlanError, match="can't be played by the input device") as raised:
        blocks_of(make_plan(), InputLimits(movements=frozenset({"blinking"})))
    assert raised.value.code == "no_device"


def test_error_based_training_is_refused_when_the_picture_is_late() -> None:
    with pytest.raises(PlanError, match="170 ms late") as raised:
        blocks_of(make_plan("error_based"), LATE)
    assert raised.value.code == "too_late"
    for on_time in (InputLimits(), InputLimits(latency_ms=REFUSE_MS)):
        assert blocks_of(make_plan("error_based"), on_time)[0].mode == "error_based"
    assert blocks_of(make_plan("reward_based"), LATE)[0].mode == "reward_based"


def test_auto_chooses_another_mode_and_says_why() -> None:
    plan = asking("hand_reach", mode="auto", approved_modes=["error_based", "reward_based"])
    (usual,) = blocks_of(plan)
    (block,) = blocks_of(plan, LATE)
    assert block.mode == "reward_based"
    assert any("170 ms late" in each for each in block.why)
    assert not any("ms late" in each for each in usual.why)
    with pytest.raises(PlanError, match="ms late"):
        blocks_of(asking("hand_reach", mode="auto", approved_modes=["error_based"]), LATE)


def test_targets_stay_inside_the_calibrated_reach() -> None:
    (block,) = blocks_of(make_plan(game_params={"reach_m": 0.2}), InputLimits(reach_m=0.08))
    assert block.game_params["reach_m"] == 0.08
    assert any("8.0 cm" in each for each in block.why)
    (block,) = blocks_of(make_plan(), InputLimits(reach_m=0.25))
    assert block.game_params["reach_m"] == 0.10


def test_a_reach_that_no_game_fits_into_is_said_and_not_overstepped() -> None:
    with pytest.raises(PlanError, match=r"2\.5 cm") as raised:
        blocks_of(make_plan(), InputLimits(reach_m=0.025))
    assert raised.value.code == "reach_small"


def test_no_game_takes_less_than_the_least_reach() -> None:
    from game_client.session.blocks import LEAST_REACH_M, games

    for game in games().values():
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({"reach_m": LEAST_REACH_M - 0.001}, game.params)
        msgspec.convert({"reach_m": LEAST_REACH_M}, game.params)


# ---- lateness, measured


def test_each_part_of_the_lateness_is_told_apart() -> None:
    """A camera at 30 Hz, 14 ms in the tracker, a tick 5 ms later, a picture 9 ms after that."""
    meter = LatencyMeter()
    for frame in range(100):
        stamp_ns = 1_000_000_000 + frame * 33_000_000
        tick_ns = stamp_ns + 19_000_000
        meter.took([stamp_ns], tick_ns, [14_000_000])
        meter.took([], tick_ns + 8_000_000)
        meter.drew(tick_ns, tick_ns + 9_000_000)
    found = meter.measured
    assert found == Latency(
        device_ms=(33.0, 33.0), tracker_ms=(14.0, 14.0), logic_ms=(5.0, 5.0), draw_ms=(9.0, 9.0)
    )
    assert total_ms(found) == pytest.approx(16.5 + 14 + 5 + 9)


def test_a_mouse_at_rest_is_no_slow_device_and_nothing_is_no_lateness() -> None:
    meter = LatencyMeter()
    assert total_ms(meter.measured) is None
    for burst_ns in (0, 10_000_000_000):
        meter.took([burst_ns + 1 + at * 8_000_000 for at in range(10)], burst_ns + 80_000_000)
    device = meter.measured.device_ms
    assert device == (8.0, 8.0)
    assert meter.measured.tracker_ms is None


def test_what_is_expected_before_play_is_what_play_then_measures() -> None:
    assert expected_ms(33.0, 14.0, 6.0) == pytest.approx(16.5 + 14 + 4.17 + 6 + 8.33, abs=0.01)


# ---- prediction


def late_hand(latency_ms: float, prediction: str) -> tuple[np.ndarray, np.ndarray]:
    """A hand goes to and fro at 0.7 Hz, seen at 30 Hz and so late: what is shown, and what is true."""
    device = InputDevice(
        "webcam_hand", "norm", "none", 30.0, 8.0, latency_ms, True, None, "off", prediction=prediction
    )
    run = SessionRun(make_header(make_plan(), device=device))
    for name in ("pain", "effort", "warning"):
        run.command(name, 0.0)
    true = 0.1 * np.sin(2 * np.pi * 0.7 * np.arange(-24, 1200) / 120)
    late = round(latency_ms * 1e-3 * 120)
    seen_m = 0.0
    for tick in range(1200):
        if tick % 4 == 0:
            seen_m = float(true[24 + tick - late])
        run.tick(round(seen_m * 1e6), 0, 100, 0 if tick % 4 == 0 else FLAG_HELD)
    columns = run.take_piece().samples
    from types import SimpleNamespace

    from shared.wire.streams import stream_columns

    found = stream_columns(SimpleNamespace(samples=columns), "tick")  # type: ignore[arg-type]
    assert (found["x_um"] == found["fx_um"]).all() or prediction != "off"
    return np.asarray(found["fx_um"]) * 1e-6, true[24:]


def test_prediction_hides_most_of_the_delay_and_is_off_unless_asked_for() -> None:
    def error_m(prediction: str) -> float:
        shown, true = late_hand(50.0, prediction)
        return float(np.sqrt(np.mean((shown[240:] - true[240:]) ** 2)))

    assert InputDevice("mouse", "m", "raw", 120.0, 9.0, None, True, None, "off").prediction == "off"
    assert error_m("braking") < 0.5 * error_m("off")


def test_a_session_with_prediction_replays() -> None:
    device = InputDevice("virtual", "m", "none", 120.0, 0.0, 40.0, True, None, "steady", prediction="braking")
    person = draw_person("healthy_old", 3)
    header = make_header(make_plan(practice=6, probe=2), 3, person, device=device)
    pieces: list[Piece] = []
    play_virtual(header, VirtualPatient(person, 3), pieces.append)
    recording = assemble(header, pieces, SessionEnd(ended_reason="completed", client_metrics=[]))
    assert recording.device.prediction == "braking"
    assert not differences(recording.events, replay(recording))
    plain = replace(recording, device=replace(device, prediction="off"))
    assert differences(recording.events, replay(plain)), "what the player saw is part of the replay"


@pytest.mark.parametrize(
    ("stance", "posture", "refused"),
    [
        ("tandem", "seated", True),
        ("feet_together", "seated", True),
        ("cushion", "seated", False),
        ("tandem", "standing", False),
    ],
)
def test_a_stance_for_standing_is_refused_when_seated(stance: str, posture: str, refused: bool) -> None:
    plan = make_plan(
        "reward_based", game="stargazer", game_params={"stance": stance}, block={"posture": posture}
    )
    plan = replace(plan, standing_cleared=True)
    if not refused:
        assert blocks_of(plan)[0].game_params["stance"] == stance
        return
    with pytest.raises(PlanError, match="choose standing") as raised:
        blocks_of(plan)
    assert raised.value.code == "needs_standing"
    assert raised.value.pointer == "/blocks/0/game_params/stance"
