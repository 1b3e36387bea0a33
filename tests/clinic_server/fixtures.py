"""Fixtures that every test of the server shares."""

from __future__ import annotations

import pytest

from tests.clinic_server.world import Device, World, build_world


@pytest.fixture
def world(db: None) -> World:
    """A clinic called North with people and one patient."""
    return build_world("North")


@pytest.fixture
def other(db: None) -> World:
    """Another clinic, South, with as much in it."""
    return build_world("South")


@pytest.fixture
def device(world: World) -> Device:
    """A paired profile of North's patient, with a token."""
    return Device().pair(world)
