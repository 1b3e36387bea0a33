from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_save


class ProgressConfig(AppConfig):
    name = "clinic_server.progress"
    label = "progress"

    def ready(self) -> None:
        from clinic_server.core import jobs
        from clinic_server.patients.models import CareTeamMember, Patient
        from clinic_server.plans.models import PlanDelivery
        from clinic_server.progress import charts, forecasts, metrics, rules, summaries
        from clinic_server.recordings.models import Session
        from clinic_server.recordings.signals import event_stored, session_stored

        jobs.register(metrics.KIND, jobs.JobKind(metrics.compute, metrics.store))
        jobs.register(forecasts.KIND, jobs.JobKind(forecasts.compute, forecasts.store))
        jobs.register(metrics.CHARTS, jobs.JobKind(charts.compute, charts.store))

        def session_arrived(session: Any, **_: Any) -> None:
            rules.after_session(session=session)
            if session.status == Session.Status.OK:
                metrics.enqueue(session, again=True)
            else:
                session.results.all().delete()

        def event_arrived(event: Any, **_: Any) -> None:
            rules.after_event(event=event)

        def patient_saved(instance: Any, created: bool, **_: Any) -> None:
            if created:
                summaries.patient_listed(instance)

        def member_saved(instance: Any, **_: Any) -> None:
            summaries.team_changed(instance)

        def plan_delivered(instance: Any, **_: Any) -> None:
            rules.plan_delivered(clinic_id=instance.clinic_id, patient_id=instance.patient_id)

        post_save.connect(patient_saved, Patient, weak=False, dispatch_uid="movere-list")
        post_save.connect(member_saved, CareTeamMember, weak=False, dispatch_uid="movere-owner")
        post_save.connect(plan_delivered, PlanDelivery, weak=False, dispatch_uid="movere-plan")
        session_stored.connect(session_arrived, weak=False, dispatch_uid="movere-measure")
        event_stored.connect(event_arrived, weak=False, dispatch_uid="movere-judge")
