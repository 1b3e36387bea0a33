"""The canvas's size, and how everything is drawn, from the player's settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from game_client.engine.palette import BLACK, CREAM, INK, PAPER, WHITE, Rgb

WIDTH, HEIGHT = 1280, 720


@dataclass(frozen=True, slots=True)
class Look:
    """How everything is drawn, from the player's settings."""

    text_scale: float = 1.0
    high_contrast: bool = False
    reduced_motion: bool = False
    mirrored: bool = False
    anchor_bar: str = ""
    """`left` or `right`: a bar on that edge, for a player who overlooks that side."""

    @property
    def paper(self) -> Rgb:
        return BLACK if self.high_contrast else PAPER

    @property
    def ink(self) -> Rgb:
        return WHITE if self.high_contrast else INK

    @property
    def cream(self) -> Rgb:
        return WHITE if self.high_contrast else CREAM

    @property
    def side(self) -> Literal["left", "right"]:
        """The edge at which lines of words begin."""
        return "right" if self.mirrored else "left"

    def size(self, px: int) -> int:
        """A type size at the player's text scale."""
        return round(px * self.text_scale)

    def x(self, x: float, width: float = 0) -> float:
        """Where something that stands at x (its left edge, when it has a width) goes in a mirrored layout."""
        return WIDTH - x - width if self.mirrored else x
