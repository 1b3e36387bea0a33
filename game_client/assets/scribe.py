"""The mill's desk in late light: wood, a sheet of paper, the double line, the pen, and the mirror's sign."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from game_client.engine.geometry import Xy, chance, slip
from game_client.engine.look import HEIGHT, WIDTH
from game_client.engine.painter import Painter, Shadow, Sprite
from game_client.engine.palette import BLACK, HC_LAND, INK, PAPER, PERSON_INK, WHITE, rgb

if TYPE_CHECKING:
    from collections.abc import Sequence

SHEET: tuple[float, float, float, float] = (396.0, 36.0, 728.0, 650.0)
"""Left, top, width, height of the paper on the canvas."""
MARK: Xy = (760.0, 604.0)
LAYER_PX = 720


def desk(mirrored: bool, high_contrast: bool) -> Sprite:
    """Planks of dark wood with the sheet on them; the light of a window falls across."""
    left, top, width, height = SHEET
    if mirrored:
        left = WIDTH - left - width
    sheet = slip(left, top, width, height, 6)
    p = Painter(WIDTH, HEIGHT, BLACK if high_contrast else rgb("#633D2B"))
    if high_contrast:
        p.shape(sheet, HC_LAND)
        p.line([*sheet, sheet[0]], 4, WHITE)
        return p.sprite()
    draw = chance(12)
    for row in range(0, HEIGHT, 124):
        p.line([(0, row), (WIDTH, row + 2)], 3, rgb("#3E241A"))
        for _ in range(14):
            x, y = draw.uniform(-60, WIDTH), row + draw.uniform(10, 114)
            p.line([(x, y), (x + draw.uniform(80, 300), y + draw.uniform(-2, 2))], 1.5, rgb("#4E2E20"), 0.5)
    band: list[Xy] = [(520, -20), (1060, -20), (780, HEIGHT + 20), (160, HEIGHT + 20)]
    p.shape(band, rgb("#C99A62"), 0.35, blur=10)
    p.shape([(x + 14, y + 10) for x, y in sheet], rgb("#C9BBA0"), shadow=Shadow(6, 12, 14, 0.4, BLACK))
    p.shape(sheet, rgb("#E4D8CB"))
    inside: list[Xy] = [
        (left, top), (left + width * 0.86, top), (left + width * 0.56, top + height), (left, top + height),
    ]  # fmt: skip
    p.shape(inside, PAPER, blur=8)
    return p.sprite()


def double_line(points: Sequence[Xy], half_px: float, high_contrast: bool) -> Sprite:
    """The closed double line, `half_px` to either side of the shape; placed by the marked point."""
    p = Painter(LAYER_PX, LAYER_PX, origin=(LAYER_PX / 2, LAYER_PX - 90))
    closed = [*points, points[0]]
    p.line(closed, 2 * half_px + 8, WHITE if high_contrast else INK)
    p.line(closed, 2 * half_px, BLACK if high_contrast else rgb("#EADFC8"))
    return p.sprite()


def ink() -> Sprite:
    """Nothing yet: the layer that ink is drawn into; placed by the marked point."""
    return Painter(LAYER_PX, LAYER_PX, origin=(LAYER_PX / 2, LAYER_PX - 90)).sprite()


def pen(high_contrast: bool) -> Sprite:
    """The pen, its nib at the origin."""
    p = Painter(240, 280, origin=(10, 268))
    if not high_contrast:
        p.line([(12, -6), (216, -196)], [4, 26], BLACK, 0.28, blur=6)
    p.line([(38, -48), (196, -252)], [22, 12], WHITE if high_contrast else rgb("#B04A32"))
    p.line([(28, -36), (38, -48)], 22, rgb("#F0CF6A"))
    p.shape([(0, 0), (14, -36), (36, -24)], BLACK if high_contrast else INK)
    p.line([(0, 0), (24, -30)], 2, WHITE)
    return p.sprite()


def mirror_sign(mirror: str, high_contrast: bool) -> Sprite:
    """A mirror and an arrow with its image: which axes are turned; its origin is its middle."""
    p = Painter(180, 180, origin=(90, 90))
    p.shape(slip(-84, -84, 168, 168, 18), BLACK if high_contrast else rgb("#DCE8E6"))
    own, image = (WHITE, rgb("#56B4E9")) if high_contrast else (INK, PERSON_INK)
    if mirror in ("left_right", "both"):
        p.line([(0, -70), (0, 70)], 5, image)
    if mirror in ("up_down", "both"):
        p.line([(-70, 0), (70, 0)], 5, image)
    along: Xy = {"left_right": (1.0, 0.0), "up_down": (0.0, 1.0)}.get(
        mirror, (math.sqrt(0.5), math.sqrt(0.5))
    )
    for side, colour in ((-1, own), (1, image)):
        dx, dy = side * along[0], side * along[1]
        p.line([(16 * dx, 16 * dy), (46 * dx, 46 * dy)], 8, colour)
        tip: list[Xy] = [
            (72 * dx, 72 * dy),
            (44 * dx - 18 * dy, 44 * dy + 18 * dx), (44 * dx + 18 * dy, 44 * dy - 18 * dx),
        ]  # fmt: skip
        p.shape(tip, colour)
    return p.sprite()
