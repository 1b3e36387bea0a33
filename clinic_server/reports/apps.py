from __future__ import annotations

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "clinic_server.reports"
    label = "reports"

    def ready(self) -> None:
        from clinic_server.core import jobs
        from clinic_server.reports import services

        jobs.register(services.KIND, jobs.JobKind(services.compute, services.store))
