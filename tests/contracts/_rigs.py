"""How each input device is played, pulled out and plugged in for its contract.

What is fed by the window gets values with stamps of a made-up clock; a camera is real, with a generated clip
before it, and lives by the machine's.
"""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING, Any

from game_client.camera.frames import Clip
from game_client.devices.replay import Replay
from game_client.devices.webcam_body import WebcamBody
from game_client.devices.webcam_hand import WebcamHand
from game_client.engine.input import Counts, Finger, JoystickAxis, JoystickFound, JoystickGone, Stick
from game_client.session.run import SessionRun
from shared.plugins import discover
from tests.game_client.devices.lsl_outlet import Outlet
from tests.virtual_sessions import make_header, make_plan, play

if TYPE_CHECKING:
    from game_client.devices._port import Device

TICK_NS = 1_000_000_000 // 120
DEVICES = discover("game_client.devices", "DEVICE")


class Rig:
    """A device that the window feeds; without a plug of its own it must not care about another's."""

    least_rows_a_s = 100.0
    problem_when_out = ""

    def __init__(self, kind: str) -> None:
        self.device: Device = DEVICES[kind]()
        self.device.handle(JoystickFound(0, Stick(7, "Stick", (0.0, 0.0))))
        self.t_ns = 0

    def play(self, ticks: int) -> list[tuple[int, int, int, int]]:
        """Move it for so many ticks; return what it said at each."""
        here = []
        for step in range(ticks):
            self.t_ns += TICK_NS
            # Every fifth input is late: it arrives with a stamp of the tick before.
            for value in everything(self.t_ns - (2 * TICK_NS if step % 5 == 4 else 1000), step):
                self.device.handle(value)
            here.append(self.device.at(self.t_ns))
        return here

    def pull_out(self) -> None:
        self.device.handle(JoystickGone(self.t_ns, 7))

    def plug_in(self) -> None:
        self.device.handle(JoystickFound(self.t_ns, Stick(9, "Stick", (0.0, 0.0))))

    def close(self) -> None:
        self.device.close()


class VirtualRig(Rig):
    """It moves by what a game shows: a target to the right, and go."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self._run = SessionRun(make_header(make_plan(practice=4, probe=0)))
        for name in ("pain", "effort", "warning"):
            self._run.command(name, 0.0)

    def play(self, ticks: int) -> list[tuple[int, int, int, int]]:
        here = []
        for _ in range(ticks):
            self.t_ns += TICK_NS
            self.device.see(self._run.view)  # type: ignore[attr-defined]
            here.append(self.device.at(self.t_ns))
            self._run.tick(*here[-1])
        return here


class ReplayRig(Rig):
    """A session that a virtual patient played, again."""

    def __init__(self, kind: str) -> None:
        self.device: Device = Replay(play(make_plan(practice=4, probe=0))[1])
        self.t_ns = 0


class StickRig(Rig):
    problem_when_out = "gone"


class LiveRig(Rig):
    """A device that lives by the machine's clock."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.t_ns = time.perf_counter_ns()

    def play(self, ticks: int) -> list[tuple[int, int, int, int]]:
        here = []
        for _ in range(ticks):
            self.t_ns = max(self.t_ns + TICK_NS, time.perf_counter_ns())
            time.sleep(max(0, self.t_ns - time.perf_counter_ns()) * 1e-9)
            here.append(self.device.at(self.t_ns))
        return here

    def wait_for(self, flags: int, within_s: float = 40.0) -> None:
        until = time.monotonic() + within_s
        while self.play(1)[0][3] != flags:
            assert time.monotonic() < until, f"{self.device.kind} never said {flags}"


class CameraRig(LiveRig):
    """Stopping the child is what a camera that gives no picture any more looks like from outside."""

    least_rows_a_s = 8.0  # of thirty, on a machine that does other things as well
    problem_when_out = "camera_gone"

    def __init__(self, kind: str) -> None:
        hand = Clip("tests.game_client.camera.drawn_hand:clip", rate_hz=30.0)
        body = Clip("tests.game_client.camera.moved_person:clip", rate_hz=30.0)
        self.camera = WebcamHand(hand) if kind == "webcam_hand" else WebcamBody(body)
        super().__init__(self.camera)

    def play(self, ticks: int) -> list[tuple[int, int, int, int]]:
        until = time.monotonic() + 40.0
        while ticks > 1 and self.camera.capture.newest().number == 0:
            assert time.monotonic() < until, "the tracker did not start"
            time.sleep(0.01)
        return super().play(ticks)

    def pull_out(self) -> None:
        os.kill(self._child, signal.SIGSTOP)

    def plug_in(self) -> None:
        os.kill(self._child, signal.SIGCONT)

    def close(self) -> None:
        if self.camera.capture.process.is_alive():
            self.plug_in()
        super().close()

    @property
    def _child(self) -> int:
        child = self.camera.capture.process.pid
        assert child is not None
        return child


class StreamRig(LiveRig):
    """A decoder's program that is killed, and started again."""

    least_rows_a_s = 40.0
    problem_when_out = "stream_gone"

    def __init__(self, kind: str) -> None:
        self.plug_in()
        super().__init__(DEVICES[kind]())

    def play(self, ticks: int) -> list[tuple[int, int, int, int]]:
        if ticks > 1 and not self.device.take_rows()[1]:
            self.wait_for(0, 5.0)
        return super().play(ticks)

    def pull_out(self) -> None:
        self._outlet.close()

    def plug_in(self) -> None:
        self._outlet = Outlet("contract")
        self._outlet.tell(values=[0.1, -0.05])

    def close(self) -> None:
        super().close()
        self._outlet.close()


def everything(t_ns: int, step: int) -> list[Any]:
    """One value of each kind that some device listens to."""
    return [
        Counts(t_ns, 3, -2),
        JoystickAxis(t_ns + 10, 0, 0.5 + 0.001 * step, 7),
        JoystickAxis(t_ns + 20, 1, -0.4, 7),
        Finger(t_ns + 30, 1, 640.0 + step, 300.0, True),
    ]


RIGS: dict[str, type[Any]] = {
    "mouse": Rig,
    "virtual": VirtualRig,
    "replay": ReplayRig,
    "touch": Rig,
    "joystick": StickRig,
    "webcam_hand": CameraRig,
    "webcam_body": CameraRig,
    "lsl_stream": StreamRig,
}
