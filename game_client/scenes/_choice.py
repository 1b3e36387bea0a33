"""A wide target on a slip whose words may take two lines, and the sentence above such targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game_client.assets.icons import icon
from game_client.scenes._targets import Target, ring

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.engine.look import Look

_LINE, _HEAD = 1.08, 1.15


def choice(name: str, left: float, top: float, width: float, height: float, label: str, icon: str) -> Target:
    """Make one; left, top is its corner."""
    return Target(name, left + width / 2, top + height / 2, width, height, label, icon, "card", 36)


def draw_choice(canvas: Canvas, target: Target, look: Look, dwell_share: float) -> None:
    """Draw it with its icon, its words and the ring that fills while the pointer stays."""
    width, height = round(target.width), round(target.height)
    left, top = target.x - width / 2, target.y - height / 2
    canvas.slip(left, top, width, height, look, min(34, height // 2))
    canvas.draw(icon(target.icon, 0.85, look.ink, look.paper), left + 58, target.y)
    ring(canvas, left + 58, target.y, 38, 7, dwell_share, look)
    room = width - 108 - 24
    size, lines = canvas.fit(target.label, look.size(target.label_px), room, height - 18, "Semibold", _LINE)
    first = target.y - 2 - (len(lines) - 1) * size * _LINE / 2
    for k, each in enumerate(lines):
        canvas.text(each, left + 108, first + k * size * _LINE, size, look.ink)


def draw_sentence(
    canvas: Canvas, look: Look, says: str, box: tuple[float, float, int, int], size_px: int
) -> None:
    """Write a sentence in the middle of a box (x, y, width, height) as high as it needs.

    Where one line does not hold it, it breaks between its parts rather than before its last word.
    """
    x, y, width, height = box
    size, lines = canvas.fit(says, size_px, width, height, "Bold", _HEAD)
    parts = says.replace(". ", ".\n")
    if len(lines) > 1 and parts != says:
        broken_px, broken = canvas.fit(parts, size_px, width, height, "Bold", _HEAD)
        if broken_px >= 0.9 * size:
            says, size, lines = parts, broken_px, broken
    top = y + (height - len(lines) * size * _HEAD) / 2
    canvas.paragraph(says, x, top, width, height, size, look.ink, "Bold", look.side, _HEAD)
