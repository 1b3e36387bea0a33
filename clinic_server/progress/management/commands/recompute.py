"""`manage.py recompute`: compute every session's metrics again, at low priority."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from clinic_server.progress.services import recompute


class Command(BaseCommand):
    help = "Put a low-priority job into the queue for every usable session. May be repeated."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--clinic", type=UUID)
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        found = recompute(clinic_id=options["clinic"], dry_run=options["dry_run"])
        self.stdout.write(f"{found.sessions} sessions, {found.jobs} jobs")
