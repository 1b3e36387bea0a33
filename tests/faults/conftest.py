"""A clinic that serves, and a machine paired with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults._clinic import ClinicProcess, clinic_running
from tests.faults._machine import Machine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClinicProcess]:
    """One clinic for all tests of a file; each test pairs a profile of its own."""
    with clinic_running(tmp_path_factory.mktemp("clinic")) as running:
        yield running


@pytest.fixture
def machine(clinic: ClinicProcess, tmp_path: Path) -> Iterator[Machine]:
    with Machine.paired(tmp_path / "game", clinic) as found:
        yield found
