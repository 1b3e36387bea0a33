from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "clinic_server.core"
    label = "core"

    def ready(self) -> None:
        from clinic_server.core import checks, rowsecurity  # noqa: F401 - registers the checks

        post_migrate.connect(rowsecurity.grant_to_app_role, sender=self, dispatch_uid="movere-grants")
