"""The sign that a camera is on: shown wherever one is, so that nobody is watched unawares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game_client.assets.icons import icon
from game_client.engine.palette import BLACK, CREAM, DONE_ON_DARK, INK, WHITE

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context

_MOST_WIDTH = 368


def draw_sign_above(canvas: Canvas, context: Context) -> None:
    """Draw the sign above any screen of a session, where none has a target."""
    draw_camera_sign(canvas, context, right=1272, top=670, most_px=30, pad=20)


def draw_camera_sign(
    canvas: Canvas,
    context: Context,
    right: float = 1232,
    top: float = 40,
    most_px: int = 48,
    pad: int = 40,
) -> None:
    """Draw the sign with its top right corner there; mirrored with the layout."""
    look = context.look
    says, wanted = context.words("camera.on"), min(look.size(28), most_px)
    size, _ = canvas.fit(says, wanted, _MOST_WIDTH - 116, round(wanted * 1.3), "Semibold")
    height = round(pad + size * 0.86)
    width = 124 + canvas.width_of(says, size)
    left = look.x(right - width, width)
    middle = top + height / 2
    canvas.plate(left, top, width, height, height // 2, WHITE if look.high_contrast else INK)
    if look.high_contrast:
        canvas.plate(left + 4, top + 4, width - 8, height - 8, height // 2 - 4, BLACK)
    ground = BLACK if look.high_contrast else INK
    canvas.draw(icon("camera", 0.7 if pad > 30 else 0.52, CREAM, ground), left + 44, middle + 2)
    canvas.disc(left + 68, middle - 14, 10, ground)
    canvas.disc(left + 68, middle - 14, 7.5, DONE_ON_DARK)
    canvas.text(says, left + 90, middle - 1, size, CREAM)
