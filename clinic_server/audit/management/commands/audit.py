"""`manage.py audit --check`: does the access log's chain hold?"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinic_server.audit.selectors import chain_check, chains


class Command(BaseCommand):
    help = "Check every clinic's access log, entry by entry."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        broken = []
        for clinic_id in chains():
            count, found = chain_check(clinic_id)
            if found is not None:
                broken.append(f"clinic {clinic_id}, entry {found.number}: {found.what}")
            self.stdout.write(f"{clinic_id}: {count} entries hold")
        if broken:
            raise CommandError("the access log was tampered with: " + "; ".join(broken))
