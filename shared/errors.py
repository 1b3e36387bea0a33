"""The errors that `shared` raises, one hierarchy, each with a sentence that says what to do."""

from __future__ import annotations


class MovereError(Exception):
    """Base of every error that Movere raises on purpose; `str(error)` is a sentence for a person."""


class WireError(MovereError):
    """A document breaks the wire contract: wrong shape, a value out of bounds, or not finite."""


class NewerSchemaError(WireError):
    """A document was written by a newer Movere; keep its bytes and read them after an upgrade."""

    def __init__(self, kind: str, schema: int, known: int) -> None:
        super().__init__(
            f"this {kind} has schema {schema} and this Movere reads up to {known}: upgrade to read it"
        )
        self.kind, self.schema, self.known = kind, schema, known


class SealError(WireError):
    """Sealed bytes are damaged, truncated, too large, or not what their manifest says."""


class PlanError(MovereError):
    """A plan cannot be played safely or sensibly; `pointer` names the field (RFC 6901)."""

    def __init__(self, pointer: str, code: str, detail: str) -> None:
        super().__init__(detail)
        self.pointer, self.code, self.detail = pointer, code, detail
