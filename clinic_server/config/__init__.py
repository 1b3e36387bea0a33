"""Settings, addresses and processes. Importing it makes the Celery app the current one."""

from __future__ import annotations

from clinic_server.config.celery import app as celery_app

__all__ = ["celery_app"]
