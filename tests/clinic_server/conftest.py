"""The server's tests run on the database that the environment names.

With MOVERE_OWNER_DATABASE_URL, a database of their own is made by the owner role and used as the
application role of DATABASE_URL, which row-level security binds. Otherwise on SQLite in a temporary folder.
Tests marked `postgres` prove what only PostgreSQL can do and are not collected on SQLite.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from tests.clinic_server.fixtures import *  # noqa: F403 - fixtures are found by their names here

_FOLDER = Path(tempfile.mkdtemp(prefix="movere-tests-"))
_NAME = f"movere_test_{os.getpid()}"
IS_POSTGRES = "owner" in settings.DATABASES

# Nothing that a test writes may land in the folder of a clinic that runs on this machine.
settings.RECORDINGS_DIR = _FOLDER / "recordings"
settings.STORAGES["recordings"]["OPTIONS"]["location"] = str(settings.RECORDINGS_DIR)
if not settings.REDIS_URL:
    for name in ("data_folder_in", "data_folder_out", "control_folder", "processed_folder"):
        folder = _FOLDER / "broker" / ("messages" if name.startswith("data") else name.split("_", 1)[0])
        folder.mkdir(parents=True, exist_ok=True)
        settings.CELERY_BROKER_TRANSPORT_OPTIONS[name] = str(folder)
settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["user"] = "100000/minute"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "postgres: needs PostgreSQL; not collected on SQLite")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if IS_POSTGRES:
        return
    away = [item for item in items if item.get_closest_marker("postgres")]
    if away:
        config.hook.pytest_deselected(items=away)
        items[:] = [item for item in items if not item.get_closest_marker("postgres")]


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(_FOLDER, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Make the database, as the owner role where there is one, and take it away at the end."""
    with django_db_blocker.unblock():
        if IS_POSTGRES:
            _as_owner(f'CREATE DATABASE "{_NAME}"')
            for alias in ("default", "owner"):
                connections[alias].settings_dict["NAME"] = _NAME
        else:
            connections["default"].settings_dict["NAME"] = str(_FOLDER / "clinic.sqlite3")
        call_command("migrate", verbosity=0)
        if IS_POSTGRES:
            # Tests that commit are cleaned by TRUNCATE, which the application role never has.
            with connections["owner"].cursor() as cursor:
                role = connections["default"].settings_dict["USER"]
                cursor.execute(f'GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO "{role}"')
            connections["owner"].close()
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        if IS_POSTGRES:
            _as_owner(f'DROP DATABASE "{_NAME}" WITH (FORCE)')


def _as_owner(statement: str) -> None:
    import psycopg

    with psycopg.connect(os.environ["MOVERE_OWNER_DATABASE_URL"], autocommit=True) as connection:
        connection.execute(statement)
