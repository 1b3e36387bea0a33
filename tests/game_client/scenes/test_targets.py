"""Choosing: by click for shaking hands, by staying, by keys, by joystick."""

from __future__ import annotations

import pytest

from game_client.engine.input import JoystickAxis, JoystickButton, JoystickHat, Key, Moved, Pressed, Released
from game_client.scenes._targets import Chooser, Target

S = 1_000_000_000


def chooser() -> Chooser:
    made = Chooser()
    made.targets = [
        Target("left", 200, 300, 120, 120, style="round"),
        Target("right", 600, 300, 200, 120, style="wide"),
    ]
    made.wake(0)
    return made


def rest_on(
    made: Chooser, x: float, y: float, from_s: float, seconds: float, dwell_s: float | None
) -> str | None:
    made.handle(Moved(round(from_s * S), x, y))
    for k in range(round(seconds * 120)):
        name = made.update(round((from_s + k / 120) * S), dwell_s)
        if name:
            return name
    return None


def test_staying_for_the_dwell_time_chooses() -> None:
    made = chooser()
    made.handle(Moved(1, 0, 0))
    assert rest_on(made, 200, 300, 1, 0.95, 1.0) is None
    assert 0.8 < made.dwell_share < 1
    assert rest_on(made, 201, 301, 1.95, 0.2, 1.0) == "left"


def test_leaving_cancels_and_it_begins_anew() -> None:
    made = chooser()
    made.handle(Moved(1, 0, 0))
    assert rest_on(made, 200, 300, 1, 0.9, 1.0) is None
    made.handle(Moved(2 * S, 400, 300))
    made.update(2 * S, 1.0)
    assert made.dwell_share == 0
    assert rest_on(made, 200, 300, 2.1, 0.9, 1.0) is None


def test_it_chooses_once_until_the_pointer_has_left() -> None:
    made = chooser()
    made.handle(Moved(1, 0, 0))
    assert rest_on(made, 200, 300, 1, 2, 0.5) == "left"
    assert rest_on(made, 202, 300, 4, 3, 0.5) is None
    made.handle(Moved(8 * S, 0, 0))
    made.update(8 * S, 0.5)
    assert rest_on(made, 200, 300, 9, 2, 0.5) == "left"


def test_a_pointer_that_was_already_there_must_move_first() -> None:
    made = chooser()
    made.handle(Moved(1, 200, 300))
    made.wake(S)
    for k in range(600):
        assert made.update(S + k * S // 120, 0.5) is None


def test_staying_can_be_off() -> None:
    made = chooser()
    made.handle(Moved(1, 0, 0))
    assert rest_on(made, 200, 300, 1, 5, None) is None


def test_half_a_second_of_peace_follows_every_choice() -> None:
    made = chooser()
    assert made.handle(Key(S, "return")) == "left"
    assert made.handle(Key(S + S // 4, "return")) is None
    assert made.handle(Key(2 * S, "return")) == "left"


def test_the_place_of_the_press_counts_not_of_the_release() -> None:
    made = chooser()
    made.handle(Moved(S, 200, 300))
    made.handle(Pressed(2 * S, 200, 300))
    made.handle(Moved(2 * S + 1000, 290, 330))
    assert made.handle(Released(2 * S + 2000, 290, 330)) == "left"


def test_moving_far_away_while_pressed_takes_it_back() -> None:
    made = chooser()
    made.handle(Pressed(2 * S, 200, 300))
    assert made.handle(Released(3 * S, 600, 300)) is None


def test_a_press_in_a_fast_movement_is_ignored() -> None:
    made = chooser()
    made.handle(Moved(2 * S, 100, 300))
    made.handle(Moved(2 * S + S // 50, 200, 300))
    made.handle(Pressed(2 * S + S // 40, 200, 300))
    assert made.handle(Released(2 * S + S // 20, 200, 300)) is None
    made.handle(Pressed(4 * S, 200, 300))
    assert made.handle(Released(4 * S + 1, 200, 300)) == "left"


@pytest.mark.parametrize("keys", [["right"], ["tab"], ["down"], ["left", "left"]])
def test_keys_move_the_focus_and_choose(keys: list[str]) -> None:
    made = chooser()
    for name in ["right", *keys][: len(keys) + 1]:
        made.handle(Key(S, name))
    assert made.focus in ("left", "right")
    assert (
        made.handle(Key(2 * S, "return"))
        == made.targets[[t.name for t in made.targets].index(made.focus)].name
    )


def test_a_joystick_needs_only_its_hat_and_a_button() -> None:
    made = chooser()
    made.handle(JoystickHat(S, 1, 0))
    made.handle(JoystickHat(S, 0, -1))
    assert made.focus == "right"
    assert made.handle(JoystickButton(2 * S, 0)) == "right"


def test_a_pushed_stick_steps_once_until_it_comes_back() -> None:
    made = chooser()
    for at, (axis, value) in enumerate([(0, 0.4), (0, 0.9), (0, 0.95), (2, 1.0), (0, 0.5), (0, 0.9)]):
        made.handle(JoystickAxis(S + at, axis, value))
    assert made.focus == "left", (
        "one step, to the first: a trigger is no stick, and half way back is not back"
    )
    made.handle(JoystickAxis(2 * S, 0, 0.1))
    made.handle(JoystickAxis(2 * S + 1, 1, 0.8))
    assert made.focus == "right"
    made.handle(JoystickAxis(2 * S + 2, 1, 0.0))
    made.handle(JoystickAxis(2 * S + 3, 1, -0.8))
    assert made.focus == "left"


def test_a_hand_that_points_is_shown_and_chooses_by_staying() -> None:
    made = chooser()
    made.handle(Moved(S - 1, 20, 300, by_hand=True))
    chosen = []
    for tick in range(240):
        made.handle(Moved(S + tick * S // 120, 190 + tick % 3, 300, by_hand=True))
        chosen.append(made.update(S + tick * S // 120, 1.0))
    assert made.hand_at is not None
    assert [each for each in chosen if each] == ["left"]
    made.handle(Moved(4 * S, 50, 50))
    assert made.hand_at is None, "the mouse has a pointer of its own"


def test_a_pointer_that_is_put_on_a_target_must_move_before_staying_counts() -> None:
    """A screen's first news of the pointer may be the window's own doing, not the player's."""
    made = chooser()
    assert rest_on(made, 200, 300, 1, 3, 1.0) is None
    assert rest_on(made, 215, 300, 4, 1.5, 1.0) == "left"
