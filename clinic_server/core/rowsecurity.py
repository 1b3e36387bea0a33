"""Forced row-level security on PostgreSQL, as migration operations and as grants after each migration.

The owner role migrates; the application role owns nothing and can't bypass a policy. SQLite has neither
roles nor policies: there the selectors' filter is the only lock, which is why tests run on PostgreSQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db import connections
from django.db.migrations.operations.base import Operation

if TYPE_CHECKING:
    from django.apps import AppConfig
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import ProjectState

APPEND_ONLY = ("core_accesslog", "plans_planversion")
"""Tables that the application role may add to and read, and neither change nor clear."""


class ForceRowSecurity(Operation):
    """Bind a model's rows to the clinic of the transaction, for the table's owner too."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model: str) -> None:
        self.model = model

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        table = schema_editor.quote_name(to_state.apps.get_model(app_label, self.model)._meta.db_table)
        mine = "clinic_id = NULLIF(current_setting('app.clinic_id', true), '')::uuid"
        schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"CREATE POLICY clinic ON {table} USING ({mine}) WITH CHECK ({mine})")

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        table = schema_editor.quote_name(from_state.apps.get_model(app_label, self.model)._meta.db_table)
        schema_editor.execute(f"DROP POLICY clinic ON {table}")
        schema_editor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")

    def describe(self) -> str:
        return f"Force row-level security on {self.model}"

    @property
    def migration_name_fragment(self) -> str:
        return f"{self.model.lower()}_row_security"


def grant_to_app_role(app_config: AppConfig, using: str, **_: Any) -> None:
    """After `migrate`: the application role may use every table, and only add to the append-only ones."""
    connection = connections[using]
    role = settings.APP_ROLE
    if connection.vendor != "postgresql" or not role or connection.settings_dict["USER"] == role:
        return
    name = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name(role)}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name(role)}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name(role)}")
        for table in APPEND_ONLY:
            if table in connection.introspection.table_names(cursor):
                cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {name(table)} FROM {name(role)}")


def clinical_tables() -> list[str]:
    """Return the tables whose rows belong to a clinic, by their models."""
    return sorted(
        model._meta.db_table
        for model in apps.get_models()
        if any(field.attname == "clinic_id" for field in model._meta.concrete_fields)
    )
