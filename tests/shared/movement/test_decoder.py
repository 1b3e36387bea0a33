"""Decoders: what they read, how they are wired, an added effector, and the two ways to adapt."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.movement.decoder import (
    DecoderError,
    Effector,
    LinearDecoder,
    another_order,
    blend_of,
    intended,
    recalibrated,
    regressed,
    smooth_batch,
)

PLAIN = LinearDecoder(
    ("x", "y"), "velocity", ((0.1, -0.1, 0.0, 0.0), (0.0, 0.0, 0.2, -0.2)), (1.0, 1.0, 2.0, 2.0)
)


def test_it_reads_each_degree_off_the_channels_above_rest() -> None:
    assert PLAIN.decode(np.array([2.0, 1.0, 2.0, 2.5])) == pytest.approx([0.1, -0.1])
    assert PLAIN.decode(np.array([[1.0, 1.0, 2.0, 2.0], [1.0, 3.0, 3.0, 2.0]])) == pytest.approx(
        np.array([[0.0, 0.0], [-0.2, 0.2]])
    )


@pytest.mark.parametrize("channels", [[1.0, 2.0], [1.0, 2.0, 3.0, np.nan], [1.0, 2.0, 3.0, np.inf]])
def test_channels_that_do_not_fit_are_an_error(channels: list[float]) -> None:
    with pytest.raises(DecoderError):
        PLAIN.decode(np.array(channels))
    with pytest.raises(DecoderError):
        Effector(PLAIN, np.zeros(2)).step(np.array(channels), 0.01)


def test_it_is_kept_and_one_that_does_not_fit_is_not_read() -> None:
    assert msgspec.json.decode(msgspec.json.encode(PLAIN), type=LinearDecoder) == PLAIN
    wrong = msgspec.to_builtins(PLAIN)
    for change in ({"rest": [0.0] * 3}, {"degrees": ["x"]}, {"degrees": ["x", "x"]}):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(wrong | change, type=LinearDecoder)


def test_a_biomimetic_map_is_the_decoder_and_an_arbitrary_one_wires_every_channel_otherwise() -> None:
    assert PLAIN.wired("biomimetic", 3) is PLAIN
    other = PLAIN.wired("arbitrary", 3)
    assert other.mapping == "arbitrary"
    assert other == PLAIN.wired("arbitrary", 3)
    columns = [tuple(each) for each in PLAIN.matrix.T]
    assert sorted(map(tuple, other.matrix.T)) == sorted(columns)
    assert all(tuple(new) != old for new, old in zip(other.matrix.T, columns, strict=True))
    with pytest.raises(DecoderError, match="wired as in the body"):
        other.wired("arbitrary", 4)


@given(st.integers(2, 100), st.integers(0, 1000))
def test_no_channel_keeps_its_place(count: int, seed: int) -> None:
    order = another_order(count, seed)
    assert sorted(order) == list(range(count))
    assert (order != np.arange(count)).all()


def test_an_added_thumb_is_one_more_degree_that_leaves_the_hand_as_it_was() -> None:
    thumb = PLAIN.with_effector("thumb", np.array([0.3, 0.3, 0.0, 0.0]))
    sample = np.array([2.0, 2.5, 2.0, 3.0])
    assert thumb.degrees == ("x", "y", "thumb")
    assert thumb.decode(sample)[:2] == pytest.approx(PLAIN.decode(sample))
    assert thumb.decode(sample)[2] == pytest.approx(0.3 * 1.0 + 0.3 * 1.5)
    for name, weights in (("x", np.zeros(4)), ("thumb", np.zeros(3))):
        with pytest.raises(DecoderError, match="a weight for each channel"):
            PLAIN.with_effector(name, weights)


def test_a_velocity_adds_up_within_bounds_and_a_position_is_taken_as_it_is() -> None:
    rightwards = np.array([2.0, 1.0, 2.0, 2.0])  # 0.1 m/s
    moved = Effector(PLAIN, np.zeros(2), (-0.023, 0.023))
    assert moved.step(rightwards, 0.05) == pytest.approx([0.005, 0.0])
    assert moved.step(rightwards, 0.05) == pytest.approx([0.010, 0.0])
    assert moved.step(rightwards, 9.0) == pytest.approx([0.020, 0.0])  # a gap counts as 0.1 s
    assert moved.step(rightwards, 0.05) == pytest.approx([0.023, 0.0])  # the bound
    fast = Effector(PLAIN, np.zeros(2))
    assert fast.step(np.array([1001.0, 1.0, 2.0, 2.0]), 0.1) == pytest.approx([0.2, 0.0])  # 2 m/s at most
    placed = Effector(LinearDecoder(("x", "y"), "position", PLAIN.weights, PLAIN.rest), np.zeros(2))
    assert placed.step(rightwards, 0.05) == pytest.approx([0.1, 0.0])
    assert placed.step(rightwards, 0.05) == pytest.approx([0.1, 0.0])
    with pytest.raises(DecoderError, match="a place for each"):
        Effector(PLAIN, np.zeros(3))


def test_the_intention_points_at_the_target_and_is_nothing_on_it() -> None:
    velocity = np.array([[0.3, 0.4], [0.1, 0.0], [0.0, 0.0]])
    place = np.array([[0.0, 0.0], [0.1, 0.0], [0.0, 0.1]])
    target = np.array([[0.0, -0.1], [0.1, 0.005], [0.1, 0.1]])
    assert intended(velocity, place, target, 0.01) == pytest.approx(np.array([[0, -0.5], [0, 0], [0, 0]]))
    set_speed = intended(velocity, place, target, 0.01, 0.25)
    assert set_speed == pytest.approx(np.array([[0, -0.25], [0, 0], [0.25, 0]]))


def batch(seed: int = 1, count: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Channels at random, and what is meant by them through known weights, without noise."""
    chance = np.random.default_rng(seed)
    true = np.array([[0.5, 0.1, -0.2, 0.3], [0.0, -0.4, 0.3, 0.1]])
    channels = chance.standard_normal((count, 4)) + np.array(PLAIN.rest)
    return channels, (channels - np.array(PLAIN.rest)) @ true.T, true


def test_a_regression_finds_the_weights_that_made_the_intention() -> None:
    channels, meant, true = batch()
    assert regressed(channels, meant, np.array(PLAIN.rest)) == pytest.approx(true, abs=0.002)
    assert recalibrated(PLAIN, channels, meant).matrix == pytest.approx(true, abs=0.002)


def test_a_silent_channel_gets_no_weight() -> None:
    channels, meant, _ = batch()
    channels[:, 3] = PLAIN.rest[3]
    assert regressed(channels, meant, np.array(PLAIN.rest))[:, 3] == pytest.approx([0.0, 0.0])


@pytest.mark.parametrize("half_life", [1, 2, 5])
def test_after_its_half_life_half_of_the_old_weights_is_left(half_life: int) -> None:
    channels, meant, _ = batch()
    new = regressed(channels, meant, np.array(PLAIN.rest))
    decoder = PLAIN
    for _ in range(half_life):
        decoder = smooth_batch(decoder, channels, meant, half_life)
    assert decoder.matrix == pytest.approx(0.5 * PLAIN.matrix + 0.5 * new)


def test_a_batch_that_is_too_short_or_a_half_life_of_nothing_is_an_error() -> None:
    channels, meant, _ = batch()
    with pytest.raises(DecoderError, match="3 samples"):
        regressed(channels[:3], meant[:3], np.zeros(4))
    with pytest.raises(DecoderError, match="do not fit"):
        regressed(channels, meant[:10], np.zeros(4))
    for wrong in (0.0, -1.0, float("nan")):
        with pytest.raises(ValueError, match="positive"):
            blend_of(wrong)
