"""`manage.py pair_local CODE`: approve the code that the game on this same machine shows.

For one machine that is clinic and living room at once. The approving person is a therapist of the patient's
clinic, named or the first in the care team, and stands in the access log as ever.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from clinic_server.accounts.models import User
from clinic_server.clinics.models import Clinic
from clinic_server.clinics.selectors import actor_for
from clinic_server.core import tenancy
from clinic_server.core.problems import Problem
from clinic_server.devices.services import pairing_approve
from clinic_server.patients.models import CareTeamMember, Patient


class Command(BaseCommand):
    help = "Approve a pairing code for a patient, on the machine where both programs run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="the eight letters on the game's screen")
        parser.add_argument("--patient", help="pseudonym; default: the clinic's first patient")
        parser.add_argument("--clinic", type=UUID, help="default: the only clinic")
        parser.add_argument("--as", dest="email", help="address of the approving person")

    def handle(self, *args: Any, **options: Any) -> None:
        clinics = Clinic.objects.filter(id=options["clinic"]) if options["clinic"] else Clinic.objects.all()
        if clinics.count() != 1:
            raise CommandError(f"there are {clinics.count()} clinics: name one with --clinic")
        clinic = clinics.get()
        with tenancy.scope(clinic.id):
            patients = Patient.objects.filter(clinic=clinic).order_by("pseudonym")
            if options["patient"]:
                patients = patients.filter(pseudonym=options["patient"])
            patient = patients.first()
            if patient is None:
                raise CommandError("there is no such patient in this clinic: make one first")
            try:
                found = pairing_approve(
                    actor=self._actor(patient, clinic, options["email"]),
                    patient_id=patient.id,
                    user_code=options["code"],
                )
            except Problem as problem:
                raise CommandError(problem.detail) from problem
        if isinstance(found, Problem):
            raise CommandError(found.detail)
        self.stdout.write(json.dumps({"profile_id": str(found.id), "patient": patient.pseudonym}))

    def _actor(self, patient: Patient, clinic: Clinic, email: str | None) -> Any:
        if email:
            user = User.objects.filter(email__iexact=email).first()
        else:
            member = (
                CareTeamMember.objects.filter(patient=patient)
                .select_related("user")
                .order_by("-is_owner", "starts_on")
                .first()
            )
            user = member.user if member else None
        actor = actor_for(user, clinic_id=str(clinic.id)) if user else None
        if actor is None:
            raise CommandError("nobody of this clinic can approve: name a therapist with --as EMAIL")
        return actor
