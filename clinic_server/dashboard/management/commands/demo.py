"""`manage.py demo [--small]`: a clinic of virtual patients who really play, over six weeks or one."""

from __future__ import annotations

import json
import os
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinic_server.dashboard import demo
from shared.errors import MovereError


class Command(BaseCommand):
    help = "Fill a demonstration clinic: 12 virtual patients over six weeks, or 3 over one with --small."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--small", action="store_true", help="3 patients, one week")
        parser.add_argument("--server", default="", help="a running server's address; default: its own")
        parser.add_argument(
            "--at-once", type=int, default=max(1, os.cpu_count() or 1), help="games side by side"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON line at the end")

    def handle(self, *args: Any, **options: Any) -> None:
        people, weeks = (demo.SMALL, 1) if options["small"] else (demo.FULL, 6)
        began = time.monotonic()
        try:
            if options["server"]:
                clinic, patients = self._play(people, weeks, options["server"], options["at_once"])
            else:
                with demo.own_server() as server:
                    clinic, patients = self._play(people, weeks, server, options["at_once"])
        except MovereError as error:
            raise CommandError(str(error)) from error
        finally:
            self.stderr.write("")
        line = {
            "clinic_id": str(clinic.id),
            "email": demo.EMAIL,
            "patients": [each.pseudonym for each in patients],
            "seconds": round(time.monotonic() - began, 1),
        }
        if options["json"]:
            self.stdout.write(json.dumps(line))
        else:
            self.stdout.write(
                f"{len(patients)} virtual patients in {line['seconds']} s. Sign in as {demo.EMAIL}."
            )

    def _play(self, people: Any, weeks: int, server: str, at_once: int) -> Any:
        return demo.play_all(people=people, weeks=weeks, server=server, at_once=at_once, tell=self._progress)

    def _progress(self, done: int, total: int, what: str) -> None:
        """A bar on a terminal; on anything else a line now and then."""
        share = done / total if total else 1.0
        text = f"{'█' * round(24 * share):░<24} {done}/{total} {what}"
        if sys.stderr.isatty():
            self.stderr.write(f"\r{text:<78}", ending="")
        elif time.monotonic() - getattr(self, "_told", 0.0) > 5.0:
            self._told = time.monotonic()
            self.stderr.write(text)
