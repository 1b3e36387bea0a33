"""Scenes, one on top of another, and the soft change between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pygame

from game_client.engine.look import HEIGHT, WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.engine.canvas import Canvas
    from game_client.engine.input import Input
    from game_client.engine.look import Look

CHANGE_S, CHANGE_REDUCED_S = 0.35, 0.20
_SLIDE_PX = 24


class Scene:
    """One screen. A scene gets input as values, ticks 120 times a second, and draws 60 times a second.

    Only the topmost scene ticks and takes input; one with `covers = False` lets the scene below be seen.
    """

    wants_relative = False
    """Take the mouse's raw counts (play) instead of a visible pointer."""
    takes_hand = False
    """Hands its input to the input device itself (play)."""
    covers = True
    leave_pointer_at: tuple[float, float] = (WIDTH / 2, HEIGHT / 2)

    def resume(self, t_ns: int) -> None:
        """Become the topmost scene, at the start or when the one above closed."""

    def handle(self, value: Input) -> None:
        """Take what the player did."""

    def update(self, t_ns: int) -> None:
        """Advance one tick of 1/120 s that stands for the time t_ns."""

    def draw(self, canvas: Canvas, now_s: float, between: float) -> None:
        """Draw the frame; `between` (0..1) is how far time has gone from the last tick to the next."""

    def flipped(self, t_ns: int) -> None:
        """The frame just drawn reached the screen at t_ns."""

    def stalled(self, lost_ms: float, t_ns: int) -> None:
        """Wall time was lost that no tick stands for; the next tick is at t_ns."""

    def pause(self) -> None:
        """Another scene comes on top."""

    def close(self) -> None:
        """Leave for good."""


class SceneStack:
    """The scenes that are open. Changes asked for in mid-tick are done before the next one."""

    def __init__(self) -> None:
        self._scenes: list[Scene] = []
        self._asked: list[Callable[[int], None]] = []
        self._last_frame: pygame.Surface | None = None
        self._change_at_s: float | None = None

    @property
    def top(self) -> Scene | None:
        return self._scenes[-1] if self._scenes else None

    def push(self, scene: Scene) -> None:
        """Open a scene above the others."""

        def change(t_ns: int) -> None:
            if self.top:
                self.top.pause()
            self._scenes.append(scene)
            scene.resume(t_ns)

        self._asked.append(change)

    def pop(self) -> None:
        """Close the topmost scene."""

        def change(t_ns: int) -> None:
            if self._scenes:
                self._scenes.pop().close()
            if self.top:
                self.top.resume(t_ns)

        self._asked.append(change)

    def replace(self, scene: Scene) -> None:
        """Close the topmost scene and open another in its place."""

        def change(t_ns: int) -> None:
            if self._scenes:
                self._scenes.pop().close()
            self._scenes.append(scene)
            scene.resume(t_ns)

        self._asked.append(change)

    def clear(self) -> None:
        """Close every scene: the loop then ends."""

        def change(t_ns: int) -> None:
            while self._scenes:
                self._scenes.pop().close()

        self._asked.append(change)

    def settle(self, t_ns: int) -> bool:
        """Do the changes that were asked for; True when the topmost scene is another one now."""
        before = self.top
        while self._asked:
            self._asked.pop(0)(t_ns)
        changed = self.top is not before
        if changed:
            self._change_at_s = None if before is None else t_ns * 1e-9
        return changed

    def draw(self, canvas: Canvas, look: Look, now_s: float, between: float) -> None:
        """Draw what can be seen, the old screen fading out over the new one after a change."""
        first = len(self._scenes) - 1
        while first > 0 and not self._scenes[first].covers:
            first -= 1
        for scene in self._scenes[max(0, first) :]:
            scene.draw(canvas, now_s, between if scene is self.top else 1.0)
        if self._change_at_s is not None:
            self._fade(canvas, look, now_s - self._change_at_s)

    def keep_frame_if_asked(self, canvas: Canvas) -> None:
        """When a change is waiting, keep what is on the canvas now, to fade it out."""
        if self._asked and self._scenes:
            self._last_frame = canvas.surface.copy()

    def _fade(self, canvas: Canvas, look: Look, passed_s: float) -> None:
        lasts_s = CHANGE_REDUCED_S if look.reduced_motion else CHANGE_S
        t = passed_s / lasts_s
        if t >= 1 or t < 0 or self._last_frame is None:
            self._change_at_s = self._last_frame = None
            return
        eased = 1 - (1 - t) ** 3
        self._last_frame.set_alpha(round(255 * (1 - eased)))
        canvas.surface.blit(self._last_frame, (0 if look.reduced_motion else -round(_SLIDE_PX * eased), 0))
