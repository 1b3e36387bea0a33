"""A demonstration clinic of virtual patients who really play.

Nothing here inserts a session: each patient is a process of the game that pairs with a code, fetches its
plan, plays through the game loop into its journal, seals, and uploads to a running server, whose worker
measures and draws. Only dates are arranged: the plan is dated back to the day on which the course begins.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO, Any
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import msgspec
from django.conf import settings

from clinic_server.accounts.models import User
from clinic_server.accounts.services import user_create
from clinic_server.clinics.models import Clinic, Role
from clinic_server.clinics.selectors import actor_for, clinic_today
from clinic_server.clinics.services import clinic_create, membership_grant
from clinic_server.core import tenancy
from clinic_server.core.actors import Actor
from clinic_server.core.models import Job
from clinic_server.core.problems import Problem
from clinic_server.devices.services import pairing_approve
from clinic_server.patients.models import Patient
from clinic_server.patients.services import patient_create
from clinic_server.plans import catalogue
from clinic_server.plans.models import Plan, PlanDelivery
from clinic_server.plans.services import plan_activate, plan_create
from clinic_server.progress.services import day_check
from clinic_server.recordings.models import Session
from shared.errors import MovereError
from shared.patient.virtual import draw_person
from shared.training.choose import choose

EMAIL = "clinician@demo.example"
NAME = "Northbank Rehab, demonstration"
ROOT = Path(settings.BASE_DIR).parent
GAME = "tide_anchor"
WEEKDAYS = (0, 2, 4)
_DIRECTLY = build_opener(ProxyHandler({}))


class DemoError(MovereError):
    """The demonstration could not be made; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Person:
    """One virtual patient of the demonstration, and what happens to them."""

    profile: str
    seed: int
    side: str
    story: str = ""
    """`silent`: stops playing before the end; `pain`: play hurts in the last session."""


SMALL = (
    Person("stroke_moderate", 11, "right"),
    Person("cerebellar_ataxia", 12, "right"),
    Person("parkinson_on", 13, "left", "pain"),
)
FULL = (
    *SMALL,
    Person("healthy_old", 14, "right"),
    Person("stroke_aphasia", 15, "right"),
    Person("amnesia", 16, "left"),
    Person("stroke_moderate", 21, "left", "silent"),
    Person("cerebellar_ataxia", 22, "left"),
    Person("parkinson_on", 23, "right"),
    Person("healthy_old", 24, "left"),
    Person("stroke_aphasia", 25, "left", "pain"),
    Person("amnesia", 26, "right", "silent"),
)


def demo_clinic() -> tuple[Clinic, Actor]:
    """Return the demonstration clinic and its clinician, made when there is none."""
    clinic = Clinic.objects.filter(is_demo=True).order_by("created_at").first()
    if clinic is None:
        clinic = clinic_create(name=NAME, is_demo=True)
    user = User.objects.filter(email=EMAIL).first() or user_create(
        email=EMAIL, name="R. Osei", is_verified=True
    )
    for role in (Role.CLINICIAN, Role.THERAPIST):
        membership_grant(clinic=clinic, user=user, role=role)
    actor = actor_for(user, clinic_id=str(clinic.id))
    if actor is None:
        raise DemoError("the demonstration's clinician has no role in its clinic")
    return clinic, actor


def patient_of(person: Person, actor: Actor, first_day: date) -> Patient:
    """Return this person's patient with an active plan, made when there is none."""
    key = f"{person.profile}:{person.seed}"
    drawn = draw_person(person.profile, person.seed)
    with tenancy.scope(actor.clinic_id):
        found = Patient.objects.filter(clinic_id=actor.clinic_id, virtual_profile=key).first()
        if found is not None:
            return found
        age = drawn.impairment.age_years or 60
        patient = patient_create(
            actor=actor,
            impairment=msgspec.to_builtins(drawn.impairment),
            is_virtual=True,
            virtual_profile=key,
            affected_side=person.side,
            condition=drawn.label,
            age_band=f"{age // 5 * 5}-{age // 5 * 5 + 4}",
        )
        carried = catalogue.carried_modes(GAME)
        ranked = choose(drawn.impairment).ranked
        suits = [each.mode for each in ranked if not each.is_banned and each.mode in carried]
        plan = plan_create(actor=actor, patient_id=patient.id, content=_content(person, suits))
        plan_activate(actor=actor, plan_id=plan.id)
        # The course lies in the past, so its prescription must too: adherence is counted from it.
        begun = datetime.combine(first_day - timedelta(days=1), datetime.min.time(), UTC)
        PlanDelivery.objects.filter(patient=patient).update(created_at=begun)
        Plan.objects.filter(id=plan.id).update(activated_at=begun)
        return patient


def _content(person: Person, modes: list[str]) -> dict[str, Any]:
    """The plan a therapist might write: the mode is left to the rules among those that suit."""
    return {
        "title": "Reaching, three short sessions a week",
        "schedule": {"weekdays": list(WEEKDAYS)},
        "blocks": [
            {
                "key": "reach",
                "game": GAME,
                "mode": "auto",
                "approved_modes": modes,
                "purpose": "train",
                "side": person.side,
                "game_params": {"targets": 4, "spread": "front"},
                "dose": {"probe_trials": 8, "practice_trials": 44},
            }
        ],
    }


def course_days(today: date, weeks: int) -> list[date]:
    """Return the planned days of the course, oldest first, yesterday at the latest."""
    days = [today - timedelta(days=each) for each in range(weeks * 7, 0, -1)]
    return [each for each in days if each.weekday() in WEEKDAYS]


class Course:
    """One patient's game: a process that pairs and plays day after day, telling of each session."""

    def __init__(self, person: Person, patient: Patient, server: str, days: list[date], folder: Path) -> None:
        self.person, self.patient = person, patient
        self.sessions = 0
        self._log = (folder / f"{patient.pseudonym}.log").open("w+")
        command = [
            sys.executable, "-m", "game_client", "course", "--server", server, "--data",
            str(folder / patient.pseudonym), "--virtual", person.profile, "--seed", str(person.seed),
            "--days", ",".join(each.isoformat() for each in days), "--json",
        ]  # fmt: skip
        if person.story:
            command += ["--story", person.story]
        self.process = subprocess.Popen(  # noqa: S603 - our own program and arguments
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=self._log, text=True, bufsize=1
        )

    @property
    def out(self) -> IO[str]:
        if self.process.stdout is None:
            raise DemoError("a game process has no output")
        return self.process.stdout

    def words(self) -> str:
        """The last thing that the process said when it failed."""
        self._log.seek(0)
        lines = self._log.read().strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)
        self._log.close()


def play_all(
    *,
    people: tuple[Person, ...],
    weeks: int,
    server: str,
    at_once: int,
    tell: Callable[[int, int, str], None],
) -> tuple[Clinic, list[Patient]]:
    """Let everybody play their course, `at_once` games side by side, and wait until all is measured.

    Raises:
        DemoError: a game failed, or the worker did not finish in time.
    """
    clinic, actor = demo_clinic()
    days = course_days(clinic_today(clinic.id), weeks)
    patients = [patient_of(each, actor, days[0]) for each in people]
    todo = deque(
        (person, patient)
        for person, patient in zip(people, patients, strict=True)
        if not _has_sessions(actor, patient)
    )
    total, done = len(todo) * len(days), 0
    tell(0, total, "playing")
    with tempfile.TemporaryDirectory(prefix="movere-demo-") as name:
        running: list[Course] = []
        try:
            while todo or running:
                while todo and len(running) < at_once:
                    person, patient = todo.popleft()
                    running.append(Course(person, patient, server, days, Path(name)))
                for course in list(running):
                    line = course.out.readline()
                    if not line:
                        _ended(course)
                        running.remove(course)
                        course.close()
                        done += len(days) - course.sessions
                        continue
                    said = json.loads(line)
                    if "user_code" in said:
                        _approve(actor, course.patient, said["user_code"])
                    elif "session_id" in said:
                        course.sessions += 1
                        done += 1
                    tell(done, total, f"playing, {course.patient.pseudonym}")
        finally:
            for course in running:
                course.close()
    _wait_for_worker(clinic, tell)
    day_check()
    return clinic, patients


def _has_sessions(actor: Actor, patient: Patient) -> bool:
    with tenancy.scope(actor.clinic_id):
        return Session.objects.filter(patient=patient).exists()


def _approve(actor: Actor, patient: Patient, code: str) -> None:
    with tenancy.scope(actor.clinic_id):
        found = pairing_approve(actor=actor, patient_id=patient.id, user_code=code)
    if isinstance(found, Problem):
        raise DemoError(f"pairing {patient.pseudonym} failed: {found.detail}")


def _ended(course: Course) -> None:
    if course.process.wait(30) != 0:
        raise DemoError(f"the game of {course.patient.pseudonym} ended early: {course.words()}")


def _wait_for_worker(clinic: Clinic, tell: Callable[[int, int, str], None], limit_s: float = 300.0) -> None:
    deadline = time.monotonic() + limit_s
    while True:
        with tenancy.scope(clinic.id):
            jobs = Job.objects.filter(clinic_id=clinic.id)
            total = jobs.count()
            left = jobs.filter(state__in=[Job.State.READY, Job.State.LEASED]).count()
            dead = jobs.filter(state=Job.State.DEAD).count()
        tell(total - left, total, "measuring and drawing")
        if dead:
            raise DemoError(f"{dead} jobs could not be computed: see the worker's log")
        if not left:
            return
        if time.monotonic() > deadline:
            raise DemoError(f"the worker left {left} of {total} jobs undone after {limit_s:.0f} s")
        time.sleep(0.3)


@contextmanager
def own_server() -> Iterator[str]:
    """Run a web process and a worker for the time of the command, on a free loopback port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "MOVERE_DATA_DIR": str(settings.DATA_DIR)}
    commands = [
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
         "--workers", "1", "--no-ws", "clinic_server.config.wsgi:application"],
        [sys.executable, "-m", "celery", "--app", "clinic_server.config.celery", "--quiet", "worker",
         "--pool", "prefork", "--concurrency", "1", "--queues", "celery,bulk", "--without-gossip",
         "--without-mingle"],
    ]  # fmt: skip
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            processes.append(
                subprocess.Popen(  # noqa: S603 - our own programs
                    command,
                    cwd=ROOT,
                    env=environment,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            )
        _wait_healthy(port, processes[0])
        yield f"http://localhost:{port}"
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_healthy(port: int, web: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        try:
            with _DIRECTLY.open(f"http://localhost:{port}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            if web.poll() is not None:
                break
        time.sleep(0.1)
    raise DemoError("the demonstration's web process did not start: run `python manage.py check`")
