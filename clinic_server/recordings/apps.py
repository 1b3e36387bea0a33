from __future__ import annotations

from django.apps import AppConfig


class RecordingsConfig(AppConfig):
    name = "clinic_server.recordings"
    label = "recordings"
