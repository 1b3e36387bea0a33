"""A decoder's stream as a hand, from a real outlet in a process of its own on the loopback."""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from game_client.cli.devices import streams
from game_client.devices import _lsl_inlet
from game_client.devices._lsl_inlet import LslMissingError, Stamps
from game_client.devices._port import Intends, Notes
from game_client.devices.lsl_stream import LIMIT_M, LslStream
from shared.wire.streams import FLAG_LOST
from tests.game_client.devices.lsl_listener import TICK_S, flows, lost, now, opened, until, wait
from tests.game_client.devices.lsl_outlet import ROOT, Outlet

if TYPE_CHECKING:
    from pathlib import Path

PAUSED_WITHIN_S = 0.5


def test_places_arrive_with_their_own_stamps() -> None:
    with opened("places") as device:
        assert lost(device, "stream_gone"), "nothing is there yet"
        with Outlet("places") as outlet:
            outlet.tell(values=[0.1, -0.05])
            until(device, lambda: now(device)[:2] == (100_000, -50_000))
            device.take_rows()
            wait(device, 1.0)
            _, rows = device.take_rows()
            assert 40 <= len(rows) <= 60
            stamps = [row[0] for row in rows]
            assert stamps == sorted(set(stamps))
            assert statistics.median(np.diff(stamps)) == pytest.approx(20e6, rel=0.1)
            assert {row[1:] for row in rows} == {(100_000, -50_000, 100)}
            assert device.take_commands() == [("decoder_biomimetic", 2.0)]
            outlet.tell(values=[99.0, 0.0])
            until(device, lambda: now(device)[0] == round(LIMIT_M * 1e6))
    assert isinstance(device, Intends) and isinstance(device, Notes)


def test_a_stream_that_stops_is_gone_in_time_for_the_pause_and_goes_on_by_itself() -> None:
    with Outlet("stops") as outlet, opened("stops") as device:
        until(device, lambda: flows(device))
        outlet.tell(silent=True)
        assert until(device, lambda: lost(device, "stream_gone")) < PAUSED_WITHIN_S - 0.1
        outlet.tell(silent=False)
        assert until(device, lambda: flows(device)) < PAUSED_WITHIN_S
        outlet.tell(silent=True)
        time.sleep(2.5)  # so long that it is looked for again
        assert lost(device, "stream_gone")
        outlet.tell(silent=False)
        until(device, lambda: flows(device))
        assert device.take_commands() == [("decoder_biomimetic", 2.0)], "taken up again, not begun anew"


@pytest.mark.parametrize("rate_hz", [20.0, 130.0], ids=["slow", "fast"])
def test_a_rate_outside_half_to_twice_the_nominal_is_told_until_it_is_right(rate_hz: float) -> None:
    with Outlet("rate") as outlet, opened("rate") as device:
        until(device, lambda: flows(device))
        for right_hz in (30.0, 85.0, 50.0):
            outlet.tell(rate_hz=right_hz)
            wait(device, 1.3)
            assert flows(device), right_hz
        outlet.tell(rate_hz=rate_hz)
        assert 0.2 < until(device, lambda: lost(device, "stream_rate")) < 1.6
        outlet.tell(rate_hz=50.0)
        until(device, lambda: flows(device), 1.6)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf], ids=str)
def test_what_is_no_number_is_dropped_and_lost_while_it_lasts(value: float) -> None:
    with Outlet("bad") as outlet, opened("bad") as device:
        outlet.tell(values=[0.1, 0.02])
        until(device, lambda: now(device)[:2] == (100_000, 20_000) and flows(device))
        device.take_rows()
        outlet.tell(values=[0.05, value])
        until(device, lambda: now(device)[3] == FLAG_LOST, 0.5)
        assert until(device, lambda: lost(device, "stream_bad")) < PAUSED_WITHIN_S - 0.1
        assert now(device)[:2] == (100_000, 20_000), "where it was"
        assert {row[1:] for row in device.take_rows()[1][5:]} == {(100_000, 20_000, 0)}
        outlet.tell(values=[0.05, 0.0])
        assert until(device, lambda: flows(device)) < PAUSED_WITHIN_S
        assert now(device)[:2] == (50_000, 0)


@pytest.mark.parametrize("fault", ["repeat", "backwards"])
def test_stamps_that_repeat_or_run_backwards_are_dropped(fault: str) -> None:
    with Outlet("stamps") as outlet, opened("stamps") as device:
        until(device, lambda: flows(device))
        outlet.tell(**{fault: True, "values": [0.1, 0.0]})
        until(device, lambda: lost(device, "stream_gone"))
        _, rows = device.take_rows()
        stamps = [row[0] for row in rows]
        assert stamps == sorted(set(stamps))
        assert now(device)[0] == 0
        outlet.tell(**{fault: False})
        until(device, lambda: flows(device) and now(device)[0] == 100_000)


def test_stamps_are_turned_into_the_games_clock_and_a_wrong_clock_does_no_harm() -> None:
    with Outlet("clock") as outlet, opened("clock") as device:
        for back_s, older_s in ((0.0, 0.0), (0.5, 0.5), (3600.0, 1.0), (-3600.0, 0.0)):
            # A clock that is set back makes stamps that run backwards: it counts as another stream.
            outlet.close()
            with Outlet("clock") as again:
                again.tell(back_s=back_s)
                until(device, lambda: lost(device, "stream_gone"))
                until(device, lambda: flows(device))
                device.take_rows()
                ages_s = []
                for _ in range(40):
                    time.sleep(TICK_S)
                    read_ns = time.perf_counter_ns()
                    device.at(read_ns)
                    ages_s += [(read_ns - row[0]) * 1e-9 for row in device.take_rows()[1]]
                assert statistics.median(ages_s) == pytest.approx(older_s, abs=0.05), back_s


def test_a_stream_that_comes_back_goes_on_by_itself_and_another_is_passed_over() -> None:
    with Outlet("ours") as first, opened("") as device:
        first.tell(values=[0.1, 0.0])
        until(device, lambda: flows(device) and now(device)[0] == 100_000)
        with Outlet("another") as other, Outlet("ours", kind="EEG"):
            other.tell(values=[0.2, 0.0])
            first.close()
            assert until(device, lambda: lost(device, "stream_gone")) < PAUSED_WITHIN_S
            time.sleep(1.5)
            assert lost(device, "stream_gone"), "the stream of another name, or type, is not ours"
            assert now(device)[0] == 100_000
            with Outlet("ours") as back:
                back.tell(values=[0.05, 0.0])
                until(device, lambda: flows(device) and now(device)[0] == 50_000, 3.0)


def test_a_program_that_hangs_is_left_for_one_that_was_started_in_its_place() -> None:
    with Outlet("hangs") as first, opened("hangs") as device:
        until(device, lambda: flows(device))
        first.hang()
        until(device, lambda: lost(device, "stream_gone"))
        with Outlet("hangs") as second:
            second.tell(values=[0.05, 0.0])
            until(device, lambda: flows(device) and now(device)[0] == 50_000, 4.0)


def test_a_refused_stream_is_bad_until_a_right_one_takes_its_place() -> None:
    with opened("refused") as device:
        with Outlet("refused", labels=("a", "b", "c")):
            until(device, lambda: lost(device, "stream_bad"))
            assert "channel 1 of refused needs a number called preferred_deg" in device.sentence
        with Outlet("refused", channel_format="string"):
            until(device, lambda: "sends words" in device.sentence)
        with Outlet("refused", rate_hz=5.0):
            until(device, lambda: "5 samples a second" in device.sentence)
        with Outlet("refused"):
            until(device, lambda: flows(device))
            assert device.sentence == ""


def test_the_example_of_the_manual_plays() -> None:
    page = (ROOT / "docs/lsl.md").read_text(encoding="utf-8")
    example = page.partition("```python\n")[2].partition("```")[0]
    with opened("my decoder") as device, subprocess.Popen([sys.executable, "-c", example]) as program:
        try:
            until(device, lambda: flows(device) and now(device)[:2] == (50_000, 100_000))
        finally:
            program.kill()


def test_it_is_quick_and_never_holds_up_the_game() -> None:
    """From the outlet's push to `at`, and what a call of `at` takes."""
    with Outlet("quick", rate_hz=100.0) as outlet, opened("quick") as device:
        outlet.tell(values=[0.1, 0.0])
        until(device, lambda: flows(device))
        device.take_rows()
        late_ms, took_ms = [], []
        ended = time.perf_counter() + 2.0
        while time.perf_counter() < ended:
            began_ns = time.perf_counter_ns()
            device.at(began_ns)
            took_ms.append((time.perf_counter_ns() - began_ns) * 1e-6)
            late_ms += [(began_ns - row[0]) * 1e-6 for row in device.take_rows()[1]]
            time.sleep(0.0005)
        assert len(late_ms) > 150
        assert 0.0 <= statistics.median(late_ms) < 10.0
        assert statistics.median(took_ms) < 0.5


def test_opening_and_closing_do_not_wait_for_a_stream() -> None:
    began = time.perf_counter()
    device = LslStream("nobody")
    assert time.perf_counter() - began < 0.5
    time.sleep(0.2)
    began = time.perf_counter()
    device.close()
    device.close()
    assert time.perf_counter() - began < 0.5
    assert device.at(time.perf_counter_ns()) == (0, 0, 0, FLAG_LOST)


def test_stamps_are_always_later_than_the_one_before() -> None:
    stamps = Stamps(lambda: 100.0)
    first = stamps.taken(1.0, 5_000_000_000)
    assert first is not None
    assert stamps.taken(1.0, 6_000_000_000) is None
    assert stamps.taken(0.5, 6_000_000_000) is None
    assert stamps.taken(math.nan, 6_000_000_000) is None
    stamps.begin()
    second = stamps.taken(0.5, 5_000_000_000)
    assert second is not None and second > first, "another stream, the same order of rows"


def test_a_clock_that_began_elsewhere_is_the_same_clock() -> None:
    """On Linux LSL's clock and the game's begin together; elsewhere they need not."""

    def clock() -> float:
        return time.perf_counter() - 12_345.0

    stamps = Stamps(clock)
    there_s, here_ns = clock() - 0.2, time.perf_counter_ns() - 200_000_000
    found = stamps.taken(there_s, time.perf_counter_ns())
    assert found == pytest.approx(here_ns, abs=2_000_000)
    stamps.correction_s = 0.1  # the sender's clock is a tenth of a second behind
    found = stamps.taken(there_s + 0.02, time.perf_counter_ns())
    assert found == pytest.approx(here_ns + 120_000_000, abs=2_000_000)


def test_without_pylsl_one_sentence_says_how_to_add_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pylsl", None)
    _lsl_inlet.library.cache_clear()
    with pytest.raises(LslMissingError, match=r"deploy/start\.py --with lsl"):
        LslStream()
    assert streams() == ("", _lsl_inlet.MISSING), "and the list of devices says it"
    monkeypatch.undo()
    _lsl_inlet.library.cache_clear()


def test_a_library_that_cannot_be_confined_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    import pylsl

    def too_old(_: str) -> None:
        raise NotImplementedError("requires a newer liblsl")

    monkeypatch.delenv("LSLAPICFG")
    monkeypatch.setattr(pylsl, "set_config_content", too_old)
    _lsl_inlet.library.cache_clear()
    with pytest.raises(LslMissingError, match="can't be read on this machine: requires a newer liblsl"):
        LslStream()
    monkeypatch.undo()
    _lsl_inlet.library.cache_clear()


def test_devices_lists_streams_without_a_configuration_of_the_users_own(tmp_path: Path) -> None:
    """The game's own configuration keeps to this machine, and finds what is there."""
    bare = {name: value for name, value in os.environ.items() if name != "LSLAPICFG"}

    def row(environment: dict[str, str]) -> dict[str, Any]:
        command = [sys.executable, "-m", "game_client", "devices", "--json"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        assert "default config" not in done.stderr, "LSL's own reaches beyond this machine, and says so"
        return next(each for each in json.loads(done.stdout) if each["kind"] == "lsl_stream")

    shown = {**os.environ, "SDL_VIDEODRIVER": "dummy"}
    alone = row(shown)
    assert not alone["usable"] and "no stream of type Movere" in alone["why_not"]
    plain = tmp_path / "lsl_api.cfg"  # as the tests' own, in LSL's usual session
    plain.write_text("[ports]\nIPv6 = disable\n[multicast]\nResolveScope = machine\n", encoding="utf-8")
    theirs = {**bare, "LSLAPICFG": str(plain)}
    with Outlet("listed", rate_hz=60.0, labels=("x", "y", "z"), environment=theirs):
        found = row({**bare, "SDL_VIDEODRIVER": "dummy"})
        assert "listed, 60 Hz, 3 channels" in found["there"]
        assert found["usable"], found["why_not"]
    with Outlet("words", channel_format="string"):
        refused = row(shown)
        assert not refused["usable"] and "words sends words" in refused["why_not"]
