"""`manage.py clinic NAME EMAIL`: make a clinic and its first administrator."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from clinic_server.accounts.models import User
from clinic_server.accounts.services import user_create
from clinic_server.clinics.models import Role
from clinic_server.clinics.services import clinic_create, membership_grant


class Command(BaseCommand):
    help = "Make a clinic with its first person. Roles: " + ", ".join(Role.values)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the clinic's name")
        parser.add_argument("email", help="the first person's address; an account is made when there is none")
        parser.add_argument("--time-zone", default="Europe/Berlin")
        parser.add_argument("--person", default="", help="the first person's name")
        parser.add_argument("--role", action="append", choices=Role.values, help="default: clinic_admin")
        parser.add_argument("--demo", action="store_true", help="mark the clinic as one of virtual patients")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            clinic = clinic_create(
                name=options["name"], time_zone=options["time_zone"], is_demo=options["demo"]
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            user = user_create(email=options["email"], name=options["person"])
        for role in options["role"] or [Role.CLINIC_ADMIN]:
            membership_grant(clinic=clinic, user=user, role=Role(role))
        self.stdout.write(json.dumps({"clinic_id": str(clinic.id), "user_id": str(user.id)}))
