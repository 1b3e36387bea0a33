"""Refuse to run as a database role that row-level security doesn't bind."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.utils import OperationalError


@register(Tags.database)
def application_role(app_configs: Any, databases: Any = None, **_: Any) -> list[CheckMessage]:
    """Movere's second lock on tenancy is void for a superuser and for a role that may bypass policies."""
    connection = connections["default"]
    if connection.vendor != "postgresql" or "default" not in (databases or ["default"]):
        return []
    return role_errors(connection)


def role_errors(connection: Any) -> list[CheckMessage]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
            )
            role, is_super, bypasses = cursor.fetchone()
    except OperationalError:
        return []  # /readyz reports a database that is down; a check has nothing to say about it
    if not (is_super or bypasses):
        return []
    return [
        Error(
            f"the database role {role} ignores row-level security",
            hint="put a role without SUPERUSER and BYPASSRLS into DATABASE_URL (movere_app), and the "
            "migrating role into MOVERE_OWNER_DATABASE_URL",
            id="movere.E001",
        )
    ]
