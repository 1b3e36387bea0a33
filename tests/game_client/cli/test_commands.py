"""The commands that need no clinic: their results, their exit codes, one sentence for what can't be done."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from game_client.__main__ import main
from game_client.journal.outbox import Outbox
from game_client.profiles import profiles
from shared.wire.codec import decode_recording, encode_document, seal, unframe

if TYPE_CHECKING:
    from pathlib import Path


def lines(capsys: pytest.CaptureFixture[str]) -> tuple[list[dict[str, Any]], str]:
    said = capsys.readouterr()
    return [json.loads(each) for each in said.out.splitlines() if each.startswith("{")], said.err


def simulate(out: Path, *more: str) -> int:
    what = ["--profile", "healthy_old", "--mode", "error_based", "--trials", "4"]
    return main(["simulate", *what, "--out", str(out), *more])


def test_the_same_seed_gives_the_same_file_another_seed_another(tmp_path: Path) -> None:
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        assert simulate(tmp_path / f"{name}.bundle", "--seed", seed) == 0
    assert (tmp_path / "a.bundle").read_bytes() == (tmp_path / "b.bundle").read_bytes()
    assert (tmp_path / "a.bundle").read_bytes() != (tmp_path / "c.bundle").read_bytes()


def test_a_virtual_patient_plays_the_game_that_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "a.bundle"
    assert simulate(out, "--game", "ferry_crossing") == 0
    recording = decode_recording(unframe(out.read_bytes()))
    assert [each.game for each in recording.blocks] == ["ferry_crossing"]
    assert main(["replay", str(out), "--json"]) == 0
    assert simulate(out, "--game", "ferry_crossing", "--mode", "reward_based") != 0
    assert "Ferry Crossing cannot be played as reward_based" in capsys.readouterr().err


def test_play_takes_a_game_without_a_clinic(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["play", "--virtual", "healthy_old", "--seed", "1", "--data", str(tmp_path)]
    assert main([*asked, "--game", "ferry_crossing"]) == 0
    (line,), _ = lines(capsys)
    assert (line["trials"], line["ended_reason"]) == (56, "completed")
    assert main([*asked, "--game", "chess"]) != 0
    assert "this client has no game called chess" in capsys.readouterr().err


def test_replay_agrees_and_notices_a_changed_recording(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from msgspec.structs import replace

    out = tmp_path / "a.bundle"
    assert simulate(out) == 0
    assert main(["replay", str(out), "--json"]) == 0
    recording = decode_recording(unframe(out.read_bytes()))
    assert seal(recording).manifest.sha256_raw  # it is whole
    changed = replace(recording, events=recording.events[:-1])
    (tmp_path / "b.bundle").write_bytes(seal(changed).file)
    assert encode_document(changed) != encode_document(recording)
    capsys.readouterr()
    assert main(["replay", str(tmp_path / "b.bundle"), "--json"]) == 1
    (found,), _ = lines(capsys)
    assert not found["same"]
    assert found["differences"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["replay", "/nowhere/at.bundle"], "can't be read"),
        (["pair", "--server", "http://clinic.example"], "is not encrypted"),
        (["pair", "--server", "clinic"], "is no address of a clinic"),
        (["pair", "--server", "http://localhost:9"], "can't be reached"),
        (["sync"], "is not paired with a clinic"),
        (["play", "--virtual", "nobody"], "no virtual profile called nobody"),
        (["play", "--virtual", "healthy_old", "--real-time", "0"], "a factor above 0"),
        (["play", "--virtual", "healthy_old", "--profile", "X"], "there is no profile X"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_exit_code_1(
    arguments: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MOVERE_DATA_DIR", str(tmp_path))
    assert main(arguments) == 1
    said = capsys.readouterr().err.strip()
    assert sentence in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("arguments", [[], ["dance"], ["simulate"], ["play", "--seed", "x"]])
def test_wrong_usage_is_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_without_a_display_play_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    assert main(["play", "--data", str(tmp_path)]) == 1
    assert "--virtual" in capsys.readouterr().err


def test_unpaired_play_stays_on_the_machine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for seed in ("1", "2"):
        assert main(["play", "--virtual", "healthy_old", "--seed", seed, "--data", str(tmp_path)]) == 0
        (played,), said = lines(capsys)
        assert "Unpaired play stays on the machine" in said
        assert played["waiting"] == 0
        assert played["trials"] == 56
        assert 0 < played["success_rate"] < 1
    (profile,) = profiles(tmp_path)
    with Outbox(tmp_path / "profiles" / str(profile.id)) as outbox:
        entries = outbox.entries()
        assert [each.manifest.device_seq for each in entries] == [1, 2]
        recording = decode_recording(unframe(outbox.file(entries[0].id)))
    assert recording.virtual is not None, "a virtual session is marked as one"
    assert main(["doctor", "--data", str(tmp_path), "--json"]) == 1
    (found,), _ = lines(capsys)
    assert any("not paired" in each["says"] for each in found["findings"])


def test_devices_say_what_can_be_used_now(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert main(["devices", "--json"]) == 0
    listed = {each["kind"]: each for each in json.loads(capsys.readouterr().out)}
    assert not listed["mouse"]["usable"]
    assert "no display" in listed["mouse"]["why_not"]
    assert listed["virtual"]["usable"]


def test_a_stale_catalogue_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from game_client.cli import catalogue

    monkeypatch.setattr(catalogue, "path", lambda: tmp_path / "catalogue.json")
    assert main(["catalogue", "--check"]) == 1
    assert main(["catalogue", "--write"]) == 0
    assert main(["catalogue", "--check"]) == 0
    (tmp_path / "catalogue.json").write_text("{}")
    assert main(["catalogue", "--check"]) == 1
    assert "stale" in capsys.readouterr().out
