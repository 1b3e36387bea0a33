"""The pause screen over play: its own words alone, on paper, for every reason and in every look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from game_client.devices._port import PROBLEMS
from game_client.engine.input import Key
from game_client.scenes.pause import Pause
from game_client.scenes.play import COUNTDOWN_S
from tests.game_client.scenes.playing import Sitting
from tests.game_client.scenes.test_screens import LOOKS, SCREENS, box

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context

REASONS = ["pause", *(each for each in sorted(SCREENS) if each.startswith("pause_"))]


@pytest.fixture
def drawn(canvas: Canvas, monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], list[str]]:
    """Draws a whole stack of screens; what was written, line by line."""
    written: list[str] = []
    plain = type(canvas).text

    def listening(self: Canvas, words: str, *rest: Any, **more: Any) -> int:
        written.append(words)
        return plain(self, words, *rest, **more)

    monkeypatch.setattr(type(canvas), "text", listening)

    def draw(sitting: Sitting) -> list[str]:
        written.clear()
        sitting.stack.draw(canvas, sitting.context.look, sitting.now_ns * 1e-9, 1.0)
        sitting.stack.draw(canvas, sitting.context.look, sitting.now_ns * 1e-9 + 5.0, 1.0)
        return list(written)

    return draw


def test_only_the_pause_speaks_while_play_is_paused(
    context: Context, drawn: Callable[[Any], list[str]]
) -> None:
    sitting = Sitting(context).start()
    sitting.answer_all()
    sitting.run(COUNTDOWN_S + 0.5)
    instruction = context.words(sitting.session.view.instruction)
    assert instruction.split()[0] in " ".join(drawn(sitting))
    sitting.do(Key(sitting.now_ns, "space"))
    assert isinstance(sitting.scene, Pause)
    words = context.words
    assert set(drawn(sitting)) == {words(f"pause.{each}") for each in ("title", "go_on", "rest", "stop")}
    sitting.choose("go_on")
    assert instruction.split()[0] in " ".join(drawn(sitting)), "and the instruction is back"


@pytest.mark.parametrize("look", sorted(LOOKS))
@pytest.mark.parametrize("name", REASONS)
def test_the_sentence_lies_whole_on_its_slip_above_the_targets(
    context: Context, canvas: Canvas, name: str, look: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    context.settings = LOOKS[look]
    scene = SCREENS[name](context)
    scene.resume(0)
    slips: list[tuple[float, ...]] = []
    lines: list[tuple[float, float, float, float]] = []
    plain_slip, plain_text = type(canvas).slip, type(canvas).text

    def slip(self: Canvas, *where: Any) -> None:
        slips.append(where[:4])
        plain_slip(self, *where)

    def text(self: Canvas, words: str, x: float, y: float, size_px: int, *rest: Any, **more: Any) -> int:
        width = plain_text(self, words, x, y, size_px, *rest, **more)
        align = more.get("align") or (rest[2] if len(rest) > 2 else "left")
        left = x - {"centre": width / 2, "right": width}.get(align, 0)
        lines.append((left, y - size_px * 0.5, left + width, y + size_px * 0.5))
        return width

    monkeypatch.setattr(type(canvas), "slip", slip)
    monkeypatch.setattr(type(canvas), "text", text)
    scene.paint(canvas, 1.0)
    ((left, top, width, height),) = slips
    assert lines
    for a, b, c, d in lines:
        assert left + 16 <= a and c <= left + width - 16 and top <= b and d <= top + height
    assert top + height + 16 <= min(box(each)[1] for each in scene.chooser.targets)


def test_every_problem_has_a_pause_screen_here() -> None:
    assert {f"pause_{each}" for each in PROBLEMS} <= set(REASONS)


def test_escape_does_not_change_the_input_device(context: Context) -> None:
    left: list[str] = []
    back = False
    scene = Pause(context, left.append, "camera_view", lambda t_ns: back, has_spare=True)
    scene.resume(0)
    scene.handle(Key(1, "escape"))
    scene.update(2)
    assert not left, "the camera may see the player again; the mouse is a choice of its own"
    back = True
    scene.update(3)
    assert left == ["go_on"]
