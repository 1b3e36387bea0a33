"""A simulated population: the decoder's adaptation converges and stays, and maps inside the manifold are
learnt faster than maps outside; without adaptation, and without the manifold, neither holds."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from shared.movement.decoder import LinearDecoder
from shared.patient.neurons import (
    FIRST_ERROR_DEG,
    FULL_SPEED_M_S,
    Adaptation,
    Batch,
    Maps,
    Population,
    adapted,
    angle_deg,
    directions,
    factor_analysis,
    first_decoder,
    learnt,
    maps,
    population,
)

SEEDS = range(8)
TRIALS = 600


@lru_cache(maxsize=1)
def people() -> tuple[Maps, ...]:
    return tuple(maps(seed) for seed in SEEDS)


def wrong_decoder(seed: int) -> tuple[Population, LinearDecoder]:
    of = population(seed)
    return of, first_decoder(of, seed).wired("arbitrary", seed)


@lru_cache(maxsize=12)
def used(how: Adaptation, seed: int, batches: int = 12) -> list[Batch]:
    return adapted(*wrong_decoder(seed), how, batches=batches, seed=seed)[1]


def errors(kind: str, *, bound_to_manifold: bool) -> np.ndarray:
    """Angle error of each trial, a row a person."""
    return np.array(
        [
            learnt(
                each,
                each.intuitive if kind == "intuitive" else each.perturbed[kind],  # type: ignore[index]
                trials=TRIALS,
                seed=seed,
                bound_to_manifold=bound_to_manifold,
            )
            for seed, each in zip(SEEDS, people(), strict=True)
        ]
    )


def test_units_are_tuned_to_a_direction_by_its_cosine() -> None:
    """The mean rates over eight directions fit rest + depth cos(direction - preferred) within their noise."""
    of, chance = population(5), np.random.default_rng(1)
    means = np.array(
        [
            of.meant(np.repeat(FULL_SPEED_M_S * each[None], 4000, axis=0), chance).mean(axis=0)
            for each in directions()
        ]
    )
    depth = np.hypot(*of.loading[:, :2].T)
    preferred = np.arctan2(of.loading[:, 1], of.loading[:, 0])
    angle = np.arange(8) * np.pi / 4
    cosine = of.rest_hz + depth * np.cos(angle[:, None] - preferred)
    assert np.abs(means - cosine).max() < 1.0
    assert (depth.min(), depth.max()) == (pytest.approx(4, abs=1), pytest.approx(12, abs=1))


def test_factor_analysis_finds_the_manifold_and_not_the_noise() -> None:
    """The factors' read-out spans what the population has in common: nothing of it is lost."""
    of, chance = population(2), np.random.default_rng(2)
    rates = of.rates(chance.standard_normal((3000, 8)), chance)
    found = factor_analysis(rates, 8)
    assert found.factors.shape == (8, of.units)
    true = chance.standard_normal((500, 8))
    read = (true @ of.loading.T) @ found.factors.T
    left = true - read @ np.linalg.lstsq(read, true, rcond=None)[0]
    assert float(np.square(left).sum() / np.square(true).sum()) < 1e-3
    read_noise = (of.private_hz * chance.standard_normal((500, of.units))) @ found.factors.T
    assert read_noise.var() < 0.017 * read.var()  # by principal components alone: 0.022
    spread = ((rates - rates.mean(axis=0)) @ found.factors.T).std(axis=0)
    assert spread == pytest.approx(np.ones(8), rel=1e-3)


@pytest.mark.parametrize("how", ["recalibrate", "smooth"])
def test_a_decoder_that_is_wired_wrong_adapts_until_every_target_is_reached(how: Adaptation) -> None:
    for seed in (1, 2, 3):
        batches = used(how, seed)
        assert batches[0].angle_deg > 80.0
        assert batches[0].reached < 0.3
        assert all(each.angle_deg < 8.0 and each.reached == 1.0 for each in batches[6:])


def test_without_adaptation_it_stays_wrong() -> None:
    for seed in (1, 2, 3):
        batches = used("off", seed)
        assert all(each.angle_deg > 80.0 and each.reached < 0.3 for each in batches)
        assert len({each.size for each in batches}) == 1


def test_smooth_batch_takes_more_batches_with_a_longer_half_life() -> None:
    of, wrong = wrong_decoder(1)
    after = [
        adapted(of, wrong, "smooth", batches=3, seed=1, half_life_batches=half)[1][-1].angle_deg
        for half in (1.0, 3.0)
    ]
    assert after[0] < 10.0 < after[1]


def test_a_decoder_that_learns_its_own_speed_turns_right_but_stays_slow() -> None:
    """The size of a decoder that reads the full speed is about 9 mm/s per Hz."""
    of, wrong = wrong_decoder(1)
    slow, full = (
        adapted(of, wrong, "smooth", batches=10, seed=1, speed_m_s=speed)[1][-1]
        for speed in (None, FULL_SPEED_M_S)
    )
    assert max(slow.angle_deg, full.angle_deg) < 8.0
    assert slow.size < 0.4 * full.size


def test_smooth_batch_ends_nearer_than_batches_that_each_start_anew() -> None:
    """What is blended over batches carries less of one batch's noise."""
    for seed in (1, 2, 3):
        smooth, anew = (
            np.mean([each.angle_deg for each in used(how, seed)[7:]]) for how in ("smooth", "recalibrate")
        )
        assert smooth < anew


@pytest.mark.parametrize("how", ["recalibrate", "smooth"])
def test_a_right_decoder_stays_right_and_keeps_its_size(how: Adaptation) -> None:
    of = population(4)
    batches = adapted(of, first_decoder(of, 4), how, batches=40, seed=4)[1]
    assert max(each.angle_deg for each in batches) < 8.0
    late = [each.size for each in batches[20:]]
    assert max(late) / min(late) < 1.25
    assert all(each.reached == 1.0 for each in batches)


def test_a_decoder_that_adapts_keeps_up_with_units_that_drift() -> None:
    for seed in (1, 2, 3):
        of = population(seed)
        start = first_decoder(of, seed)
        off, smooth = (
            adapted(of, start, how, batches=25, seed=seed, drift_deg=12.0)[1] for how in ("off", "smooth")
        )
        late = [float(np.mean([each.angle_deg for each in batches[-6:]])) for batches in (off, smooth)]
        assert off[0].angle_deg < 5.0
        assert late[0] > 7.0
        assert late[1] < 6.0


def test_the_two_perturbed_maps_begin_equally_hard_and_the_intuitive_one_is_easy() -> None:
    aims = directions()
    for each in people():
        for decoder in each.perturbed.values():
            first = angle_deg(aims @ (decoder.matrix @ each.of.loading[:, :2]).T, aims).mean()
            assert first == pytest.approx(FIRST_ERROR_DEG, abs=5.0)
        easy = angle_deg(aims @ (each.intuitive.matrix @ each.of.loading[:, :2]).T, aims).mean()
        assert easy < 5.0


def test_a_map_within_the_manifold_reads_the_same_factors_and_one_outside_does_not() -> None:
    for each in people():
        rows = each.manifold.factors

        def beyond(decoder: LinearDecoder, rows: np.ndarray = rows) -> float:
            fitted = np.linalg.lstsq(rows.T, decoder.matrix.T, rcond=None)[0]
            return float(np.linalg.norm(decoder.matrix.T - rows.T @ fitted) / np.linalg.norm(decoder.matrix))

        assert beyond(each.intuitive) < 1e-9
        assert beyond(each.perturbed["within"]) < 1e-9
        assert beyond(each.perturbed["outside"]) > 0.8
        gain = [float(np.linalg.norm(map_.matrix @ each.of.loading)) for map_ in each.perturbed.values()]
        assert gain[1] < 0.75 * gain[0]  # what the slope's steepness comes from


def test_maps_within_the_manifold_are_learnt_faster_than_maps_outside() -> None:
    within, outside = (errors(kind, bound_to_manifold=True) for kind in ("within", "outside"))
    late = [each[:, 200:300].mean(axis=1) for each in (within, outside)]
    assert (late[0] < late[1]).all()  # in every person
    assert late[0].mean() < 10.0
    assert late[1].mean() > 20.0
    assert within[:, -100:].mean() < 3.0
    assert outside[:, -100:].mean() > 10.0


def test_a_learner_that_ignored_the_manifold_would_learn_both() -> None:
    within, outside = (errors(kind, bound_to_manifold=False) for kind in ("within", "outside"))
    assert outside[:, 200:300].mean() < within[:, 200:300].mean() + 2.0
    assert outside[:, -100:].mean() < 3.0


def test_the_intuitive_map_needs_no_learning() -> None:
    assert errors("intuitive", bound_to_manifold=True).mean() < 3.0


def test_the_same_seed_gives_the_same_person_and_the_same_learning() -> None:
    again = maps(3)
    assert again.perturbed == people()[3].perturbed
    first, second = (learnt(again, again.perturbed["within"], trials=20, seed=1) for _ in range(2))
    assert (first == second).all()
