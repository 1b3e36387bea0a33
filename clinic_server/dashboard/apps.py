"""Registers the pages."""

from __future__ import annotations

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "clinic_server.dashboard"
    label = "dashboard"
