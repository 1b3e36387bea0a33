"""A simulated population of neurons with an intrinsic manifold, a person who steers a cursor with it, and how
decoder and person learn from each other.

Units are cosine-tuned to the intended velocity: rate = rest + depth cos(intended - preferred direction) times
the speed's share of `FULL_SPEED_M_S`. What they share besides lies in a few common factors, so that all the
population can do together spans a low-dimensional space, the intrinsic manifold; each unit adds noise of its
own. A map's factors are found by factor analysis. A perturbation of the map within the manifold re-orders the
factors before they reach the cursor, one outside it re-orders the units before they reach the factors
(Sadtler et al. 2014). The simulated learner follows the error of the decoded velocity down its slope, but can
only associate an intention with other factors. A map outside the manifold reads less of them, so that its
slope is flatter and it is learnt more slowly: a model of that finding, not a proof of it. No source was
checked against its paper here. Rates in Hz, places in m, times in s.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from shared.movement.decoder import (
    Effector,
    LinearDecoder,
    another_order,
    intended,
    recalibrated,
    regressed,
    smooth_batch,
)

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FULL_SPEED_M_S = 0.25
BIN_S = 0.05
DIRECTIONS = 8
TARGET_M, TARGET_RADIUS_M = 0.10, 0.015
_LONGEST_TRIAL_S = 3.0
FIRST_ERROR_DEG = 75.0
LEARNING_RATE = 0.02
BINS_A_TRIAL = 20
_EM_STEPS = 60

Adaptation = Literal["off", "recalibrate", "smooth"]
Perturbation = Literal["within", "outside"]


@dataclass(frozen=True, slots=True)
class Population:
    """`loading` (n, k): Hz for one natural standard deviation of each common factor; its first two columns
    are the tuning to x and y at full speed. `private_hz` (n,): each unit's own noise in a bin."""

    rest_hz: Array
    loading: Array
    private_hz: Array

    @property
    def units(self) -> int:
        return len(self.rest_hz)

    def rates(self, factors: Array, chance: Generator) -> Array:
        """Return the rates (T, n) in which the common factors (T, k) show, with private noise, Hz."""
        noise = self.private_hz * chance.standard_normal((len(factors), self.units))
        found: Array = self.rest_hz + factors @ self.loading.T + noise
        return found

    def meant(self, velocity: Array, chance: Generator) -> Array:
        """Return the rates (T, n) while velocities (T, 2) are meant; the other factors go their own ways."""
        idle = chance.standard_normal((len(velocity), self.loading.shape[1] - 2))
        return self.rates(np.hstack([velocity / FULL_SPEED_M_S, idle]), chance)


def population(seed: int, units: int = 60, factors: int = 8) -> Population:
    """Draw a population: preferred directions all round, depths of 4 to 12 Hz, rests of 10 to 30 Hz, noises
    of 1.5 to 7 Hz."""
    chance = np.random.default_rng(seed)
    preferred = chance.uniform(0.0, 2.0 * np.pi, units)
    depth = chance.uniform(4.0, 12.0, units)
    tuning = depth[:, None] * np.column_stack([np.cos(preferred), np.sin(preferred)])
    other = chance.standard_normal((units, factors - 2)) * np.linspace(5.0, 3.0, factors - 2)
    return Population(
        chance.uniform(10.0, 30.0, units), np.hstack([tuning, other]), chance.uniform(1.5, 7.0, units)
    )


def drifted(of: Population, sd_deg: float, chance: Generator) -> Population:
    """Return the population with each preferred direction turned by an angle of its own; depths stay."""
    turn = np.radians(sd_deg) * chance.standard_normal(of.units)
    x, y = of.loading[:, 0], of.loading[:, 1]
    turned = np.column_stack([x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)])
    return Population(of.rest_hz, np.hstack([turned, of.loading[:, 2:]]), of.private_hz)


def directions() -> Array:
    """Return the unit vectors to the eight targets, (8, 2)."""
    angle = np.arange(DIRECTIONS) * 2.0 * np.pi / DIRECTIONS
    return np.column_stack([np.cos(angle), np.sin(angle)])


def angle_deg(velocity: Array, meant: Array) -> Array:
    """Return how far each velocity points past what was meant, 0 to 180 degrees."""
    cross = velocity[:, 0] * meant[:, 1] - velocity[:, 1] * meant[:, 0]
    found: Array = np.degrees(np.abs(np.arctan2(cross, (velocity * meant).sum(axis=1))))
    return found


def first_decoder(of: Population, seed: int, samples: int = 800) -> LinearDecoder:
    """Return a decoder fitted to watched or imagined movements in all directions."""
    chance = np.random.default_rng([seed, 1])
    velocity = FULL_SPEED_M_S * directions()[chance.integers(0, DIRECTIONS, samples)]
    velocity *= chance.uniform(0.0, 1.0, (samples, 1))
    weights = regressed(of.meant(velocity, chance), velocity, of.rest_hz)
    return _decoder(of, weights)


def _decoder(of: Population, weights: Array) -> LinearDecoder:
    rows = tuple(tuple(float(each) for each in row) for row in weights)
    return LinearDecoder(("x", "y"), "velocity", rows, tuple(float(each) for each in of.rest_hz))


# --- the decoder adapts -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch of closed-loop use: the mean angle between the decoded velocity and the way to the target,
    the share of targets reached within 3 s, and the decoder's size (the norm of its weights, m/s per Hz)."""

    angle_deg: float
    reached: float
    size: float


def adapted(
    of: Population,
    start: LinearDecoder,
    how: Adaptation,
    *,
    batches: int,
    seed: int,
    half_life_batches: float = 1.0,
    targets: int = 24,
    speed_m_s: float | None = FULL_SPEED_M_S,
    drift_deg: float = 0.0,
) -> tuple[LinearDecoder, list[Batch]]:
    """Let the person use a decoder for batches of targets and adapt it between them; return it as it ends
    and each batch as it was before its adaptation. `speed_m_s`: as `intended` takes it. `drift_deg`:
    the standard deviation of how far each unit's preferred direction turns after each batch."""
    chance, decoder, found = np.random.default_rng([seed, 2]), start, []
    for _ in range(batches):
        channels, meant, angle, reached = _used(of, decoder, targets, chance, speed_m_s)
        found.append(Batch(angle, reached, float(np.linalg.norm(decoder.matrix))))
        if how == "recalibrate":
            decoder = recalibrated(decoder, channels, meant)
        elif how == "smooth":
            decoder = smooth_batch(decoder, channels, meant, half_life_batches)
        if drift_deg:
            of = drifted(of, drift_deg, chance)
    return decoder, found


def _used(
    of: Population, decoder: LinearDecoder, targets: int, chance: Generator, speed_m_s: float | None
) -> tuple[Array, Array, float, float]:
    """One batch: the channels, what adaptation takes for the intention, the mean angle, the share reached."""
    channels, places, aims, reached = [], [], [], 0
    for at in chance.permutation(np.arange(targets) % DIRECTIONS):
        target = TARGET_M * directions()[at]
        effector, place = Effector(decoder, np.zeros(2), (-0.2, 0.2)), np.zeros(2)
        for _ in range(round(_LONGEST_TRIAL_S / BIN_S)):
            way = target - place
            apart = float(np.linalg.norm(way))
            if apart <= TARGET_RADIUS_M:
                reached += 1
                break
            rates = of.meant((FULL_SPEED_M_S * way / apart)[None], chance)
            channels.append(rates[0])
            places.append(place)
            aims.append(target)
            place = effector.step(rates[0], BIN_S)
    where, whither, velocity = np.array(places), np.array(aims), decoder.decode(np.array(channels))
    meant = intended(velocity, where, whither, TARGET_RADIUS_M, speed_m_s)
    return (
        np.array(channels),
        meant,
        float(angle_deg(velocity, whither - where).mean()),
        reached / targets,
    )


# --- the person adapts --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Manifold:
    """What factor analysis finds: `factors` (k, n) read the factors, each with a standard deviation of one,
    off the rates above rest; `share` is how much of the rates' variance is common, the rest being private."""

    factors: Array
    share: float


def factor_analysis(rates: Array, factors: int) -> Manifold:
    """Fit a factor analysis by expectation maximisation and return its factors, the strongest first."""
    centred = rates - rates.mean(axis=0)
    cov = centred.T @ centred / len(rates)
    values, vectors = np.linalg.eigh(cov)
    loading = vectors[:, -factors:] * np.sqrt(np.maximum(values[-factors:], 1e-9))
    private = np.maximum(np.diag(cov) * 0.5, 1e-6)
    for _ in range(_EM_STEPS):
        beta = _posterior(loading, private)
        moment = np.eye(factors) - beta @ loading + beta @ cov @ beta.T
        loading = cov @ beta.T @ np.linalg.inv(moment)
        private = np.maximum(np.diag(cov - loading @ beta @ cov), 1e-6)
    _, size, turned = np.linalg.svd(loading, full_matrices=False)
    read = turned @ _posterior(loading, private)
    read /= np.sqrt(np.einsum("ij,jk,ik->i", read, cov, read))[:, None]
    return Manifold(read, float((size**2).sum() / np.trace(cov)))


def _posterior(loading: Array, private: Array) -> Array:
    weighted = loading.T / private
    return np.asarray(np.linalg.solve(np.eye(loading.shape[1]) + weighted @ loading, weighted), np.float64)


@dataclass(frozen=True, slots=True)
class Maps:
    """A person's intuitive map and two perturbed ones of about equal first difficulty."""

    of: Population
    manifold: Manifold
    intuitive: LinearDecoder
    perturbed: dict[Perturbation, LinearDecoder]


def maps(seed: int, factors: int = 8, samples: int = 1600, candidates: int = 200) -> Maps:
    """Draw a population, find its manifold, fit the intuitive map through it and perturb that: of the
    candidate orders the one whose first error is nearest to `FIRST_ERROR_DEG`."""
    of, chance = population(seed, factors=factors), np.random.default_rng([seed, 3])
    velocity = FULL_SPEED_M_S * directions()[chance.integers(0, DIRECTIONS, samples)]
    rates = of.meant(velocity, chance)
    manifold = factor_analysis(rates, factors)
    steer = regressed((rates - of.rest_hz) @ manifold.factors.T, velocity, np.zeros(factors))
    found: dict[Perturbation, LinearDecoder] = {}
    for kind in ("within", "outside"):
        options = []
        for _ in range(candidates):
            if kind == "within":
                weights = steer[:, another_order(factors, int(chance.integers(1 << 30)))] @ manifold.factors
            else:
                weights = steer @ manifold.factors[:, another_order(of.units, int(chance.integers(1 << 30)))]
            options.append(weights)
        meant = directions()
        first = [angle_deg(meant @ (w @ of.loading[:, :2]).T, meant).mean() for w in options]
        found[kind] = _decoder(of, options[int(np.argmin(np.abs(np.array(first) - FIRST_ERROR_DEG)))])
    return Maps(of, manifold, _decoder(of, steer @ manifold.factors), found)


def learnt(
    given: Maps, decoder: LinearDecoder, *, trials: int, seed: int, bound_to_manifold: bool = True
) -> Array:
    """Return the angle error of each trial, degrees (trials,), while the person learns a map.

    Each trial means one direction at full speed; the error of the velocity that is decoded changes what is
    associated with the intention down the error's slope, by a step that suits the intuitive map.
    `bound_to_manifold=False` lets every unit change by itself, which no person was seen to do.
    """
    of, chance = given.of, np.random.default_rng([seed, 4])
    k = of.loading.shape[1]
    basis = of.loading
    if not bound_to_manifold:  # as many independent directions as units, each as strong as a factor
        turn, _ = np.linalg.qr(np.hstack([of.loading, chance.standard_normal((of.units, of.units - k))]))
        basis = np.hstack([of.loading, turn[:, k:] * np.linalg.norm(of.loading, axis=0).mean()])
    association = np.zeros((basis.shape[1], 2))
    association[:2] = np.eye(2)
    moves = decoder.matrix @ basis  # how each factor moves the cursor, m/s
    natural = np.linalg.norm(given.intuitive.matrix @ of.loading[:, :2]) ** 2 / 2.0
    errors = np.empty(trials)
    for trial in range(trials):
        aim = directions()[chance.integers(DIRECTIONS)]
        noise = of.private_hz * chance.standard_normal(of.units) / np.sqrt(BINS_A_TRIAL)
        velocity = moves @ association @ aim + decoder.matrix @ noise
        errors[trial] = angle_deg(velocity[None], aim[None])[0]
        missed = FULL_SPEED_M_S * aim - velocity
        association += LEARNING_RATE / natural * np.outer(moves.T @ missed, aim)
    return errors
