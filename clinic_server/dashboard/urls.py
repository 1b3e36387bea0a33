"""The pages' addresses."""

from __future__ import annotations

from django.urls import path

from clinic_server.dashboard import plan_views, token_views, views

urlpatterns = [
    path("", views.triage, name="triage"),
    path("account/tokens/", token_views.tokens, name="tokens"),
    path("account/tokens/<uuid:key_id>/revoke", token_views.token_revoke, name="token-revoke"),
    path("theme", views.theme, name="theme"),
    path("patients/", views.patients, name="patients"),
    path("patients/<uuid:patient_id>/", views.patient, name="patient"),
    path("patients/<uuid:patient_id>/outcomes.csv", views.outcomes_csv, name="outcomes-csv"),
    path("patients/<uuid:patient_id>/figures/<str:key>.csv", views.figure_csv, name="figure-csv"),
    path("patients/<uuid:patient_id>/plan", plan_views.plan_build, name="plan-build"),
    path("plans/forecast", plan_views.plan_forecast, name="plan-forecast"),
    path("plans/<uuid:plan_id>/", plan_views.plan_history, name="plan-history"),
    path("plans/<uuid:plan_id>/<slug:change>", plan_views.plan_state, name="plan-state"),
    path("patients/<uuid:patient_id>/devices", views.device_add, name="device-add"),
    path("sessions/<uuid:session_id>/", views.session, name="session"),
    path("sessions/<uuid:session_id>/trials.csv", views.trials_csv, name="trials-csv"),
    path("flags/<uuid:flag_id>/acknowledge", views.flag_acknowledge, name="flag-acknowledge"),
    path("flags/<uuid:flag_id>/reopen", views.flag_reopen, name="flag-reopen"),
]
