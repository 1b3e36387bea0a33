"""/api/v1: what people and integrators use."""

from __future__ import annotations

from django.urls import path

from clinic_server.accounts import api as accounts
from clinic_server.audit import api as audit
from clinic_server.clinics import api as clinics
from clinic_server.core import jobs_api as jobs
from clinic_server.devices import api as devices
from clinic_server.exchange import api as exchange
from clinic_server.patients import api as patients
from clinic_server.patients import scales_api as scales
from clinic_server.plans import api as plans
from clinic_server.progress import api as progress
from clinic_server.progress import flags_api as flags
from clinic_server.progress import triage_api as triage
from clinic_server.recordings import api as recordings
from clinic_server.reports import api as reports

urlpatterns = [
    path("tokens", accounts.TokensView.as_view()),
    path("tokens/<uuid:key_id>", accounts.TokenView.as_view()),
    path("me", clinics.MeView.as_view()),
    path("patients", patients.PatientsView.as_view()),
    path("patients/<uuid:patient_id>", patients.PatientView.as_view()),
    path("patients/<uuid:patient_id>/profile", patients.PatientProfileView.as_view()),
    path("scales", scales.ScalesView.as_view()),
    path("patients/<uuid:patient_id>/scales", scales.ScaleReadingsView.as_view()),
    path("scale-readings/<uuid:reading_id>/withdraw", scales.ScaleWithdrawView.as_view()),
    path("patients/<uuid:patient_id>/care-team", patients.CareTeamView.as_view()),
    path("patients/<uuid:patient_id>/care-team/<uuid:user_id>", patients.CareTeamMemberView.as_view()),
    path("patients/<uuid:patient_id>/break-glass", patients.BreakGlassView.as_view()),
    path("patients/<uuid:patient_id>/devices", devices.DevicesView.as_view()),
    path("patients/<uuid:patient_id>/devices/lookup", devices.PairingLookupView.as_view()),
    path("patients/<uuid:patient_id>/events", recordings.UrgentEventsView.as_view()),
    path("patients/<uuid:patient_id>/metrics", progress.PatientMetricsView.as_view()),
    path("patients/<uuid:patient_id>/recommendation", progress.RecommendationView.as_view()),
    path("patients/<uuid:patient_id>/forecast", progress.ForecastView.as_view()),
    path("forecasts/<uuid:forecast_id>", progress.ForecastResultView.as_view()),
    path("devices/<uuid:profile_id>", devices.DeviceView.as_view()),
    path("devices/<uuid:profile_id>/renew", devices.DeviceRenewView.as_view()),
    path("plans", plans.PlansView.as_view()),
    path("plans/validate", plans.PlanCheckView.as_view()),
    path("plans/<uuid:plan_id>", plans.PlanView.as_view()),
    path("plans/<uuid:plan_id>/versions", plans.PlanVersionsView.as_view()),
    path("plans/<uuid:plan_id>/diff", plans.PlanDiffView.as_view()),
    path("plans/<uuid:plan_id>/activate", plans.PlanActivateView.as_view()),
    path("plans/<uuid:plan_id>/pause", plans.PlanPauseView.as_view()),
    path("plans/<uuid:plan_id>/complete", plans.PlanCompleteView.as_view()),
    path("plan-templates", plans.PlanTemplatesView.as_view()),
    path("games", plans.GamesView.as_view()),
    path("games/<slug:game>/schema", plans.GameSchemaView.as_view()),
    path("sessions", recordings.SessionsView.as_view()),
    path("sessions/<uuid:session_id>", recordings.SessionView.as_view()),
    path("sessions/<uuid:session_id>/trials", recordings.SessionTrialsView.as_view()),
    path("sessions/<uuid:session_id>/trajectory", recordings.SessionTrajectoryView.as_view()),
    path("sessions/<uuid:session_id>/metrics", progress.SessionMetricsView.as_view()),
    path("sessions/<uuid:session_id>/export", exchange.SessionExportView.as_view()),
    path("metrics/definitions", progress.DefinitionsView.as_view()),
    path("triage", triage.TriageView.as_view()),
    path("triage/new", triage.TriageNewView.as_view()),
    path("triage/filters", triage.FiltersView.as_view()),
    path("triage/filters/<uuid:filter_id>", triage.FilterView.as_view()),
    path("patients/<uuid:patient_id>/take-on", triage.TakeOnView.as_view()),
    path("patients/<uuid:patient_id>/flag-rules", flags.PatientFlagRulesView.as_view()),
    path("flags", flags.FlagsView.as_view()),
    path("flags/<uuid:flag_id>/acknowledge", flags.FlagAcknowledgeView.as_view()),
    path("flags/<uuid:flag_id>/reopen", flags.FlagReopenView.as_view()),
    path("flag-rules", flags.FlagRulesView.as_view()),
    path("flag-rules/health", flags.RuleHealthView.as_view()),
    path("caseload", triage.CaseloadView.as_view()),
    path("data-health", triage.DataHealthView.as_view()),
    path("reports", reports.ReportsView.as_view()),
    path("reports/<uuid:report_id>", reports.ReportView.as_view()),
    path("reports/<uuid:report_id>/file", reports.ReportFileView.as_view()),
    path("jobs/<uuid:job_id>", jobs.JobView.as_view()),
    path("audit", audit.AuditView.as_view()),
]
