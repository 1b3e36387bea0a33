"""UUIDv7 (RFC 9562) for every id that leaves a process.

Ids sort roughly by time, which keeps database indexes local; nothing may rely on that order, since a
clock that is set back breaks it. Order comes from (profile, epoch, device_seq).
"""

from __future__ import annotations

import os
import time
import uuid


def uuid7(unix_ms: int | None = None, entropy: bytes | None = None) -> uuid.UUID:
    """Return a new UUIDv7.

    Args:
        unix_ms: milliseconds since 1970 UTC, 48 bits; the machine's clock when None.
        entropy: ten random bytes; the system's generator when None. Passing both makes the id
            reproducible, which virtual patients need.

    Raises:
        ValueError: `unix_ms` does not fit 48 bits or `entropy` is not ten bytes.
    """
    stamp_ms = time.time_ns() // 1_000_000 if unix_ms is None else unix_ms
    noise = os.urandom(10) if entropy is None else entropy
    if not 0 <= stamp_ms < 1 << 48:
        raise ValueError("unix_ms must fit in 48 bits")
    if len(noise) != 10:
        raise ValueError("entropy must be ten bytes")
    value = (stamp_ms << 80) | int.from_bytes(noise, "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)  # version 7
    value = (value & ~(0x3 << 62)) | (0x2 << 62)  # RFC variant
    return uuid.UUID(int=value)
