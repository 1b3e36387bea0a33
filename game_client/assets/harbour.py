"""The harbour from above: layered paper shores around deep water. The place of Tide & Anchor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from game_client.assets.things import trees_from_above
from game_client.engine.geometry import Xy, chance, curve, ribbon
from game_client.engine.look import HEIGHT, WIDTH
from game_client.engine.painter import Gradient, Painter, Shadow, Sprite
from game_client.engine.palette import BLACK, HC_LAND, SEA, SEA_EDGE, WHITE, Rgb, mix, rgb

CENTRE: Xy = (800.0, 360.0)
_WOODS = ((58, 694, 40), (120, 664, 30), (40, 624, 30), (168, 712, 26), (1240, 702, 26), (1268, 664, 22))
_STEPS = (52, 34, 18, 0, -34, -70)


@dataclass(frozen=True, slots=True)
class Light:
    """The harbour's colours at an hour: water, then the shore from the shallows to the meadow."""

    water: Rgb
    edge: Rgb
    shore: tuple[Rgb, ...]
    streak: Rgb
    dusk: float = 0.0


_DAY = tuple(rgb(c) for c in ("#2F8593", "#5FB0AE", "#A9D6C2", "#F3E2B8", "#A9C07F", "#7BA468"))


def _tinted(tint: Rgb, share: float) -> tuple[Rgb, ...]:
    return tuple(mix(c, tint, share) for c in _DAY)


LIGHTS: dict[str, Light] = {
    "harbour": Light(SEA, SEA_EDGE, _DAY, rgb("#7CC3C6")),
    "harbour_dawn": Light(rgb("#3F6B86"), rgb("#2C4F6E"), _tinted(rgb("#F0C8B0"), 0.34), rgb("#C9D3E0")),
    "harbour_dusk": Light(rgb("#1F3F66"), rgb("#15294A"), _tinted(rgb("#2A2F5E"), 0.62), rgb("#7F93C4"), 1.0),
}
"""A block's context names one of these; a change of context is this one visible thing."""


def light_of(name: str) -> Light:
    """The harbour's light by its name; an unknown context is the ordinary day."""
    return LIGHTS.get(name, LIGHTS["harbour"])


def _coast(out: float) -> list[Xy]:
    points = [
        (-30, -30), (360 + out, -30), (392 + out, 40), (360 + out * 1.1, 120), (398 + out, 210),
        (372 + out * 1.2, 300), (330 + out, 370), (352 + out * 1.15, 450), (318 + out, 540),
        (246 + out * 1.2, 600), (236 + out, 680), (220 + out, 760), (-30, 760),
    ]  # fmt: skip
    return curve(points, 10)


def _headland(out: float) -> list[Xy]:
    points = [
        (1320, 770), (1100 - out, 770), (1120 - out, 700 - out * 0.3), (1180 - out, 650 - out),
        (1230 - out * 0.6, 600 - out), (1320, 570 - out),
    ]  # fmt: skip
    return curve(points, 10)


def paint(light_name: str, mirrored: bool, high_contrast: bool) -> Sprite:
    """The whole ground layer, opaque; painted at load."""
    light = light_of(light_name)
    p = Painter(WIDTH, HEIGHT, BLACK if high_contrast else light.edge)
    if high_contrast:
        for outline in (_coast(-34), _headland(-20)):
            p.shape(outline, HC_LAND)
            p.line(outline, 5, WHITE)
    else:
        _paint_paper(p, light)
    picture = p.sprite()
    return picture.mirrored() if mirrored else picture


def _paint_paper(p: Painter, light: Light) -> None:
    water = Gradient("round", light.water, light.edge, 0, 640, CENTRE)
    p.veil(np.ones((HEIGHT, WIDTH), np.float32), water, 1)
    for layer, step in zip(light.shore, _STEPS, strict=True):
        p.shape(_coast(step * 1.25 - 34), layer, shadow=Shadow(6, 8, 12, 0.24, rgb("#062430")))
    for layer, step in zip(light.shore, _STEPS, strict=True):
        p.shape(_headland(step), layer, shadow=Shadow(-4, 6, 12, 0.24, rgb("#062430")))
    trees_from_above(p, _WOODS, rgb("#232A55"), 0.55 * light.dusk)
    if light.dusk:
        # Evening lies over the land; the water keeps its own depth.
        night = np.zeros((HEIGHT, WIDTH), np.float32)
        across = np.abs(np.arange(WIDTH) - CENTRE[0]) / 560
        night[:] = np.clip(across - 0.55, 0, 1)[None, :]
        p.veil(night, rgb("#141B3C"), 0.55 * light.dusk)
        p.glow(CENTRE[0], 760, 520, rgb("#F0A878"), 0.20 * light.dusk, flat=0.6)


def streaks(light_name: str) -> list[Sprite]:
    """Six light strokes that drift with the current."""
    colour = light_of(light_name).streak
    out = []
    draw = chance(4)
    for _ in range(6):
        long = draw.uniform(130, 320)
        bend, alpha = draw.uniform(8, 22), draw.uniform(0.14, 0.28)
        points = [(long * k / 14, 12 + bend * (k / 14) ** 2) for k in range(15)]
        taper = [3.4 * max(0.1, 1 - abs(k - 7) / 7.4) for k in range(15)]
        p = Painter(round(long) + 4, 40)
        p.shape(ribbon(points, taper), colour, alpha)
        out.append(p.sprite())
    return out
