"""Read the JSON documents that commands take: each fault is one sentence with the file and the field."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from shared.cli._command import InputError
from shared.wire.plan import KnownPerson, Plan, PlanContent, PlanEnvelope

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")


def read_person(path: Path) -> KnownPerson:
    """Return an impairment profile with what was measured; raises InputError."""
    return _decode(path, read_bytes(path), KnownPerson)


def read_plan(path: Path) -> PlanContent:
    """Return what a plan prescribes, from its content, a version of it, or the envelope it came in.

    Raises:
        InputError: the file is none of the three.
    """
    data = read_bytes(path)
    fields = _decode(path, data, dict[str, msgspec.Raw])
    if "plan" in fields:
        return _decode(path, data, PlanEnvelope).plan.content
    return _decode(path, data, Plan).content if "content" in fields else _decode(path, data, PlanContent)


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes; raises InputError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error


def _decode(path: Path, data: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise InputError(f"{path}: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: is not JSON ({error})") from error
