from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "clinic_server.audit"
    label = "audit"
