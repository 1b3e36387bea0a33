"""Reports: made by a worker with progress, the page's own numbers, one page where one is promised."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader

from clinic_server.core import jobs
from clinic_server.core.models import Job
from clinic_server.patients.scales import scale_add
from clinic_server.plans.services import plan_activate, plan_create
from clinic_server.reports.typesetting import LIGHT, on_paper
from shared.ids import uuid7
from tests.clinic_server.world import Device, World, plan_content, replaced, run_jobs
from tests.virtual_sessions import make_plan, play

pytestmark = pytest.mark.django_db
DAY_MS = 86_400_000


@pytest.fixture
def played(world: World, device: Device) -> World:
    """A patient with a plan, four sessions on four days, and a scale."""
    plan = make_plan(practice=16, probe=8)
    for number in range(4):
        _, recording = play(plan, "stroke_moderate", seed=number)
        device.upload(
            replaced(
                recording,
                id=uuid7(),
                profile_id=UUID(str(device.profile_id)),
                device_seq=number + 1,
                started_utc_ms=recording.started_utc_ms + number * 2 * DAY_MS,
            )
        )
    run_jobs()
    with world.scope():
        made = plan_create(actor=world.actor(), patient_id=world.patient.id, content=plan_content())
        plan_activate(actor=world.actor(), plan_id=made.id)
        scale_add(actor=world.actor(), patient_id=world.patient.id, scale="fma_ue", value=38)
    return world


def made(world: World, kind: str, language: str = "en") -> tuple[PdfReader, str]:
    """Ask by the interface, let a worker make it, fetch it; return the pages and their whole text."""
    browser = world.as_("therapist")
    asked = browser.post(
        "/api/v1/reports",
        {"patient_id": str(world.patient.id), "kind": kind, "language": language},
        content_type="application/json",
    )
    assert asked.status_code == 202, asked.content
    file_at = f"/api/v1/reports/{asked.json()['id']}/file"
    assert browser.get(file_at).json()["code"] == "not_made_yet"
    assert jobs.run(Job.objects.get(id=asked.json()["job"]["id"]).id, "test") == "done"
    job = browser.get(asked["Location"]).json()
    assert (job["state"], job["progress"], job["result"]) == ("done", 100, file_at)
    answer = browser.get(file_at)
    assert answer["Content-Type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.content))
    return pages, " ".join(" ".join(page.extract_text() for page in pages.pages).split())


def test_the_movement_profile_is_one_page_with_the_page_s_own_numbers(played: World) -> None:
    pages, text = made(played, "profile")
    assert len(pages.pages) == 1
    width, height = (float(each) for each in pages.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (595, 842), "A4"
    page = played.as_("therapist").get(f"/patients/{played.patient.id}/").content.decode()
    assert played.patient.pseudonym in text and "Not validated for diagnosis" in text
    clauses = [
        each.split("</a>")[0].split(">")[-1] for each in page.split('class="summary"')[1].split("<a ")[1:7]
    ]
    said = [each for each in clauses if each and "planned" not in each][:3]
    assert said
    for clause in said:
        whole = clause.replace("&#x27;", "'")
        assert whole in text, f"{whole} is on the page and not in the profile"
    for number in range(1, 9):
        assert f"{number} " in text
    assert "FMA-UE" in text and "38" in text


def test_the_full_report_has_every_panel_with_its_table(played: World) -> None:
    pages, text = made(played, "full")
    assert len(pages.pages) >= 2
    for words in (
        "Outcomes",
        "Learning against performance",
        "Clinical scales",
        "Reach bias",
        "Opening probe",
    ):
        assert words in text, words


def test_the_letter_is_plain_and_greets_by_name(played: World) -> None:
    pages, text = made(played, "letter")
    assert len(pages.pages) == 1
    assert "Dear Ada," in text and "You have played 4 sessions." in text
    for word in ("bias", "SPARC", "retention", "adaptation", "probe"):
        assert word not in text.lower(), f"{word} is no word of a letter"


def test_a_patient_without_any_session_gets_a_report_that_says_so(world: World) -> None:
    for kind in ("profile", "full", "letter"):
        pages, text = made(world, kind)
        assert len(pages.pages) == 1 or kind == "full"
        assert world.patient.pseudonym in text


@pytest.mark.parametrize(
    ("changes", "pointer"), [({"kind": "poem"}, "/kind"), ({"language": "xx"}, "/language")]
)
def test_bad_wishes_are_refused_by_field(world: World, changes: dict[str, str], pointer: str) -> None:
    given: dict[str, Any] = {"patient_id": str(world.patient.id), "kind": "letter", **changes}
    answer = world.as_("therapist").post("/api/v1/reports", given, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_whoever_lost_access_meanwhile_gets_no_report(world: World) -> None:
    from clinic_server.patients.models import CareTeamMember
    from clinic_server.reports.models import Report
    from clinic_server.reports.services import report_ask

    with world.scope():
        row, job = report_ask(actor=world.actor("clinician"), patient_id=world.patient.id, kind="letter")
        CareTeamMember.objects.filter(user=world.people["clinician"]).delete()
    assert jobs.run(job.id, "test") == "retry"
    with world.scope():
        assert Report.objects.get(id=row.id).pdf is None


def test_the_page_asks_shows_progress_and_links_the_pages(world: World) -> None:
    browser = world.as_("therapist")
    at = f"/patients/{world.patient.id}/reports/"
    assert "None yet." in browser.get(at).content.decode()
    answer = browser.post(f"{at}ask", {"kind": "letter", "language": "en"}, follow=True).content.decode()
    assert "<progress" in answer and "hx-get" in answer
    run_jobs()
    page = browser.get(at).content.decode()
    assert ".pdf" in page and "hx-get" not in page
    link = page.split('href="/reports/')[1].split('"')[0]
    assert browser.get(f"/reports/{link}").content[:5] == b"%PDF-"
    assert world.as_("outsider").get(f"/reports/{link}").status_code == 403


def test_paper_knows_every_colour_of_the_page() -> None:
    """A token that the pictures use and paper does not know would be left as text that no reader draws."""
    import re
    from pathlib import Path

    used = set()
    for file in Path("clinic_server/dashboard").rglob("*.py"):
        used |= set(re.findall(r"var\(--([a-z0-9-]+)\)", file.read_text("utf-8")))
    assert used <= set(LIGHT)
    assert on_paper('fill="var(--d1)"') == f'fill="{LIGHT["d1"]}"'
