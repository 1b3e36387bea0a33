"""Where sealed bytes live: a folder whose writes are durable, or an S3 bucket by configuration."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages

from shared.ids import uuid7

if TYPE_CHECKING:
    from django.core.files.base import File


class DurableFolderStorage(FileSystemStorage):
    """A folder in which a file is whole and on the disk, or not there at all.

    Names are made of ids and hashes of the content, so writing one again writes the same bytes.
    """

    def _save(self, name: str, content: File[Any]) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.{uuid7()}")
        with partial.open("wb") as file:
            for piece in content.chunks():
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return name

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name


def put(key: str, data: bytes) -> None:
    """Write bytes under a key; they are durable when this returns."""
    storages["recordings"].save(key, ContentFile(data))


def get(key: str) -> bytes:
    """Read the bytes of a key.

    Raises:
        FileNotFoundError: there are none.
    """
    with storages["recordings"].open(key, "rb") as file:
        data: bytes = file.read()
    return data


def drop(key: str) -> None:
    """Forget a key; it is no error when there are no bytes."""
    storages["recordings"].delete(key)
