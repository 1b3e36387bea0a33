"""`manage.py reconcile`: put what was missed into the queue, and ring for all that is due."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from clinic_server.core import jobs
from clinic_server.progress.services import reconcile


class Command(BaseCommand):
    help = "Insert jobs for sessions without results, forget unfinished uploads, ring for what is due."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--clinic", type=UUID)

    def handle(self, *args: Any, **options: Any) -> None:
        found = reconcile(clinic_id=options["clinic"])
        self.stdout.write(f"{found.sessions} sessions, {found.jobs} jobs inserted, {jobs.sweep()} rung")
