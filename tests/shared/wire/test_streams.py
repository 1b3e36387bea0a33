"""Sample columns come back as they were packed; what does not fit or is missing is refused."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import WireError
from shared.wire import codec
from shared.wire.session import Column, SampleBlock
from shared.wire.streams import pack_block, stream_columns
from tests.shared.recordings import recording

EMPTY = recording([])
MICRONS = st.integers(-(1 << 30), 1 << 30)


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 1 << 62), MICRONS, MICRONS, st.integers(0, 100)), min_size=1))
)
def test_rows_survive_packing_in_any_blocks(blocks: list[list[tuple[int, int, int, int]]]) -> None:
    packed, first = [], 0
    for rows in blocks:
        columns = dict(
            zip(("t_ns", "x_um", "y_um", "confidence"), map(list, zip(*rows, strict=True)), strict=True)
        )
        try:
            packed.append(pack_block("raw_points", first, columns))
        except WireError:  # two far points: their difference does not fit four bytes
            assert max(abs(np.diff(columns[name], prepend=0)).max() for name in ("x_um", "y_um")) >= 1 << 31
            return
        first += len(rows)
    found = stream_columns(msgspec.structs.replace(EMPTY, samples=packed), "raw")
    flat = [row for rows in blocks for row in rows]
    for at, name in enumerate(("t_ns", "x_um", "y_um", "confidence")):
        if flat:
            assert found[name].tolist() == [row[at] for row in flat]


def test_an_absent_stream_is_empty() -> None:
    assert stream_columns(EMPTY, "raw") == {}


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"t_ns": [1], "dx": [1]}, "dy is missing"),
        ({"t_ns": [1, 2], "dx": [1], "dy": [1, 2]}, "another length"),
        ({"t_ns": [1], "dx": [1 << 31], "dy": [0]}, "does not fit i4"),
    ],
    ids=["missing", "length", "range"],
)
def test_what_cannot_be_packed_is_refused(columns: dict[str, list[int]], words: str) -> None:
    with pytest.raises(WireError, match=words):
        pack_block("raw_counts", 0, columns)


def test_blocks_that_do_not_follow_each_other_are_refused() -> None:
    rows = {"tick": [1, 2], "t_ns": [10, 20]}
    samples = [pack_block("flip", 0, rows), pack_block("flip", 3, rows)]
    with pytest.raises(WireError, match="rows 2 to 3 are missing"):
        stream_columns(msgspec.structs.replace(EMPTY, samples=samples), "flip")


def test_a_block_must_hold_the_rows_it_declares() -> None:
    short = SampleBlock(stream="raw", first=0, count=3, columns=[Column("x", "i4", "um", False, b"\0" * 8)])
    with pytest.raises(WireError, match="does not hold 3 rows"):
        stream_columns(msgspec.structs.replace(EMPTY, samples=[short]), "raw")


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_floating_columns_refuse_what_is_no_number(bad: float) -> None:
    data = np.array([1.0, bad], dtype="<f8").tobytes()
    block = SampleBlock(stream="raw", first=0, count=2, columns=[Column("x", "f8", "m", False, data)])
    with pytest.raises(WireError, match="not a number"):
        stream_columns(msgspec.structs.replace(EMPTY, samples=[block]), "raw")


def test_columns_must_be_the_same_in_every_block() -> None:
    one = SampleBlock(stream="raw", first=0, count=1, columns=[Column("x", "u1", "", False, b"\1")])
    two = SampleBlock(stream="raw", first=1, count=1, columns=[Column("y", "u1", "", False, b"\1")])
    with pytest.raises(WireError, match="same columns"):
        stream_columns(msgspec.structs.replace(EMPTY, samples=[one, two]), "raw")


def test_the_trunk_is_a_stream_of_its_own() -> None:
    columns = {"t_ns": [5, 9], "x_um": [1, -2], "y_um": [3, 4], "confidence": [90, 80]}
    seen = msgspec.structs.replace(EMPTY, samples=[pack_block("trunk", 0, columns)])
    assert {name: each.tolist() for name, each in stream_columns(seen, "trunk").items()} == columns
    assert stream_columns(seen, "raw") == {}
    assert codec.decode_recording(codec.encode_document(seen)) == seen
