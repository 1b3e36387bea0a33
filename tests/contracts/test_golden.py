"""Old sessions stay readable and replay: every golden file of every wire version."""

from __future__ import annotations

from pathlib import Path

import pytest

from game_client.cli.replay import read, tolerance_for
from game_client.session.blocks import blocks_of, games
from game_client.session.replay import differences, replay
from shared.errors import SealError
from shared.wire.codec import decode_json, decode_recording, encode_document, encode_json, open_sealed, sha256
from shared.wire.plan import PlanEnvelope
from shared.wire.session import SESSION_SCHEMA
from shared.wire.sync import Manifest, Receipt

pytestmark = pytest.mark.contracts
GOLDEN = Path(__file__).parent / "golden"
BUNDLES = sorted(GOLDEN.glob("v*/*.bundle"))


@pytest.mark.parametrize("path", BUNDLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_golden_recording_opens_keeps_its_bytes_and_replays(path: Path) -> None:
    manifest = decode_json(path.with_suffix(".json").read_bytes(), Manifest)
    raw = open_sealed(
        path.read_bytes(),
        size_raw=manifest.size_raw,
        sha256_file=manifest.sha256_file,
        sha256_raw=manifest.sha256_raw,
    )
    recording = decode_recording(raw)
    assert sha256(encode_document(recording)) == manifest.sha256_raw, "the canonical bytes have changed"
    assert recording.ended_reason == "completed"
    game, _, mode = path.stem.rpartition(".")
    played = recording.blocks[0]
    assert (played.game, played.mode) == (game or "tide_anchor", mode), "v1 knew one game and names the mode"
    assert len([each for each in recording.events if type(each).__name__ == "TrialEnd"]) == 28
    assert not differences(recording.events, replay(recording), tolerance_for(recording))


def test_a_replay_that_comes_out_otherwise_is_noticed() -> None:
    from msgspec.structs import replace

    recording = read(BUNDLES[0])
    turned = replace(recording, seed=recording.seed + 1)
    assert differences(recording.events, replay(turned))


def test_every_mode_that_a_game_carries_has_a_golden_recording() -> None:
    played = {(block.game, block.mode) for path in BUNDLES for block in read(path).blocks}
    assert played >= {(game.id, mode) for game in games().values() for mode in game.modes}


def test_every_wire_version_keeps_its_own_recordings() -> None:
    versions = {
        path.parent.name: decode_json(path.with_suffix(".json").read_bytes(), Manifest).schema
        for path in BUNDLES
    }
    assert versions == {f"v{schema}": schema for schema in versions.values()}
    assert max(versions.values()) == SESSION_SCHEMA


def test_a_changed_byte_is_refused(tmp_path: Path) -> None:
    data = bytearray(BUNDLES[0].read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "a.bundle").write_bytes(data)
    (tmp_path / "a.json").write_bytes(BUNDLES[0].with_suffix(".json").read_bytes())
    with pytest.raises(SealError):
        read(tmp_path / "a.bundle")


@pytest.mark.parametrize("folder", sorted(GOLDEN.glob("v*")), ids=lambda path: path.name)
def test_golden_plan_and_receipt_read_and_write_the_same_bytes(folder: Path) -> None:
    for name, kind in (("plan", PlanEnvelope), ("receipt", Receipt)):
        data = (folder / f"{name}.json").read_bytes()
        assert encode_json(decode_json(data, kind)) == data
    for path in folder.glob("*.bundle"):
        data = path.with_suffix(".json").read_bytes()
        assert encode_json(decode_json(data, Manifest)) == data
    envelope = decode_json((folder / "plan.json").read_bytes(), PlanEnvelope)
    assert sha256(encode_json(envelope.plan)) == envelope.sha256
    assert blocks_of(envelope.plan)[0].mode in ("error_based", "reward_based")
