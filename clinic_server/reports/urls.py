"""The reports' pages."""

from __future__ import annotations

from django.urls import path

from clinic_server.reports import views

urlpatterns = [
    path("patients/<uuid:patient_id>/reports/", views.reports, name="reports"),
    path("patients/<uuid:patient_id>/reports/ask", views.report_ask, name="report-ask"),
    path("reports/<uuid:report_id>.pdf", views.report_pages, name="report-pages"),
]
