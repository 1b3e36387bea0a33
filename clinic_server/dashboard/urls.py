"""The pages' addresses."""

from __future__ import annotations

from django.urls import path

from clinic_server.dashboard import plan_views, scale_views, token_views, triage_views, views

urlpatterns = [
    path("", triage_views.triage_list, name="triage"),
    path("triage.csv", triage_views.triage_csv, name="triage-csv"),
    path("triage/filters", triage_views.filter_save, name="filter-save"),
    path("triage/filters/<uuid:filter_id>/delete", triage_views.filter_delete, name="filter-delete"),
    path("rules", triage_views.rules, name="rules"),
    path("rules.csv", triage_views.rules_csv, name="rules-csv"),
    path("rules/set", triage_views.rule_set, name="rule-set"),
    path("caseload", triage_views.caseload, name="caseload"),
    path("caseload.csv", triage_views.caseload_csv, name="caseload-csv"),
    path("data-health", triage_views.health, name="health"),
    path("data-health.csv", triage_views.health_csv, name="health-csv"),
    path("patients/<uuid:patient_id>/rules", triage_views.patient_rules, name="patient-rules"),
    path("patients/<uuid:patient_id>/rules/set", triage_views.patient_rule_set, name="patient-rule-set"),
    path("patients/<uuid:patient_id>/flags", triage_views.flag_raise, name="flag-raise"),
    path("patients/<uuid:patient_id>/take-on", triage_views.take_on, name="take-on"),
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
    path("patients/<uuid:patient_id>/scales", scale_views.scale_add, name="scale-add"),
    path("scales/<uuid:reading_id>/withdraw", scale_views.scale_withdraw, name="scale-withdraw"),
    path("patients/<uuid:patient_id>/devices", views.device_add, name="device-add"),
    path("sessions/<uuid:session_id>/", views.session, name="session"),
    path("sessions/<uuid:session_id>/trials.csv", views.trials_csv, name="trials-csv"),
    path("flags/acknowledge", triage_views.flags_acknowledge, name="flags-acknowledge"),
    path("flags/reopen", triage_views.flags_reopen, name="flags-reopen"),
]
