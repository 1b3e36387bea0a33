"""Sample columns: packing for the recording, unpacking for metrics, replay and charts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from shared.errors import WireError
from shared.wire.session import Column, Recording, SampleBlock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

StreamName = Literal["tick", "raw", "flip", "trunk", "shoulders"]

_DTYPES: dict[str, str] = {"u1": "<u1", "i4": "<i4", "i8": "<i8", "f8": "<f8"}

# name -> (dtype, unit, delta)
LAYOUTS: dict[str, dict[str, tuple[Literal["u1", "i4", "i8", "f8"], str, bool]]] = {
    "tick": {
        "x_um": ("i4", "um", True),
        "y_um": ("i4", "um", True),
        "fx_um": ("i4", "um", True),
        "fy_um": ("i4", "um", True),
        "confidence": ("u1", "%", False),
        "flags": ("u1", "", False),
    },
    "raw_counts": {"t_ns": ("i8", "ns", True), "dx": ("i4", "count", False), "dy": ("i4", "count", False)},
    "raw_points": {
        "t_ns": ("i8", "ns", True),
        "x_um": ("i4", "um", True),
        "y_um": ("i4", "um", True),
        "confidence": ("u1", "%", False),
    },
    "flip": {"tick": ("i4", "tick", True), "t_ns": ("i8", "ns", True)},
    "trunk": {
        "t_ns": ("i8", "ns", True),
        "x_um": ("i4", "um", True),
        "y_um": ("i4", "um", True),
        "confidence": ("u1", "%", False),
    },
    "shoulders": {
        "t_ns": ("i8", "ns", True),
        "left_x_um": ("i4", "um", True),
        "left_y_um": ("i4", "um", True),
        "right_x_um": ("i4", "um", True),
        "right_y_um": ("i4", "um", True),
        "confidence": ("u1", "%", False),
    },
}
_STREAMS: dict[str, StreamName] = {
    "tick": "tick",
    "raw_counts": "raw",
    "raw_points": "raw",
    "flip": "flip",
    "trunk": "trunk",
    "shoulders": "shoulders",
}
FLAG_HELD, FLAG_LOST = 1, 2


def pack_block(layout: str, first: int, columns: Mapping[str, Sequence[int]]) -> SampleBlock:
    """Pack equally long columns into a block of the stream that `layout` belongs to.

    Raises:
        WireError: a column is missing, of another length, or holds a value that its type cannot.
    """
    wanted = LAYOUTS[layout]
    count = len(next(iter(columns.values())))
    packed = []
    for name, (dtype, unit, delta) in wanted.items():
        if name not in columns or len(columns[name]) != count:
            raise WireError(f"stream {layout}: column {name} is missing or of another length")
        limits = np.iinfo(_DTYPES[dtype])
        values = np.asarray(columns[name], dtype=np.int64)
        if delta:
            values = np.diff(values, prepend=0)
        if count and (values.min() < limits.min or values.max() > limits.max):
            raise WireError(f"stream {layout}: column {name} holds a value that does not fit {dtype}")
        packed.append(
            Column(
                name=name, dtype=dtype, unit=unit, delta=delta, data=values.astype(_DTYPES[dtype]).tobytes()
            )
        )
    return SampleBlock(stream=_STREAMS[layout], first=first, count=count, columns=packed)


def stream_columns(recording: Recording, stream: StreamName) -> dict[str, NDArray[Any]]:
    """Return the columns of a stream as arrays of shape (rows,), whole numbers as int64.

    An absent stream gives an empty mapping.

    Raises:
        WireError: a block's bytes do not hold the rows it declares, or rows are missing between blocks.
    """
    parts: dict[str, list[NDArray[Any]]] = {}
    expected = 0
    for block in recording.samples:
        if block.stream != stream:
            continue
        if block.first != expected:
            raise WireError(f"stream {stream}: rows {expected} to {block.first} are missing")
        expected += block.count
        for column in block.columns:
            parts.setdefault(column.name, []).append(_unpack(column, block.count, stream))
    joined = {name: np.concatenate(arrays) for name, arrays in parts.items()}
    if any(len(values) != expected for values in joined.values()):
        raise WireError(f"stream {stream}: its blocks do not hold the same columns")
    return joined


def _unpack(column: Column, count: int, stream: str) -> NDArray[Any]:
    dtype = np.dtype(_DTYPES[column.dtype])
    if len(column.data) != count * dtype.itemsize:
        raise WireError(f"stream {stream}: column {column.name} does not hold {count} rows")
    values = np.frombuffer(column.data, dtype=dtype)
    if column.dtype == "f8":
        if not np.isfinite(values).all():
            raise WireError(f"stream {stream}: column {column.name} holds a value that is not a number")
        return np.cumsum(values) if column.delta else values
    whole = values.astype(np.int64)
    return np.cumsum(whole) if column.delta else whole
