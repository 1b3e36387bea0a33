"""`migrate` as the owner role where there is one: the application role may not change tables."""

from __future__ import annotations

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.commands.migrate import Command as DjangoMigrate


class Command(DjangoMigrate):
    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        if "owner" in settings.DATABASES:
            parser.set_defaults(database="owner")
