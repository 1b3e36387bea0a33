"""The published JSON Schemas are current, valid, and describe what is really written."""

from __future__ import annotations

import json

import jsonschema
import msgspec
import pytest

from shared.cli.schema import folder, stale_in
from shared.wire import codec
from shared.wire.plan import PlanBlock, PlanContent
from shared.wire.schema_export import DOCUMENTS, schemas
from tests.shared.recordings import PlannedTrial, recording

pytestmark = pytest.mark.contracts
SMALL = recording([PlannedTrial(phase="practice") for _ in range(2)])


def schema(name: str) -> dict[str, object]:
    loaded: dict[str, object] = json.loads((folder() / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def test_the_committed_schemas_are_current() -> None:
    """After a change of the contract: `python -m shared schema`."""
    assert stale_in(folder()) == []
    assert {each.name for each in folder().glob("*.json")} >= set(schemas())


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_each_schema_is_a_valid_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("session", SMALL),
        ("manifest", codec.seal(SMALL).manifest),
        ("plan_content", PlanContent(title="Tide", blocks=[PlanBlock(key="a", game="tide_anchor")])),
    ],
    ids=["session", "manifest", "plan_content"],
)
def test_a_document_fits_its_schema_and_a_broken_one_does_not(name: str, document: object) -> None:
    validator = jsonschema.Draft202012Validator(schema(name))
    written = json.loads(msgspec.json.encode(document))
    assert list(validator.iter_errors(written)) == []
    if isinstance(written, list):
        written[1] = 0
    else:
        written.pop("title" if name == "plan_content" else "sha256_raw")
    assert list(validator.iter_errors(written))


def test_a_missing_or_edited_schema_is_stale(tmp_path) -> None:  # type: ignore[no-untyped-def]
    for name, text in schemas().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert stale_in(tmp_path) == []
    (tmp_path / "plan.json").write_text("{}", encoding="utf-8")
    (tmp_path / "event.json").unlink()
    assert stale_in(tmp_path) == ["event.json", "plan.json"]
