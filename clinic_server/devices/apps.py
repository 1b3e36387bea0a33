from __future__ import annotations

from django.apps import AppConfig


class DevicesConfig(AppConfig):
    name = "clinic_server.devices"
    label = "devices"
