"""Profiles: keys in a keyring or a private file, addresses that are safe, the right one chosen."""

from __future__ import annotations

import stat
import uuid
from typing import TYPE_CHECKING

import keyring
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.errors import KeyringLocked

from game_client.profiles import (
    Keys,
    ProfileError,
    _bytes,
    boot_id,
    check_server_url,
    choose,
    data_folder,
    folder_of,
    keep,
    keys_are_private,
    keys_of,
    local,
    paired,
)
from shared.wire.sync import Paired

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class MemoryKeyring(KeyringBackend):
    """A keyring that works, or is locked."""

    priority = 1  # type: ignore[assignment]

    def __init__(self, *, locked: bool = False) -> None:
        super().__init__()
        self.locked, self.kept = locked, dict[tuple[str, str], str]()

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked("locked")
        self.kept[service, username] = password


@pytest.fixture(autouse=True)
def no_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    yield
    keyring.set_keyring(before)


def answer(name: str = "P-1") -> Paired:
    return Paired(
        profile_id=uuid.uuid4(), patient_ref=name, clinic_name="North", clinic_key=None, greeting_name="Ada"
    )


def test_without_a_keyring_the_keys_lie_in_a_file_that_only_we_can_read(tmp_path: Path) -> None:
    keys = Keys.generate()
    profile = keep(tmp_path, answer(), "http://localhost", keys, now_utc_ms=1)
    assert profile.keys_in == "file"
    path = folder_of(tmp_path, profile.id) / "keys.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keys_of(tmp_path, profile) == keys
    path.chmod(0o640)
    assert not keys_are_private(tmp_path, profile)


def test_a_keyring_keeps_them_and_no_file_does(tmp_path: Path) -> None:
    keyring.set_keyring(MemoryKeyring())
    keys = Keys.generate()
    profile = keep(tmp_path, answer(), "http://localhost", keys, now_utc_ms=1)
    assert profile.keys_in == "keyring"
    assert keys_of(tmp_path, profile) == keys
    files = [each.read_text() for each in folder_of(tmp_path, profile.id).iterdir()]
    assert not any(keys.signing in each or keys.box in each for each in files)


def test_a_locked_keyring_falls_back_to_the_file(tmp_path: Path) -> None:
    keyring.set_keyring(MemoryKeyring(locked=True))
    keys = Keys.generate()
    profile = keep(tmp_path, answer(), "http://localhost", keys, now_utc_ms=1)
    assert profile.keys_in == "file"
    assert keys_of(tmp_path, profile) == keys


def test_lost_keys_are_said_in_a_sentence(tmp_path: Path) -> None:
    profile = keep(tmp_path, answer(), "http://localhost", Keys.generate(), now_utc_ms=1)
    (folder_of(tmp_path, profile.id) / "keys.json").unlink()
    with pytest.raises(ProfileError, match="pair this machine again"):
        keys_of(tmp_path, profile)


def test_a_signature_holds_under_the_public_key() -> None:
    keys = Keys.generate()
    public = Ed25519PublicKey.from_public_bytes(_bytes(keys.public_key))
    public.verify(_bytes(keys.sign("nonce.profile")), b"nonce.profile")
    assert len(keys.public_key) == len(keys.box_key) == 43


def test_the_profile_paired_last_is_played_unless_another_is_named(tmp_path: Path) -> None:
    assert choose(tmp_path) is None
    practice = local(tmp_path, now_utc_ms=9)
    assert choose(tmp_path) is None, "practice is no pairing"
    assert local(tmp_path, now_utc_ms=10).id == practice.id
    with pytest.raises(ProfileError, match="is not paired"):
        paired(tmp_path)
    keep(tmp_path, answer("P-1"), "http://localhost", Keys.generate(), now_utc_ms=5)
    keep(tmp_path, answer("P-2"), "http://localhost", Keys.generate(), now_utc_ms=6)
    assert paired(tmp_path).patient_ref == "P-2"
    assert paired(tmp_path, "P-1").patient_ref == "P-1"


@pytest.mark.parametrize("url", ["https://clinic.example/", "http://localhost:8000", "http://[::1]:8000"])
def test_safe_addresses_are_taken(url: str) -> None:
    assert check_server_url(url) == url.rstrip("/")


@pytest.mark.parametrize("url", ["http://clinic.example", "ftp://clinic.example", "clinic.example", ""])
def test_others_are_refused(url: str) -> None:
    with pytest.raises(ProfileError):
        check_server_url(url)


def test_the_data_folder_is_the_given_one_then_the_environments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOVERE_DATA_DIR", str(tmp_path / "environment"))
    assert data_folder(tmp_path / "given") == tmp_path / "given"
    assert data_folder() == tmp_path / "environment"
    monkeypatch.delenv("MOVERE_DATA_DIR")
    assert data_folder().name == "game"


def test_the_boot_id_stays_the_same() -> None:
    assert boot_id() == boot_id() != ""
