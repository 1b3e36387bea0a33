"""`python -m shared metrics`: every declaration as JSON, and the guard of the versions."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import shared.metrics
from shared.__main__ import main
from shared.metrics.compute import DIGEST_FILE, catalogue, committed_digest


def test_every_metric_is_declared(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["metrics", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [each["id"] for each in listed] == [spec.id for spec in catalogue()]
    assert all(each["definition"] and each["source"] and each["unit"] for each in listed)


def test_a_changed_source_needs_a_new_version_or_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    committed = committed_digest()
    committed["reach"]["source"] = "0" * 64
    (tmp_path / DIGEST_FILE).write_text(json.dumps(committed), encoding="utf-8")
    for file in Path(shared.metrics.__path__[0]).glob("*.py"):
        shutil.copy(file, tmp_path)
    monkeypatch.setattr(shared.metrics, "__path__", [str(tmp_path)])
    monkeypatch.setattr("shared.cli.metrics.committed_digest", lambda: committed)
    assert main(["metrics", "--write-digest"]) == 1
    assert "without a new version: reach" in capsys.readouterr().out
    assert json.loads((tmp_path / DIGEST_FILE).read_text())["reach"]["source"] == "0" * 64
    assert main(["metrics", "--write-digest", "--same-results"]) == 0
    assert json.loads((tmp_path / DIGEST_FILE).read_text())["reach"]["source"] != "0" * 64
