"""Celery is the doorbell; the database is the queue (docs/adr/0007).

Early acknowledgement on purpose: a job's lease in the database already survives a killed worker, and late
acknowledgement would add duplicates and poison loops instead of safety.
"""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_server.config.settings")

app = Celery("movere")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.set_default()
