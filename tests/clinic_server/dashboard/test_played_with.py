"""The session's page and the API say what it was played with, and how late the picture was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.msgpack import encode
from msgspec.structs import replace

from clinic_server.dashboard.played_with import played_with
from clinic_server.recordings import projection
from clinic_server.recordings.models import Bundle, Session
from shared.wire.session import Latency
from tests.clinic_server.world import replaced

if TYPE_CHECKING:
    from tests.clinic_server.world import Device, World

pytestmark = pytest.mark.django_db


def sent(device: Device, tracker_ms: float | None) -> Any:
    """A session before a camera, its whole lateness 33 ms and the tracker; without a tracker not measured."""
    recording = device.record()
    found = None
    if tracker_ms is not None:
        found = Latency((33.0, 40.0), (tracker_ms, tracker_ms + 5.0), (4.5, 8.0), (12.0, 16.0))
    recording = replaced(
        recording,
        device=replace(recording.device, kind="webcam_hand", unit="norm", calibrated=True, latency_ms=61.0),
        blocks=[replace(each, movement="trunk_lean") for each in recording.blocks],
        latency=found,
    )
    assert device.upload(recording).status_code == 200
    return recording


def page(world: World, recording: Any) -> str:
    answer = world.as_().get(f"/sessions/{recording.id}/")
    assert answer.status_code == 200
    text: str = answer.content.decode()
    return text[text.index('id="played-with"') : text.index('id="replay"')]


def test_device_movement_and_lateness_are_said(world: World, device: Device) -> None:
    recording = sent(device, 20.0)
    shown = page(world, recording)
    for wanted in ("Camera, hand", "trunk lean", "<dd>yes</dd>", "<dd>53 ms</dd>", "<dd>61 ms</dd>"):
        assert wanted in shown, wanted
    assert "<td>20.0&nbsp;ms</td><td>25.0&nbsp;ms</td>" in shown and "with care" not in shown
    answer = world.as_().get(f"/api/v1/sessions/{recording.id}").json()
    assert answer["latency_ms"] == pytest.approx(16.5 + 20 + 4.5 + 12)
    assert answer["latency"]["logic_ms"] == [4.5, 8.0] and answer["device_latency_ms"] == 61.0
    assert answer["blocks"][0]["movement"] == "trunk_lean" and answer["device_calibrated"] is True


def test_more_than_a_tenth_of_a_second_is_said_in_a_sentence(world: World, device: Device) -> None:
    assert "with care" not in page(world, sent(device, 66.5))  # 99.5 ms
    assert "Play was 101 ms late." in page(world, sent(device, 68.0))


def test_an_older_session_says_that_nothing_was_measured(world: World, device: Device) -> None:
    recording = sent(device, None)
    with world.scope():
        row = Session.objects.get(id=recording.id)
        row.device_latency_ms = None
        row.blocks = [{key: each[key] for key in each if key != "movement"} for each in row.blocks]
        row.save()
        assert played_with(row).movements == [("tide_anchor", "")]
    shown = page(world, recording)
    assert shown.count("not measured") == 2 and "not recorded" in shown and "<table>" not in shown
    answer = world.as_().get(f"/api/v1/sessions/{recording.id}").json()
    assert (answer["latency"], answer["latency_ms"], answer["device_latency_ms"]) == (None, None, None)


def test_a_lateness_known_only_from_before_play_is_said_as_such(world: World, device: Device) -> None:
    recording = sent(device, None)
    with world.scope():
        Session.objects.filter(id=recording.id).update(device_latency_ms=100.0)
        assert played_with(Session.objects.get(id=recording.id)).warning == ""
        Session.objects.filter(id=recording.id).update(device_latency_ms=140.0)
    assert "Play was 140 ms late, as measured before it." in page(world, recording)


def test_nothing_is_claimed_of_a_recording_that_cannot_be_read(world: World, device: Device) -> None:
    recording = sent(device, 20.0)
    with world.scope():
        bundle = Bundle.objects.get(id=recording.id)
        projection.save(*projection.session_of(bundle, encode(replaced(recording, ended_reason="bored"))))
    shown = page(world, recording)
    assert shown.count("<dd>not known</dd>") == 1 and "<dd>Not known</dd>" in shown
    assert shown.count("not measured") == 2 and "<dd>no</dd>" not in shown
