"""Virtual people along a shape: smooth, late, led astray by a mirror until they master it, blind by feel."""

from __future__ import annotations

import math
from statistics import mean
from typing import Any

import numpy as np
import pytest
from msgspec import Struct
from msgspec.structs import replace

from game_client.games.mirror_scribe import mirrored, outline
from shared.movement.trace import distance_to_outline
from shared.patient.learner import Learner
from shared.patient.person import Person, draw_person, profiles
from shared.patient.tasks.trace import MIRROR, Tracer, mastery
from shared.wire.trials import trials_of
from tests.virtual_sessions import make_plan, play

RADIUS_M, SECONDS = 0.04, 20.0


class Page(Struct, kw_only=True):
    """What is seen of a page, as any game that has one shows it."""

    stage: str = "reach"
    trial: int = 0
    cursor: tuple[float, float] | None = None
    mirror: str = "none"
    corners: tuple[tuple[float, float], ...] = outline("circle", RADIUS_M)[1]
    centre: tuple[float, float] = outline("circle", RADIUS_M)[0]


def calm(person: Person, **changes: Any) -> Person:
    """The same person without chance of their own."""
    return replace(person, motor_noise_deg=1e-9, tremor_mm=0.0, tiring=0.0, **changes)


def learner_of(person: Person, mastered: float | None = None) -> Learner:
    """`mastered` is the share of the mirror that was taught."""
    found = Learner(person, np.random.Generator(np.random.PCG64(person.seed)))
    if mastered is not None:
        found.skills[MIRROR] = mastered
    return found


def draw(
    learner: Learner, mirror: str = "none", shape: str = "circle", hides: bool = False
) -> tuple[np.ndarray, float]:
    """Draw once round; return the pen where it appears, shape (N, 2), and how long it took."""
    tracer = Tracer(learner, 1.0)
    centre, corners = outline(shape, RADIUS_M)
    page = Page(mirror=mirror, corners=corners, centre=centre, cursor=None if hides else (0.0, 0.0))
    pen: list[tuple[float, float]] = []
    turned, before = 0.0, -0.5 * math.pi
    for _ in range(round(SECONDS * 120)):
        x, y = mirrored(mirror, *tracer.step(page))  # type: ignore[arg-type]
        pen.append((x, y))
        page.cursor = None if hides else (x, y)
        angle = math.atan2(y - centre[1], x - centre[0])
        turned, before = turned + (angle - before + math.pi) % math.tau - math.pi, angle
        if abs(turned) >= 0.98 * math.tau:
            break
    tracer.finish(page)
    return np.array(pen), len(pen) / 120


def error_mm(learner: Learner, mirror: str = "none", shape: str = "circle", hides: bool = False) -> float:
    pen, _ = draw(learner, mirror, shape, hides)
    return 1000 * float(
        np.sqrt(np.mean(distance_to_outline(pen, np.array(outline(shape, RADIUS_M)[1])) ** 2))
    )


def test_a_person_without_noise_keeps_to_the_line() -> None:
    person = calm(draw_person("healthy_young", 1))
    assert error_mm(learner_of(person)) < 0.5
    # Round a corner the hand cannot go as sharply as the line.
    assert error_mm(learner_of(person), shape="star") < 1.5


@pytest.mark.parametrize("profile", ["healthy_old", "cerebellar_ataxia", "stroke_severe"])
@pytest.mark.parametrize("shape", ["star", "circle", "square"])
@pytest.mark.parametrize("mirror", ["none", "left_right"])
def test_the_hand_is_smooth(profile: str, shape: str, mirror: str) -> None:
    """No step from tick to tick: what changes faster than 10 Hz is next to nothing."""
    pen, _ = draw(learner_of(replace(draw_person(profile, 2), tremor_mm=0.0)), mirror, shape)
    velocity = np.diff(pen, axis=0) * 120
    power = (
        np.abs(np.fft.rfft((velocity - velocity.mean(axis=0)) * np.hanning(len(velocity))[:, None], axis=0))
        ** 2
    )
    hz = np.fft.rfftfreq(len(velocity), 1 / 120)
    assert power[hz > 10].sum() < 0.02 * power.sum()


def test_in_a_mirror_error_and_time_are_larger_until_it_is_mastered() -> None:
    for profile in ("healthy_old", "stroke_mild", "cerebellar_ataxia"):
        for mirror in ("up_down", "both"):
            errors, times = [], []
            for mastered in (0.0, 0.5, 1.0):
                drawn = [draw(learner_of(draw_person(profile, seed), mastered), mirror) for seed in range(4)]
                corners = np.array(outline("circle", RADIUS_M)[1])
                errors.append(mean(float(np.mean(distance_to_outline(pen, corners))) for pen, _ in drawn))
                times.append(mean(took_s for _, took_s in drawn))
            assert errors[0] > 1.2 * errors[2] and errors[0] > errors[1], (profile, mirror, errors)
            assert times[0] > times[1] > times[2], (profile, mirror, times)


def test_the_mirrored_axis_is_the_one_that_goes_astray() -> None:
    person = calm(draw_person("healthy_young", 1))

    def asides_mm(mirror: str) -> tuple[float, float]:
        """How far the pen is off a square's upright sides, and off its level ones."""
        (cx, cy), corners = outline("square", RADIUS_M)
        half_m = max(x - cx for x, _ in corners)
        pen, _ = draw(learner_of(person), mirror, "square")
        away = pen - np.array([cx, cy])
        upright = np.abs(away[:, 1]) < 0.5 * half_m
        level = np.abs(away[:, 0]) < 0.5 * half_m
        return (
            1000 * float(np.mean(np.abs(np.abs(away[upright, 0]) - half_m))),
            1000 * float(np.mean(np.abs(np.abs(away[level, 1]) - half_m))),
        )

    assert asides_mm("left_right")[0] > 1.4 * asides_mm("left_right")[1]
    assert asides_mm("up_down")[1] > 1.4 * asides_mm("up_down")[0]


def test_a_page_in_the_mirror_teaches_it_and_a_night_keeps_most() -> None:
    learner = learner_of(draw_person("amnesia", 1))
    begun = mastery(learner)
    for _ in range(10):
        draw(learner, "left_right")
    taught = mastery(learner)
    assert taught > begun + 0.1
    draw(learner)
    draw(learner, "left_right", hides=True)
    assert mastery(learner) == taught, "neither an unmirrored page nor a hidden pen teaches the mirror"
    learner.sleep(1.0)
    assert begun + 0.7 * (taught - begun) < mastery(learner) < taught
    for _ in range(60):
        learner.sleep(4.0)
    assert mastery(learner) == pytest.approx(begun, abs=0.01), "what is forgotten leaves a beginner"


def test_profiles_differ_in_the_direction_known_of_them() -> None:
    def of(profile: str, **how: Any) -> float:
        return mean(error_mm(learner_of(draw_person(profile, seed)), **how) for seed in range(8))

    assert of("cerebellar_ataxia") > 1.5 * of("healthy_old")
    assert of("stroke_moderate") > of("healthy_old") > of("healthy_young")
    hidden = {each: of(each, hides=True) / of(each) for each in ("stroke_proprioceptive", "stroke_mild")}
    assert hidden["stroke_proprioceptive"] > hidden["stroke_mild"] > 1.0
    slow = [draw(learner_of(draw_person(each, 1)))[1] for each in ("stroke_severe", "healthy_young")]
    assert slow[0] > 1.3 * slow[1]


def test_who_overlooks_a_side_falls_short_there() -> None:
    person = calm(draw_person("stroke_neglect", 1), unseen=1.0)
    assert person.impairment.neglect_side == "left"
    pen, _ = draw(learner_of(person))
    assert -pen[:, 0].min() < 0.93 * pen[:, 0].max()


@pytest.mark.parametrize("profile", sorted(profiles()))
def test_every_profile_draws_its_pages_to_the_end(profile: str) -> None:
    run, recording = play(make_plan(game="mirror_scribe", practice=4, probe=1), profile, 1)
    assert run.ended_reason == "completed"
    outcomes = [each.end.outcome for each in trials_of(recording.events) if each.end]
    # A slow hand that the mirror leads astray may run out of time once.
    assert len(outcomes) == 6 and "aborted" not in outcomes and outcomes.count("timeout") <= 1


def test_the_same_seed_draws_the_same() -> None:
    first, again = (draw(learner_of(draw_person("stroke_mild", 3)), "left_right")[0] for _ in range(2))
    assert np.array_equal(first, again)
