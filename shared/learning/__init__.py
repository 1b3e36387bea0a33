"""The science of learning to move: one file a family of models, found by their `MODELS`."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from shared.plugins import discover

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.learning.spec import Model


@cache
def models() -> Mapping[str, Model]:
    """Return every learning model by id, in alphabetic order."""
    found = [model for family in discover("shared.learning", "MODELS").values() for model in family]
    return MappingProxyType({model.id: model for model in sorted(found, key=lambda each: each.id)})
