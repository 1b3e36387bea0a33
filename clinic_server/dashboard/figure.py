"""A figure: a name, a sentence with the answer, a picture that a worker draws once, and the same numbers as
a table."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from clinic_server.progress.models import ChartPicture, MetricDefinition

DRAWING_VERSION = 4
"""Raise it when a drawing changes: pictures are kept by the digest of what they show."""


@dataclass(frozen=True, slots=True)
class Row:
    """A table's row as it is shown; `is_low` is left out of every sum, and drawn grey."""

    cells: tuple[str, ...]
    is_low: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """What a panel shows as a picture. `data` holds plain values alone, all that `draw` may use."""

    key: str
    """Names the picture: letters, digits, `.`, `_` and `-`."""
    name: str
    sentence: str
    data: Any
    """Frozen dataclasses, tuples, texts and numbers; None when there is too little for a picture."""
    draw: Callable[[Any], dict[str, Any]]
    """`data` to a Vega-Lite specification."""
    headers: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)
    metric: str = ""
    """Whose definition is told with it."""
    n: int = 0
    """How many sessions it rests on."""
    left_out: int = 0

    def digest(self, locale: str) -> str:
        """Return the SHA-256 that the picture of these numbers is kept by."""
        text = f"{DRAWING_VERSION}\x1f{locale}\x1f{self.key}\x1f{self.name}\x1f{self.data!r}"
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure with its stored picture, which may be one session behind, and its metric's definition."""

    figure: Figure
    picture: ChartPicture | None
    about: MetricDefinition | None
    locale: str

    @property
    def spec_id(self) -> str:
        return "spec-" + self.figure.key.replace(".", "-")

    @property
    def svg(self) -> str:
        return self.picture.svg if self.picture and self.figure.data is not None else ""

    @property
    def spec(self) -> dict[str, Any] | None:
        return self.picture.spec if self.picture and self.figure.data is not None else None

    @property
    def is_stale(self) -> bool:
        return bool(self.svg and self.picture and self.picture.digest != self.figure.digest(self.locale))

    @property
    def validated(self) -> str:
        """How far the metric was validated, in words."""
        words = {
            "people": _("measured on people"),
            "simulation": _("validated on simulation only"),
        }
        return words.get(self.about.validated if self.about else "none", _("not validated"))
