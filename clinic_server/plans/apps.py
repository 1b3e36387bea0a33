from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "clinic_server.plans"
    label = "plans"

    def ready(self) -> None:
        from clinic_server.patients.signals import patient_changed
        from clinic_server.plans.services import plan_redeliver

        def redeliver(patient: Any, **_: Any) -> None:
            plan_redeliver(patient=patient)

        patient_changed.connect(redeliver, weak=False, dispatch_uid="movere-plan-redeliver")
