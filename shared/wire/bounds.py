"""Bounded field types of the wire contract.

Every number on the wire has bounds. A bounded float refuses NaN, which an unbounded one lets through,
so the bounds are also the guard against values that are not numbers.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

Tick = Annotated[int, Meta(ge=0, le=1 << 31, description="ticks of 1/120 s of play since the session began")]
Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Seq = Annotated[int, Meta(ge=1, le=1 << 40)]
Epoch = Annotated[int, Meta(ge=1, le=1 << 31)]
UnixMs = Annotated[int, Meta(ge=0, lt=1 << 48, description="milliseconds since 1970-01-01 UTC")]
MonoNs = Annotated[int, Meta(ge=0, le=1 << 62, description="nanoseconds of the machine's monotonic clock")]
OffsetMin = Annotated[int, Meta(ge=-1080, le=1080, description="local time minus UTC, minutes")]
Seed = Annotated[int, Meta(ge=0, le=1 << 62)]
Metres = Annotated[float, Meta(ge=-10.0, le=10.0)]
Degrees = Annotated[float, Meta(ge=-360.0, le=360.0)]
Seconds = Annotated[float, Meta(ge=0.0, le=86_400.0)]
Millis = Annotated[float, Meta(ge=0.0, le=60_000.0)]
Hertz = Annotated[float, Meta(ge=0.0, le=100_000.0)]
Fraction = Annotated[float, Meta(ge=0.0, le=1.0)]
Points = Annotated[float, Meta(ge=0.0, le=1000.0, description="points offered for one trial")]
Real = Annotated[float, Meta(ge=-1e12, le=1e12)]
Score10 = Annotated[int, Meta(ge=0, le=10)]
Key = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
Short = Annotated[str, Meta(max_length=200)]
Text = Annotated[str, Meta(max_length=4000)]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
Scalar = bool | int | float | str
"""A parameter's value; games and modes declare its type and bounds (`shared.training`)."""
