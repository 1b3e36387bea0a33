"""UUIDv7: version, variant, time, reproducibility."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ids import uuid7


@given(st.integers(0, (1 << 48) - 1), st.binary(min_size=10, max_size=10))
def test_layout_of_rfc_9562(unix_ms: int, entropy: bytes) -> None:
    made = uuid7(unix_ms, entropy)
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert made.int >> 80 == unix_ms
    noise, kept = int.from_bytes(entropy, "big"), made.int & ((1 << 80) - 1)
    free = ((1 << 80) - 1) & ~(0xF << 76) & ~(0x3 << 62)
    assert kept & free == noise & free, "74 of the 80 bits are entropy"
    assert made == uuid7(unix_ms, entropy)


def test_ids_of_one_millisecond_differ() -> None:
    assert len({uuid7(1_780_000_000_000) for _ in range(2000)}) == 2000


def test_later_ids_sort_later() -> None:
    assert uuid7(1_000, b"\xff" * 10) < uuid7(1_001, b"\0" * 10)


@pytest.mark.parametrize(("unix_ms", "entropy"), [(-1, bytes(10)), (1 << 48, bytes(10)), (0, bytes(9))])
def test_what_does_not_fit_is_refused(unix_ms: int, entropy: bytes) -> None:
    with pytest.raises(ValueError, match="must"):
        uuid7(unix_ms, entropy)
