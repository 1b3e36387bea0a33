"""Profiles on this machine: one patient each, with a folder, a journal and keys of their own.

DATA/profiles/<profile id>/profile.json   who and where; readable, holds no secret
                           keys.json      the private keys, mode 0600, only where no keyring keeps them
                           journal.sqlite3, sealed/, settings.toml
"""

from __future__ import annotations

import base64
import hashlib
import os
import stat
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit
from uuid import UUID

import keyring
import platformdirs
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from keyring.backends import fail, null
from keyring.errors import KeyringError
from msgspec import Struct

from shared.errors import MovereError, WireError
from shared.ids import uuid7
from shared.wire.codec import decode_json, encode_json

if TYPE_CHECKING:
    from shared.wire.sync import Paired

_SERVICE = "movere"
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class ProfileError(MovereError):
    """There is no usable profile; the sentence says what to do."""


class Keys(Struct, frozen=True):
    """A profile's private keys, base64url: Ed25519 signs for tokens, X25519 opens what is sealed for it."""

    signing: str
    box: str

    @classmethod
    def generate(cls) -> Keys:
        return cls(
            _text(Ed25519PrivateKey.generate().private_bytes_raw()),
            _text(X25519PrivateKey.generate().private_bytes_raw()),
        )

    @property
    def public_key(self) -> str:
        key = Ed25519PrivateKey.from_private_bytes(_bytes(self.signing))
        return _text(key.public_key().public_bytes_raw())

    @property
    def box_key(self) -> str:
        return _text(X25519PrivateKey.from_private_bytes(_bytes(self.box)).public_key().public_bytes_raw())

    @property
    def fingerprint(self) -> str:
        """The short form of the signing key that both screens show: 64 bits in groups of four."""
        digest = hashlib.sha256(_bytes(self.public_key)).hexdigest()[:16].upper()
        return " ".join(digest[at : at + 4] for at in range(0, 16, 4))

    def sign(self, text: str) -> str:
        key = Ed25519PrivateKey.from_private_bytes(_bytes(self.signing))
        return _text(key.sign(text.encode("ascii")))


class Profile(Struct, frozen=True, kw_only=True):
    """profile.json. `server_url` empty: practice that stays on this machine."""

    id: UUID
    server_url: str
    patient_ref: str
    clinic_name: str
    greeting_name: str
    clinic_key: str | None
    keys_in: Literal["keyring", "file", "none"]
    made_utc_ms: int

    @property
    def is_paired(self) -> bool:
        return bool(self.server_url)


def data_folder(given: Path | None = None) -> Path:
    """Return where the game keeps everything: `given`, else MOVERE_DATA_DIR, else this user's data folder."""
    named = given or os.environ.get("MOVERE_DATA_DIR")
    if named:
        return Path(named).expanduser().resolve()
    return platformdirs.user_data_path("movere", appauthor=False) / "game"


def folder_of(data: Path, profile_id: UUID) -> Path:
    return data / "profiles" / str(profile_id)


def profiles(data: Path) -> list[Profile]:
    """Return every profile on this machine, newest first; damaged descriptions are left out."""
    found = []
    for path in (data / "profiles").glob("*/profile.json"):
        try:
            found.append(decode_json(path.read_bytes(), Profile))
        except (WireError, OSError):
            continue
    return sorted(found, key=lambda each: each.made_utc_ms, reverse=True)


def choose(data: Path, named: str | None = None) -> Profile | None:
    """Return the profile whose id or patient reference was named, else the one paired last, else None.

    Raises:
        ProfileError: the named one does not exist.
    """
    found = profiles(data)
    if named:
        for each in found:
            if named in (str(each.id), each.patient_ref):
                return each
        known = ", ".join(each.patient_ref or str(each.id) for each in found) or "none"
        raise ProfileError(f"there is no profile {named} on this machine; there is {known}")
    return next((each for each in found if each.is_paired), None)


def paired(data: Path, named: str | None = None) -> Profile:
    """Return a paired profile as `choose` does.

    Raises:
        ProfileError: there is none.
    """
    found = choose(data, named)
    if found is None or not found.is_paired:
        raise ProfileError(
            "this machine is not paired with a clinic: run python -m game_client pair --server URL"
        )
    return found


def local(data: Path, *, now_utc_ms: int) -> Profile:
    """Return the unpaired profile for practice, made if there is none."""
    for each in profiles(data):
        if not each.is_paired:
            return each
    made = Profile(
        id=uuid7(),
        server_url="",
        patient_ref="",
        clinic_name="",
        greeting_name="",
        clinic_key=None,
        keys_in="none",
        made_utc_ms=now_utc_ms,
    )
    _write(data, made)
    return made


def keep(data: Path, answer: Paired, server_url: str, keys: Keys, *, now_utc_ms: int) -> Profile:
    """Store a fresh pairing: the keys first, then the description, so that no profile lacks its keys."""
    made = Profile(
        id=answer.profile_id,
        server_url=server_url,
        patient_ref=answer.patient_ref,
        clinic_name=answer.clinic_name,
        greeting_name=answer.greeting_name,
        clinic_key=answer.clinic_key,
        keys_in=_keep_keys(data, answer.profile_id, keys),
        made_utc_ms=now_utc_ms,
    )
    _write(data, made)
    return made


def keys_of(data: Path, profile: Profile) -> Keys:
    """Return a profile's private keys.

    Raises:
        ProfileError: they are gone; the profile must be paired again.
    """
    text: str | None = None
    try:
        if profile.keys_in == "keyring":
            text = keyring.get_password(_SERVICE, str(profile.id))
        elif profile.keys_in == "file":
            text = (folder_of(data, profile.id) / "keys.json").read_text("utf-8")
        if text:
            return decode_json(text.encode(), Keys)
    except (KeyringError, OSError, WireError) as error:
        raise ProfileError(f"the profile's keys can't be read ({error}): pair this machine again") from error
    raise ProfileError("the profile's keys are gone: pair this machine again; what was recorded is safe")


def has_keyring() -> bool:
    """Whether the system keeps secrets for us. Never asks, never fails."""
    try:
        backend = keyring.get_keyring()
    except (KeyringError, RuntimeError, ImportError):
        return False
    return not isinstance(backend, fail.Keyring | null.Keyring)


def check_server_url(url: str) -> str:
    """Return a clinic's address without a slash at its end.

    Raises:
        ProfileError: it is no web address, or it would carry health data unencrypted over a network.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ProfileError(f"{url} is no address of a clinic: write it as https://clinic.example")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ProfileError(f"{url} is not encrypted: write https:// (http is for this machine alone)")
    return url.strip().rstrip("/")


def boot_id() -> str:
    """Return an id of this start of the machine: what its monotonic clock counts from."""
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except OSError:  # Windows and macOS: when it started, to the minute (not tried there)
        return f"boot-{round((time.time() - time.monotonic()) / 60)}"


def _keep_keys(data: Path, profile_id: UUID, keys: Keys) -> Literal["keyring", "file"]:
    text = encode_json(keys).decode()
    if has_keyring():
        try:
            keyring.set_password(_SERVICE, str(profile_id), text)
            if keyring.get_password(_SERVICE, str(profile_id)) == text:
                return "keyring"
        except (KeyringError, OSError):
            pass  # a locked or broken keyring: the file below serves as well, and doctor says so
    folder = folder_of(data, profile_id)
    _make_private(folder)
    path = folder / "keys.json"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return "file"


def keys_are_private(data: Path, profile: Profile) -> bool:
    """Whether nobody else on this machine may read the file with the keys."""
    if profile.keys_in != "file" or sys.platform == "win32":
        return True
    mode = (folder_of(data, profile.id) / "keys.json").stat().st_mode
    return not stat.S_IMODE(mode) & 0o077


def _write(data: Path, profile: Profile) -> None:
    folder = folder_of(data, profile.id)
    _make_private(folder)
    fresh = folder / "profile.json.new"
    with fresh.open("wb") as file:
        file.write(encode_json(profile))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / "profile.json")


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
