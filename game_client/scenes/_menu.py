"""The common shape of every screen but play: words, a picture, targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game_client.engine.input import Key
from game_client.engine.stack import Scene
from game_client.scenes._targets import Chooser, Target, draw_target

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.engine.input import Input
    from game_client.scenes._context import Context


class Menu(Scene):
    """A screen with targets. Subclasses lay them out, paint what is behind, and answer a choice."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.chooser = Chooser()
        self._laid_out_for: object = None

    # -- what a screen says of itself -----------------------------------------------------------------------

    def targets(self) -> list[Target]:
        raise NotImplementedError

    def paint(self, canvas: Canvas, now_s: float) -> None:
        """Draw what lies behind the targets."""
        raise NotImplementedError

    def chosen(self, name: str) -> None:
        raise NotImplementedError

    @property
    def sentence(self) -> str:
        """What this screen says, for reading aloud."""
        return ""

    def escaped(self) -> None:
        """Esc was pressed."""

    # -- the scene ------------------------------------------------------------------------------------------

    def resume(self, t_ns: int) -> None:
        self.refresh()
        self.chooser.wake(t_ns)

    def refresh(self) -> None:
        """Lay the targets out again, after something on the screen changed."""
        self.chooser.targets = self.targets()
        self.context.shown(
            type(self).__name__, [(each.name, each.x, each.y) for each in self.chooser.targets]
        )

    def handle(self, value: Input) -> None:
        if isinstance(value, Key) and value.name == "escape":
            self.escaped()
            return
        self._answer(self.chooser.handle(value))

    def update(self, t_ns: int) -> None:
        settings = self.context.settings
        self._answer(self.chooser.update(t_ns, settings.dwell_s if settings.dwell else None))

    def _answer(self, name: str | None) -> None:
        if name is None:
            return
        self.context.audio.play("touch")
        if name == "listen":
            self.context.say(self.sentence)
        else:
            self.chosen(name)

    def draw(self, canvas: Canvas, now_s: float, between: float) -> None:
        self.paint(canvas, now_s)
        for target in self.chooser.targets:
            share = self.chooser.dwell_share if target.name == self.chooser.hovered else 0.0
            draw_target(canvas, target, self.context.look, share, target.name == self.chooser.focus)
            self.paint_over(canvas, target, share)
        if self.chooser.hand_at is not None:
            self._draw_hand(canvas, *self.chooser.hand_at)

    def _draw_hand(self, canvas: Canvas, x: float, y: float) -> None:
        look = self.context.look
        canvas.disc(x, y, 19, look.ink)
        canvas.disc(x, y, 15, look.paper)
        canvas.disc(x, y, 5, look.ink)

    def paint_over(self, canvas: Canvas, target: Target, dwell_share: float) -> None:
        """Draw on top of a target what only this screen knows."""
