"""A decoder's stream as a hand, from a real outlet in a process of its own on the loopback."""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec import convert, to_builtins

from game_client.devices import _lsl_inlet
from game_client.devices._lsl_decoding import Adaptation, Described, StreamError, decoding_of
from game_client.devices._lsl_inlet import LslMissingError, Stamps
from game_client.devices._port import PROBLEMS, Intends, Notes
from game_client.devices.lsl_stream import LIMIT_M, LslStream
from game_client.session.run import SessionRun
from shared.movement.decoder import LinearDecoder
from shared.patient.neurons import FULL_SPEED_M_S, angle_deg, population
from shared.wire.plan import DecoderPlan
from shared.wire.session import Command
from shared.wire.streams import FLAG_HELD, FLAG_LOST
from tests.game_client.devices.lsl_outlet import ROOT, Outlet
from tests.virtual_sessions import make_header, make_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TICK_S = 1 / 120
PAUSED_WITHIN_S = 0.5


@contextmanager
def opened(name: str, plan: DecoderPlan | None = None, **more: Any) -> Iterator[LslStream]:
    device = LslStream(name, plan, **more)
    try:
        yield device
    finally:
        device.close()


def until(device: LslStream, holds: Callable[[], bool], within_s: float = 5.0) -> float:
    """Play on in ticks until it holds; return how long that took, s."""
    began = time.perf_counter()
    while not holds():
        assert time.perf_counter() - began < within_s, (device.problem, device.sentence)
        time.sleep(TICK_S)
        device.at(time.perf_counter_ns())
    return time.perf_counter() - began


def wait(device: LslStream, seconds: float) -> None:
    ended = time.perf_counter() + seconds
    until(device, lambda: time.perf_counter() > ended, seconds + 1.0)


def now(device: LslStream) -> tuple[int, int, int, int]:
    return device.at(time.perf_counter_ns())


def flows(device: LslStream) -> bool:
    return now(device)[3] in (0, FLAG_HELD) and not device.problem


def lost(device: LslStream, problem: str) -> bool:
    assert problem in PROBLEMS
    return now(device)[2:] == (0, FLAG_LOST) and device.problem == problem


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


def channel(**words: object) -> dict[str, str]:
    return {word: str(value) for word, value in words.items()}


TUNED = [channel(preferred_deg=at * 90, rest=10, depth=5) for at in range(4)]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ([channel(label="x")] * 2 + [channel(label="y")], "sends 2 channels and describes 3"),
        ([], "sends 2 channels and describes 0"),
        (
            [channel(label="a"), channel(label="b")],
            "channel 1 .* preferred_deg .* label two channels x and y",
        ),
        (
            [channel(preferred_deg=0, rest=1), channel(preferred_deg="ninety", rest=1)],
            "channel 2 .* a number called preferred_deg",
        ),
        ([channel(preferred_deg=0, rest=1), channel(preferred_deg=180, rest=1)], "prefer one line"),
    ],
)
def test_a_stream_that_cannot_be_decoded_has_a_sentence(said: list[dict[str, str]], sentence: str) -> None:
    with pytest.raises(StreamError, match=sentence):
        decoding_of(Described("S", 50.0, 2, tuple(said)), DecoderPlan())


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


def test_a_plan_that_wants_an_extra_movement_says_when_there_is_none() -> None:
    stream = Described("S", 50.0, 4, tuple(TUNED))
    with pytest.raises(StreamError, match="wants an extra movement"):
        decoding_of(stream, DecoderPlan(extra=True))
    with_it = Described("S", 50.0, 4, tuple({**each, "extra": "0.5"} for each in TUNED))
    decoding = decoding_of(with_it, DecoderPlan(extra=True))
    assert decoding.whole.degrees == ("x", "y", "extra")
    assert decoding.whole.weights[:2] == decoding_of(stream, DecoderPlan()).whole.weights, "as they were"
    assert decoding.whole.decode(np.full(4, 11.0))[2] == pytest.approx(4 * 0.5)


def test_the_description_reads_every_direction_off_an_uneven_population() -> None:
    of = population(3, units=20)
    depth, preferred = np.hypot(*of.loading[:, :2].T), np.arctan2(*of.loading[:, 1::-1].T)
    said = [
        channel(preferred_deg=math.degrees(preferred[at]), rest=of.rest_hz[at], depth=depth[at])
        for at in range(20)
    ]
    decoder = decoding_of(Described("S", 50.0, 20, tuple(said)), DecoderPlan()).steer
    meant = FULL_SPEED_M_S * np.array([[1.0, 0.0], [0.0, 1.0], [-0.6, 0.8]])
    exact = of.rest_hz + meant / FULL_SPEED_M_S @ of.loading[:, :2].T
    np.testing.assert_allclose(decoder.decode(exact), meant, atol=1e-9)
    swapped = decoding_of(Described("S", 50.0, 20, tuple(said)), DecoderPlan(map="arbitrary")).steer
    assert angle_deg(swapped.decode(exact), meant).mean() > 30.0
    assert sorted(swapped.weights[0]) == pytest.approx(sorted(decoder.weights[0])), "the same, re-ordered"
    assert swapped == decoding_of(Described("S", 50.0, 20, tuple(said)), DecoderPlan(map="arbitrary")).steer


def test_an_arbitrary_map_of_places_swaps_them_and_the_extra_stays() -> None:
    plan = DecoderPlan(map="arbitrary", extra=True)
    with Outlet("swap", labels=("extra", "x", "y")) as outlet, opened("swap", plan) as device:
        outlet.tell(values=[0.2, 0.1, -0.05])
        until(device, lambda: flows(device) and now(device)[:2] == (-50_000, 100_000))
        until(device, lambda: device.extra == pytest.approx(0.2))
        outlet.tell(values=[0.05, 0.1, -0.05])
        until(device, lambda: device.extra == pytest.approx(0.05))
        wait(device, 0.3)
        assert now(device)[:2] == (-50_000, 100_000), "as it was"
        noted = device.take_commands()
        assert noted[0] == ("decoder_arbitrary", 3.0)
        assert [round(value, 3) for name, value in noted if name == "decoder_extra"][-2:] == [0.2, 0.05]


def steered(device: LslStream, outlet: Outlet, targets: list[tuple[float, float]], within_s: float) -> float:
    """A person who sees the decoded hand means to go straight at each target; return the share reached."""
    reached = 0
    for target in targets:
        ended = time.perf_counter() + within_s
        while time.perf_counter() < ended:
            x_um, y_um, _, _ = now(device)
            way = np.array(target) - (x_um * 1e-6, y_um * 1e-6)
            apart = float(np.hypot(*way))
            if apart < 0.015:
                reached += 1
                break
            device.intend(target)
            outlet.tell(meant=(FULL_SPEED_M_S * way / max(apart, 1e-9)).tolist())
            time.sleep(TICK_S)
    device.intend(None)
    return reached / len(targets)


def around(count: int, radius_m: float = 0.1) -> list[tuple[float, float]]:
    angles = np.arange(count) * 2.4  # neighbours in time lie far apart
    return [(radius_m * math.cos(each), radius_m * math.sin(each)) for each in angles]


@pytest.mark.parametrize("mapping", ["biomimetic", "arbitrary"])
def test_a_population_steers_by_the_biomimetic_map_and_not_by_the_arbitrary(mapping: Any) -> None:
    with Outlet("brain", units=40) as outlet, opened("brain", DecoderPlan(map=mapping)) as device:
        until(device, lambda: flows(device))
        reached = steered(device, outlet, around(6), 1.8)
        assert reached >= 5 / 6 if mapping == "biomimetic" else reached <= 2 / 6, reached
        assert not device.problem
        assert [name for name, _ in device.take_commands()] == [f"decoder_{mapping}"]


@pytest.mark.parametrize("how", ["recalibrate", "smooth"])
def test_adaptation_makes_the_arbitrary_map_steer(how: Any) -> None:
    """The weights are wrong at first; what is meant teaches them, batch by batch."""
    plan = DecoderPlan(map="arbitrary", adaptation=how)
    with Outlet("learns", units=40) as outlet, opened("learns", plan, batch_s=4.0) as device:
        until(device, lambda: flows(device))
        refits = 0
        while refits < (1 if how == "recalibrate" else 2):
            steered(device, outlet, around(8, 0.08), 0.7)
            refits += [name for name, _ in device.take_commands()].count("decoder_refit")
        assert steered(device, outlet, around(6), 1.8) >= 5 / 6


def test_what_was_meant_before_a_pause_is_not_learnt_from() -> None:
    """Play stops its ticks in a pause: the last target is not what is meant any more."""
    plan = DecoderPlan(map="arbitrary", adaptation="recalibrate")
    with Outlet("rests", units=20) as outlet, opened("rests", plan, batch_s=1.7) as device:
        until(device, lambda: flows(device))
        device.take_commands()
        steered(device, outlet, around(2), 0.5)
        device.intend((0.1, 0.1))
        wait(device, 2.0)
        assert device.take_commands() == []
        steered(device, outlet, around(6), 0.5)
        assert {name for name, _ in device.take_commands()} == {"decoder_refit"}


def test_what_it_notes_is_recorded_and_a_replay_passes_it_over() -> None:
    """The ticks are the decoder's own output: a replay needs no weights."""
    plan = make_plan(practice=8, probe=4)
    run = SessionRun(make_header(plan))
    for name in ("pain", "effort", "warning"):
        run.command(name, 0.0)
    for name, value in (("decoder_arbitrary", 60.0), ("decoder_refit", 0.4), ("decoder_extra", -0.1)):
        before = run.view
        assert run.command(name, value) == []
        assert run.view == before
    kept = run.take_piece().commands[-3:]
    assert [(each.name, each.value) for each in kept] == [
        ("decoder_arbitrary", 60.0),
        ("decoder_refit", 0.4),
        ("decoder_extra", -0.1),
    ]
    assert convert(to_builtins(kept), list[Command]) == kept


def test_without_a_target_or_in_one_line_nothing_is_refitted() -> None:
    steer = LinearDecoder(("x", "y"), "velocity", ((0.01, 0.0), (0.0, 0.01)), (0.0, 0.0))
    chance = np.random.default_rng(1)

    def fitted(how: str, targets: list[tuple[float, float]]) -> LinearDecoder | None:
        adaptation, found = Adaptation(how, 2.0), None
        for at in range(150):
            found = found or adaptation.take(
                steer, chance.normal(size=2), np.zeros(2), targets[at % len(targets)], 0.02
            )
        return found

    assert fitted("recalibrate", [(0.1, 0.0), (0.0, 0.1)]) is not None
    assert fitted("recalibrate", [(0.1, 0.0), (-0.1, 0.0)]) is None
    assert fitted("off", [(0.1, 0.0), (0.0, 0.1)]) is None


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
    clock = [100.0]
    stamps = Stamps(lambda: clock[0])
    first = stamps.taken(1.0, 5_000_000_000)
    assert first is not None
    assert stamps.taken(1.0, 6_000_000_000) is None
    assert stamps.taken(0.5, 6_000_000_000) is None
    assert stamps.taken(math.nan, 6_000_000_000) is None
    stamps.begin()
    second = stamps.taken(0.5, 5_000_000_000)
    assert second is not None and second > first, "another stream, the same order of rows"


def test_without_pylsl_one_sentence_says_how_to_add_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pylsl", None)
    _lsl_inlet.library.cache_clear()
    with pytest.raises(LslMissingError, match=r"deploy/start\.py --with lsl"):
        LslStream()
    monkeypatch.undo()
    _lsl_inlet.library.cache_clear()


def test_devices_lists_streams_without_a_configuration_of_the_users_own(tmp_path: Path) -> None:
    """The game's own configuration keeps to this machine, and finds what is there."""
    bare = {name: value for name, value in os.environ.items() if name != "LSLAPICFG"}

    def row(environment: dict[str, str]) -> dict[str, Any]:
        command = [sys.executable, "-m", "game_client", "devices", "--json"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
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
