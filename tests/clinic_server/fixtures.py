"""Fixtures that every test of the server shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.clinic_server.world import Device, World


@pytest.fixture
def world(db: None) -> World:
    """A clinic called North with people and one patient."""
    from tests.clinic_server.world import build_world

    return build_world("North")


@pytest.fixture
def other(db: None) -> World:
    """Another clinic, South, with as much in it."""
    from tests.clinic_server.world import build_world

    return build_world("South")


@pytest.fixture
def device(world: World) -> Device:
    """A paired profile of North's patient, with a token."""
    from tests.clinic_server.world import Device

    return Device().pair(world)
