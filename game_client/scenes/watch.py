"""Watching a session again: the recorded hand plays, and the same game draws it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from game_client.devices.replay import Replay
from game_client.engine.input import Key
from game_client.engine.stack import Scene
from game_client.scenes.play import draw_instruction
from game_client.session.header import header_of
from game_client.session.run import SessionRun

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.engine.input import Input
    from game_client.scenes._context import Context
    from shared.wire.session import Recording


class Watch(Scene):
    """Pauses, rests and questions pass at once. Esc leaves, and so does the end."""

    def __init__(self, context: Context, recording: Recording) -> None:
        self.context = context
        self.run = SessionRun(header_of(recording))
        self._device = Replay(recording)
        self._drawing: Any = None
        self._drawn_for: object = None

    def handle(self, value: Input) -> None:
        if isinstance(value, Key) and value.name == "escape":
            self.context.stack.clear()

    def update(self, t_ns: int) -> None:
        for name, choice in self._device.take_commands():
            self.run.command(name, choice)
        if self.run.is_playing():
            self.run.tick(*self._device.at(t_ns))
        if self._device.is_over or self.run.stage == "done":
            self.context.stack.clear()

    def draw(self, canvas: Canvas, now_s: float, between: float) -> None:
        block, look, words = self.run.block, self.context.look, self.context.words
        if self._drawn_for is not block:
            self._drawn_for = block
            module = importlib.import_module(block.game.drawing)
            self._drawing = module.DRAWING(look, words, block.played.context, block.played.mode)
        view = self.run.view
        self._drawing.draw(canvas, view, now_s)
        if self._drawing.draw_card(canvas, view) is None:
            draw_instruction(canvas, words(view.instruction), look)
