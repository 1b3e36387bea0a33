"""The set-up checks: each fault is named, and nothing else is; on made-up points and on the real tracker."""

from __future__ import annotations

import time
from typing import Literal

import pytest

from game_client.camera.capture import Capture
from game_client.camera.checks import checks, distance, in_frame, light, one_person, passed, right_since
from game_client.camera.frames import Clip
from game_client.camera.light import Light
from game_client.camera.ring import Result
from game_client.camera.tracker import Point

ASPECT = 0.75


def hand(size: float = 0.16, x: float = 0.0, y: float = 0.1) -> tuple[Point, ...]:
    """A hand pointing up whose wrist is at x, y; `size` from the wrist to the middle finger's root."""
    return (
        Point(x, y - 1.8 * size, 0.0, 0.9),
        Point(x, y, 0.0, 0.9),
        Point(x, y - size, 0.0, 0.9),
    )


def body(width: float = 0.3, x: float = 0.0, nose_y: float = -0.2, seen: float = 1.0) -> tuple[Point, ...]:
    hips = Point(x, 0.6, 0.0, 0.1)
    return (
        Point(x, nose_y, 0.0, 1.0),
        Point(x + width / 2, 0.0, 0.0, seen),
        Point(x - width / 2, 0.0, 0.0, 1.0),
        hips,
        hips,
    )


@pytest.mark.parametrize(
    ("measured", "code"),
    [
        (Light(2.0, 1.0, 0.0, 9.0), "black"),
        (Light(110.0, 0.1, 0.0, 1.5), "frozen"),
        (Light(30.0, 0.5, 0.0, 0.0), "dark"),
        (Light(150.0, 0.1, 0.5, 0.0), "bright"),
        (Light(230.0, 0.0, 0.1, 0.0), "bright"),
        (Light(110.0, 0.2, 0.1, 0.3), "right"),
    ],
)
def test_light(measured: Light, code: str) -> None:
    assert light(measured).code == code


def test_distance_and_frame_on_made_up_points() -> None:
    assert distance(hand(), "hand").is_right
    assert distance(hand(size=0.05), "hand").code == "too_far"
    assert distance(hand(size=0.3), "hand").code == "too_near"
    assert distance(body(), "body").is_right
    assert distance(body(width=0.1), "body").code == "too_far"
    assert distance(body(width=0.6), "body").code == "too_near"
    assert distance((), "body").code == "not_seen"
    assert in_frame(hand(), "hand", ASPECT).is_right
    assert in_frame(hand(x=0.49), "hand", ASPECT).code == "cut_off"
    assert in_frame(hand(y=0.37), "hand", ASPECT).code == "cut_off"
    assert in_frame(body(), "body", ASPECT).is_right, "the hips need not be seen"
    assert in_frame(body(x=0.4), "body", ASPECT).code == "cut_off"
    assert in_frame(body(nose_y=-0.4), "body", ASPECT).code == "cut_off"
    assert in_frame(body(seen=0.3), "body", ASPECT).code == "cut_off"
    assert in_frame((), "hand", ASPECT).code == "not_seen"


def test_people() -> None:
    assert [one_person(count).code for count in (None, 0, 1, 2)] == ["right", "right", "right", "several"]


def test_a_sentence_for_each_fault_and_none_for_what_is_right() -> None:
    found = [
        *checks(Result(1, 1, 0, 0, (), 2, Light(1.0, 1.0, 0.0, 0.0), ASPECT), "hand"),
        *checks(Result(1, 1, 0, 0, hand(), None, Light(110.0, 0.0, 0.0, 0.0), ASPECT), "hand"),
    ]
    assert [each.is_right for each in found] == [False] * 4 + [True] * 4
    for each in found:
        assert (each.sentence == "") == each.is_right
        assert each.is_right or (each.sentence.count(".") == 1 and each.sentence.endswith("."))


def test_a_check_passes_by_itself_after_a_second_without_a_break() -> None:
    good = checks(Result(1, 1, 0, 0, hand(), None, Light(110.0, 0.0, 0.0, 0.0), ASPECT), "hand")
    far = checks(Result(1, 1, 0, 0, hand(size=0.05), None, Light(110.0, 0.0, 0.0, 0.0), ASPECT), "hand")
    since = right_since({}, good, 10.0)
    assert passed(since, 10.9) == frozenset()
    since = right_since(since, far, 10.5)
    assert passed(since, 11.0) == {"light", "frame", "people"}
    since = right_since(since, good, 10.6)
    assert passed(since, 11.5) == {"light", "frame", "people"}
    assert passed(since, 11.6) == {"light", "distance", "frame", "people"}


@pytest.mark.parametrize(
    ("clip", "of", "wrong"),
    [
        ("right", "hand", {}),
        ("far", "hand", {"distance": "too_far"}),
        ("near", "hand", {"distance": "too_near", "frame": "cut_off"}),
        ("dark", "hand", {"light": "dark"}),
        ("black", "hand", {"light": "black", "distance": "not_seen", "frame": "not_seen"}),
        ("bright", "hand", {"light": "bright", "distance": "not_seen", "frame": "not_seen"}),
        ("frozen", "hand", {"light": "frozen"}),
        ("person", "body", {}),
        ("two_people", "body", {"people": "several"}),
    ],
)
def test_on_frames_through_the_real_tracker(
    clip: str, of: Literal["hand", "body"], wrong: dict[str, str]
) -> None:
    capture = Capture(Clip(f"tests.game_client.camera.poor_pictures:{clip}"), of)
    try:
        until = time.monotonic() + 40
        while capture.problem(time.perf_counter_ns()) is None:
            assert time.monotonic() < until
            time.sleep(0.02)
        found = capture.problem(time.perf_counter_ns())
        assert found is not None
        assert found.code == "ended", found
        last = capture.newest()
    finally:
        capture.close()
    assert {each.about: each.code for each in checks(last, of) if not each.is_right} == wrong
