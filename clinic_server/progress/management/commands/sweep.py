"""`manage.py sweep`: ring the workers for every job that is due; beat does it each minute."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from clinic_server.core import jobs
from clinic_server.core.models import Job


class Command(BaseCommand):
    help = "Ring for due jobs; with --here run them in this process instead."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--here", action="store_true", help="without a worker: run them now, here")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["here"]:
            self.stdout.write(f"{jobs.sweep()} rung")
            return
        done = 0
        while (job := Job.objects.filter(jobs.due()).order_by("priority", "not_before").first()) is not None:
            if jobs.run(job.id, "command") != "done":
                self.stderr.write(f"{job} failed: {Job.objects.get(id=job.id).last_error}")
            done += 1
        self.stdout.write(f"{done} run")
