"""Find the one session in a ZIP that somebody exported or packed."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from shared.cli._command import InputError
from shared.metrics._trajectory import is_trajectory
from shared.wire.sync import MAX_RAW_BYTES

if TYPE_CHECKING:
    from pathlib import Path

ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_MOST_FILES = 10_000


def is_archive(content: bytes) -> bool:
    """Say whether these are the bytes of a ZIP."""
    return content.startswith(_ZIP_MAGIC)


def session_in(path: Path, content: bytes) -> tuple[str, bytes]:
    """Return the name and the bytes of the one sealed recording in it, else of the one trajectory.

    Files are known by how they begin, not by their names; all others are ignored.

    Raises:
        InputError: a damaged or encrypted archive, one with too many files or a file larger than any
            recording, no session, or several.
    """
    recordings: list[str] = []
    trajectories: list[str] = []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inside = [each for each in archive.infolist() if not each.is_dir()]
            if len(inside) > _MOST_FILES:
                raise InputError(f"{path}: holds more than {_MOST_FILES} files; take out the one recording")
            for each in inside:
                with archive.open(each) as file:
                    begins = file.read(256)
                if begins.startswith(ZSTD_MAGIC):
                    recordings.append(each.filename)
                elif is_trajectory(begins):
                    trajectories.append(each.filename)
            found = recordings or trajectories
            if len(found) != 1:
                raise InputError(
                    f"{path}: holds {len(found) or 'no'} sealed recordings or trajectories, and exactly one "
                    "is needed"
                )
            if archive.getinfo(found[0]).file_size > MAX_RAW_BYTES:
                raise InputError(f"{path}: {found[0]} is larger than any recording")
            return f"{path}, {found[0]}", archive.read(found[0])
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise InputError(f"{path}: is a damaged archive ({error})") from error
    except RuntimeError as error:
        raise InputError(f"{path}: is an encrypted archive; unpack it first") from error
