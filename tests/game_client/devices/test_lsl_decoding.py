"""How a decoder's stream is decoded: its description, both maps, the extra movement, and adaptation."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec import convert, to_builtins

from game_client.devices._lsl_decoding import Adaptation, Described, StreamError, decoding_of
from game_client.session.run import SessionRun
from shared.movement.decoder import LinearDecoder
from shared.patient.neurons import FULL_SPEED_M_S, angle_deg, population
from shared.wire.plan import DecoderPlan
from shared.wire.session import Command
from tests.game_client.devices.lsl_listener import TICK_S, flows, now, opened, until, wait
from tests.game_client.devices.lsl_outlet import Outlet
from tests.virtual_sessions import make_header, make_plan

if TYPE_CHECKING:
    from game_client.devices.lsl_stream import LslStream


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
