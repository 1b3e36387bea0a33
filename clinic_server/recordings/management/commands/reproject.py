"""`manage.py reproject`: read stored bundles again, after an upgrade or a repair."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand

from clinic_server.clinics.models import Clinic
from clinic_server.core import tenancy
from clinic_server.recordings.models import Bundle
from clinic_server.recordings.services import STORED, bundle_reproject
from shared.errors import WireError


class Command(BaseCommand):
    help = "Make sessions, trials and urgent events again from the bundles' bytes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=datetime.fromisoformat, help="only bundles received from then on")
        parser.add_argument(
            "--unparsed", action="store_true", help="only bundles that this server could not read before"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        read = lost = 0
        for clinic_id in Clinic.objects.values_list("id", flat=True):
            with tenancy.scope(clinic_id):
                rows = Bundle.objects.filter(clinic_id=clinic_id, state__in=STORED)
                if options["since"]:
                    rows = rows.filter(received_at__gte=options["since"])
                if options["unparsed"]:
                    rows = rows.filter(state=Bundle.State.UNPARSED)
                for bundle in rows.order_by("received_at"):
                    try:
                        bundle_reproject(bundle=bundle)
                        read += 1
                    except (WireError, FileNotFoundError) as error:
                        lost += 1
                        self.stderr.write(f"{bundle.id}: {error}")
        self.stdout.write(f"{read} bundles read, {lost} could not be")
