"""People drawn from virtual profiles: distributions over the parameters of learning and moving.

A profile (`profiles.toml`) names a mean and a standard deviation for each parameter, what it inherits from
another profile, and its sources. A seed is a person: the same seed gives the same parameters for ever.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import msgspec
from msgspec import Meta, Struct
from numpy.random import PCG64, Generator, SeedSequence

from shared.errors import MovereError
from shared.wire.plan import ImpairmentProfile

if TYPE_CHECKING:
    from collections.abc import Mapping

_Share = Annotated[float, Meta(ge=0.0, le=1.0)]


class Person(Struct, frozen=True, kw_only=True):
    """One person's parameters; each bound keeps a draw sensible. Rates are a trial, `night_` a night."""

    profile: str
    label: str
    seed: int
    bias_deg: Annotated[float, Meta(ge=-25.0, le=25.0)]
    """Own directional bias of the unperturbed reach, counter-clockwise positive."""
    motor_noise_deg: Annotated[float, Meta(ge=1.0, le=15.0)]
    """Direction noise that the person does not know of, SD a reach."""
    blind_noise: Annotated[float, Meta(ge=1.0, le=3.0)]
    """How much larger that noise is where the hand is not seen (loss of proprioception)."""
    explore_deg: Annotated[float, Meta(ge=0.2, le=8.0)]
    """Exploration after a reward, SD a reach."""
    explore_after_failure: Annotated[float, Meta(ge=1.0, le=4.0)]
    """How much larger it is after no reward."""
    error_fast: Annotated[float, Meta(ge=0.0, le=0.5)]
    error_slow: Annotated[float, Meta(ge=0.0, le=0.1)]
    keep_fast: Annotated[float, Meta(ge=0.1, le=0.9)]
    keep_slow: Annotated[float, Meta(ge=0.9, le=0.9995)]
    generalisation_deg: Annotated[float, Meta(ge=10.0, le=60.0)]
    """Width (sigma) over which what is learnt in one direction serves others."""
    reward_rate: _Share
    """Share of the explored change that a reward keeps."""
    night_slow: _Share
    night_reward: _Share
    strategy: _Share
    """How reliably a shown aim is used."""
    strategy_find: _Share
    """Chance a trial to find a strategy unprompted after a large error."""
    strategy_memory: _Share
    """How well an aim that paid is recalled the next day."""
    repetition_rate: _Share
    """Pull of a free reach towards the movement just made, a trial."""
    night_repetition: _Share
    skill_rate: Annotated[float, Meta(ge=0.0, le=0.1)]
    """Share of the motor noise that can still be lost, lost a practised trial with vision."""
    skill_most: _Share
    """Share of the motor noise that practice can take away at all."""
    night_skill: _Share
    forward_model: _Share
    """How much of its own correction a person takes into account during the senses' delay (1 all)."""
    reaction_s: Annotated[float, Meta(ge=0.25, le=1.5)]
    speed: Annotated[float, Meta(ge=0.2, le=1.4)]
    """Peak speed relative to a healthy young adult."""
    submovements: _Share
    """Share of reaches that stop short and need a second, corrective movement."""
    tremor_mm: Annotated[float, Meta(ge=0.0, le=3.0)]
    tremor_hz: Annotated[float, Meta(ge=3.0, le=12.0)]
    trunk_share: Annotated[float, Meta(ge=0.0, le=0.6)]
    """Share of the hand's way that the trunk makes by leaning (compensation)."""
    tiring: Annotated[float, Meta(ge=0.0, le=0.01)]
    """How much slower and noisier a reach becomes, a trial, until a rest."""
    unseen: _Share
    """Chance that a target on the neglected side is not seen in time."""
    pain: Annotated[float, Meta(ge=0.0, le=10.0)]
    effort: Annotated[float, Meta(ge=0.0, le=10.0)]
    attendance: _Share
    """Chance that a planned session is played."""
    learner: str = "two_rate"
    """Which class of learner this person is (`shared.patient.learner.LEARNERS`)."""
    impairment: ImpairmentProfile


_NOT_DRAWN = frozenset({"profile", "label", "seed", "attendance", "learner", "impairment"})


@lru_cache(maxsize=1)
def _bounds() -> dict[str, tuple[float, float]]:
    hints = get_type_hints(Person, include_extras=True)
    metas = {
        name: next((each for each in getattr(hint, "__metadata__", ()) if isinstance(each, Meta)), None)
        for name, hint in hints.items()
    }
    return {
        name: (float(meta.ge or 0.0), float(meta.le or 0.0))
        for name, meta in metas.items()
        if meta is not None and name not in _NOT_DRAWN
    }


@lru_cache(maxsize=1)
def profiles() -> dict[str, dict[str, Any]]:
    """Return every virtual profile by name, with what it inherits filled in."""
    text = resources.files("shared.patient").joinpath("profiles.toml").read_text("utf-8")
    return filled_in(tomllib.loads(text))


def filled_in(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Resolve each profile's `base`.

    Raises:
        MovereError: a base that is not there (it must stand above), or a parameter that is missing.
    """
    found: dict[str, dict[str, Any]] = {}
    for name, table in tables.items():
        base = table.get("base")
        if base is not None and base not in found:
            raise MovereError(f"the virtual profile {name} stands on {base}, which does not stand above it")
        whole = (found[base] if base else {}) | dict(table)
        missing = [each for each in _bounds() if each not in whole]
        if missing:
            raise MovereError(f"the virtual profile {name} lacks {', '.join(missing)}")
        found[name] = whole
    return found


def draw_person(profile: str, seed: int, tables: Mapping[str, Mapping[str, Any]] | None = None) -> Person:
    """Draw a person from a profile's normal distributions, each clipped to its bounds.

    Args:
        tables: profiles to draw from (as `filled_in` gives them); the product's own when None.

    Raises:
        MovereError: there is no such profile.
    """
    known = profiles() if tables is None else tables
    found = known.get(profile)
    if found is None:
        raise MovereError(f"no virtual profile called {profile}; known are {', '.join(sorted(known))}")
    random = Generator(PCG64(SeedSequence([seed, 1])))
    values: dict[str, float] = {}
    for name, (low, high) in _bounds().items():
        mean, sd = found[name]
        values[name] = min(high, max(low, float(random.normal(mean, sd))))
    return Person(
        profile=profile,
        label=found["label"],
        seed=seed,
        attendance=found["attendance"],
        learner=found.get("learner", "two_rate"),
        impairment=msgspec.convert(found["profile"], ImpairmentProfile),
        **values,
    )
