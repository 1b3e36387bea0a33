"""JSON Schemas (2020-12) of the wire contract, made from the types that decode it.

A recording and an urgent event are msgpack arrays: their schemas describe the array, field by field, with
binary columns as base64 text.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from shared.wire.plan import ImpairmentProfile, KnownPerson, Plan, PlanContent, PlanEnvelope
from shared.wire.session import Recording
from shared.wire.sync import (
    Applied,
    Commit,
    Declared,
    Hello,
    InventoryAnswer,
    InventoryRequest,
    Manifest,
    PlansAnswer,
    Receipt,
    UrgentEvent,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DOCUMENTS: Mapping[str, Any] = {
    "session": Recording,
    "event": UrgentEvent,
    "plan": Plan,
    "plan_content": PlanContent,
    "plan_envelope": PlanEnvelope,
    "impairment_profile": ImpairmentProfile,
    "known_person": KnownPerson,
    "manifest": Manifest,
    "declared": Declared,
    "commit": Commit,
    "receipt": Receipt,
    "hello": Hello,
    "inventory_request": InventoryRequest,
    "inventory_answer": InventoryAnswer,
    "plans_answer": PlansAnswer,
    "applied": Applied,
}


def schemas() -> dict[str, str]:
    """Return every schema's text by file name, ending in a newline; the same text every time."""
    return {
        f"{name}.json": json.dumps(
            {"$schema": DIALECT, **msgspec.json.schema(kind)}, indent=2, sort_keys=True, ensure_ascii=False
        )
        + "\n"
        for name, kind in DOCUMENTS.items()
    }
