from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "clinic_server.accounts"
    label = "accounts"

    def ready(self) -> None:
        from clinic_server.accounts import signals  # noqa: F401 - connects them
