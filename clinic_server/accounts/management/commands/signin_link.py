"""`manage.py signin_link EMAIL`: print a link that signs this person in once within fifteen minutes."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from clinic_server.accounts.models import User
from clinic_server.accounts.services import signin_link_create


class Command(BaseCommand):
    help = "Print a one-time sign-in link. Whoever opens it is that person: don't send it by plain e-mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--base", default="http://localhost:8000", help="address of the server")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"], is_active=True).first()
        if user is None:
            raise CommandError(f"nobody has the address {options['email']}: make the account first")
        token = signin_link_create(user=user)
        self.stdout.write(options["base"].rstrip("/") + reverse("signin-link", args=[token]))
