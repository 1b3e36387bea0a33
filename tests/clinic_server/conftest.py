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
from urllib.parse import urlsplit, urlunsplit

import pytest

_FOLDER = tempfile.mkdtemp(prefix="movere-tests-")
_OWNER_URL = os.environ.get("MOVERE_OWNER_DATABASE_URL", "")
_NAME = f"movere_test_{os.getpid()}"
IS_POSTGRES = bool(_OWNER_URL) and os.environ.get("DATABASE_URL", "").startswith("postgres")


def _renamed(url: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{_NAME}"))


os.environ["MOVERE_DATA_DIR"] = _FOLDER
os.environ.setdefault("MOVERE_SECRET_KEY", "tests-only")
os.environ["MOVERE_API_RATE"] = "100000/minute"
os.environ["DJANGO_SETTINGS_MODULE"] = "clinic_server.config.settings"
if IS_POSTGRES:
    os.environ["DATABASE_URL"] = _renamed(os.environ["DATABASE_URL"])
    os.environ["MOVERE_OWNER_DATABASE_URL"] = _renamed(_OWNER_URL)
else:
    os.environ["DATABASE_URL"] = ""
    os.environ["MOVERE_OWNER_DATABASE_URL"] = ""

import django  # noqa: E402 - after the environment is set

django.setup()


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
def django_db_setup(django_test_environment: None, django_db_blocker: object) -> Iterator[None]:
    """Make the database as the owner role, and take it away at the end."""
    from django.core.management import call_command
    from django.db import connections

    blocker: object = django_db_blocker
    with blocker.unblock():  # type: ignore[attr-defined]
        if IS_POSTGRES:
            _as_owner(f'CREATE DATABASE "{_NAME}"')
        call_command("migrate", verbosity=0)
        if IS_POSTGRES:
            # Tests that commit are cleaned by TRUNCATE, which the application role never has.
            with connections["owner"].cursor() as cursor:
                role = connections["default"].settings_dict["USER"]
                cursor.execute(f'GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO "{role}"')
            connections["owner"].close()
    yield
    with blocker.unblock():  # type: ignore[attr-defined]
        connections.close_all()
        if IS_POSTGRES:
            _as_owner(f'DROP DATABASE "{_NAME}" WITH (FORCE)')


def _as_owner(statement: str) -> None:
    import psycopg

    with psycopg.connect(_OWNER_URL, autocommit=True) as connection:
        connection.execute(statement)


from tests.clinic_server.fixtures import *  # noqa: E402, F403
