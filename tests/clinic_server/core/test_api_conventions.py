"""Problems everywhere, unknown parameters refused, idempotency keys, cursors, ids, headers."""

from __future__ import annotations

import ast
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client

from clinic_server.core import problems
from clinic_server.patients.models import Patient
from tests.clinic_server.world import World

pytestmark = pytest.mark.django_db


def _is_problem(answer: Any, status: int, code: str) -> None:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["request_id"] == answer["X-Request-Id"]
    assert body["type"] == f"/problems/{code}"
    assert Client().get(body["type"]).status_code == 200


def test_every_error_is_a_problem(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = world.as_()
    _is_problem(browser.get("/api/v1/nothing"), 404, "not_found")
    _is_problem(browser.delete("/api/v1/patients"), 405, "method_not_allowed")
    _is_problem(browser.post("/api/v1/patients", "{", content_type="application/json"), 400, "parse_error")
    _is_problem(
        browser.post("/api/v1/patients", "x", content_type="text/plain"), 415, "unsupported_media_type"
    )
    _is_problem(Client().get("/api/v1/patients"), 401, "not_signed_in")
    _is_problem(browser.get("/api/v1/patients?colour=red"), 400, "unknown_parameter")
    _is_problem(browser.get("/api/v1/patients?limit=many"), 400, "invalid_limit")
    _is_problem(browser.get("/api/v1/patients?cursor=forged"), 400, "invalid_cursor")
    _is_problem(browser.get("/sync/v1/nothing"), 404, "not_found")
    _is_problem(browser.delete("/pair/v1/start"), 405, "method_not_allowed")

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("a fault with a patient's name in it")

    monkeypatch.setattr("clinic_server.patients.selectors.patient_list", broken)
    calm = Client(raise_request_exception=False)
    calm.force_login(world.people["therapist"])
    answer = calm.get("/api/v1/patients")
    _is_problem(answer, 500, "internal_error")
    assert b"name" not in answer.content


def test_csrf_is_required_of_a_session(world: World) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.people["therapist"])
    answer = browser.post("/api/v1/patients", {}, content_type="application/json")
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"


def test_too_many_requests_say_when_to_come_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from clinic_server.core.throttling import PersonThrottle

    monkeypatch.setattr(PersonThrottle, "THROTTLE_RATES", {"user": "2/minute"})
    browser = world.as_()
    for left in (1, 0):
        answer = browser.get("/api/v1/me")
        assert answer.status_code == 200
        assert (answer["RateLimit-Limit"], answer["RateLimit-Remaining"]) == ("2", str(left))
        assert 0 < int(answer["RateLimit-Reset"]) <= 60
    answer = browser.get("/api/v1/me")
    assert answer["RateLimit-Remaining"] == "0"
    _is_problem(answer, 429, "too_many_requests")
    assert int(answer["Retry-After"]) > 0


def test_fields_are_named_by_pointers(world: World) -> None:
    body = {"affected_side": "middle", "colour": "red", "identity": {"birth_date": "soon"}}
    answer = world.as_().post("/api/v1/patients", body, content_type="application/json")
    _is_problem(answer, 400, "invalid_request")
    assert answer.json()["errors"][0]["pointer"] == "/colour"
    del body["colour"]
    errors = world.as_().post("/api/v1/patients", body, content_type="application/json").json()["errors"]
    assert {each["pointer"] for each in errors} == {"/affected_side", "/identity/birth_date"}
    bad = {"impairment": {"moca": 99}}
    answer = world.as_().post("/api/v1/patients", bad, content_type="application/json")
    _is_problem(answer, 422, "invalid_profile")
    assert answer.json()["errors"][0]["pointer"] == "/impairment/moca"


def test_idempotency_key_gives_the_same_patient_once(world: World) -> None:
    browser = world.as_()

    def create(body: dict[str, Any], key: str) -> Any:
        return browser.post(
            "/api/v1/patients", body, content_type="application/json", headers={"Idempotency-Key": key}
        )

    first = create({"condition": "Stroke"}, "one")
    again = create({"condition": "Stroke"}, "one")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert again["Location"] == first["Location"]
    _is_problem(create({"condition": "Other"}, "one"), 422, "idempotency_key_reused")
    assert create({"affected_side": "middle"}, "two").status_code == 400
    assert create({"affected_side": "left"}, "two").status_code == 201, "what failed is not kept"
    with world.scope():
        assert Patient.objects.count() == 3


def test_cursor_walks_every_row_once_whatever_arrives_meanwhile(world: World) -> None:
    browser = world.as_()
    for _ in range(6):
        browser.post("/api/v1/patients", {}, content_type="application/json")
    seen: list[str] = []
    url = "/api/v1/patients?limit=3"
    while url:
        answer = browser.get(url)
        seen += [each["pseudonym"] for each in answer.json()["data"]]
        browser.post("/api/v1/patients", {}, content_type="application/json")
        url = answer["Link"].split(">")[0].lstrip("<") if "Link" in answer else ""
        assert answer.json()["has_more"] == bool(url)
    assert seen == [f"MV-{number:04d}" for number in range(7, 0, -1)]


def test_unchanged_patient_is_304_and_a_stale_change_412(world: World) -> None:
    browser, url = world.as_(), f"/api/v1/patients/{world.patient.id}"
    tag = browser.get(url)["ETag"]
    assert browser.get(url, headers={"If-None-Match": tag}).status_code == 304
    change = {"condition": "Stroke, left"}

    def patch(**headers: str) -> Any:
        return browser.patch(url, change, content_type="application/json", headers=headers)

    _is_problem(patch(), 428, "if_match_required")
    assert patch(**{"If-Match": tag}).status_code == 200
    _is_problem(patch(**{"If-Match": tag}), 412, "changed_meanwhile")


def test_request_id_is_echoed(world: World) -> None:
    assert Client().get("/healthz", headers={"X-Request-Id": "abc-12345"})["X-Request-Id"] == "abc-12345"
    assert Client().get("/healthz", headers={"X-Request-Id": "<script>"})["X-Request-Id"] != "<script>"


def test_me_names_person_roles_and_clinic(world: World) -> None:
    me = world.as_("clinician").get("/api/v1/me").json()
    assert (me["roles"], me["clinic_name"]) == (["clinician"], "North")


@pytest.mark.contracts
@pytest.mark.postgres  # the bounds of whole numbers are the database's
def test_published_openapi_document_is_current(tmp_path: Path) -> None:
    fresh = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(fresh), validate=True, fail_on_warn=True)
    committed = Path(__file__).parents[3] / "docs" / "api" / "openapi.yaml"
    assert fresh.read_text() == committed.read_text(), (
        "run: python manage.py spectacular --file docs/api/openapi.yaml"
    )
    assert fresh.read_text().startswith("openapi: 3.1")


def test_browsable_page_obeys_the_content_security_policy(world: World) -> None:
    answer = world.as_().get("/api/v1/docs")
    assert answer.status_code == 200
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    page = answer.content.decode()
    assert "<style" not in page
    assert page.count("<script") == page.count("<script src=") == 3
    for source in re.findall(r'(?:src|href)="([^"]+)"', page):
        name = unescape(source)
        if name.startswith(settings.STATIC_URL):
            assert finders.find(name.removeprefix(settings.STATIC_URL)), name
        else:
            assert world.as_().get(name).status_code == 200, name


def _raised() -> set[str]:
    """The codes of every problem and field error that our own code can answer with."""
    found = set()
    for folder in ("clinic_server", "shared"):
        for file in Path(folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if not isinstance(node, ast.Call) or len(node.args) < 2:
                    continue
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                code = node.args[1]
                if name in ("Problem", "_problem", "FieldError", "PlanError") and isinstance(
                    code, ast.Constant
                ):
                    found.add(str(code.value))
    return found


def test_every_problem_has_a_page_and_no_page_is_left_over() -> None:
    listed = set(problems.codes())
    from_libraries = {"parse_error", "unsupported_media_type", "unknown_field"}
    assert _raised() - listed == set(), "write what it means and what to do"
    assert listed - _raised() - from_libraries == set(), "nobody answers with it"
    browser = Client()
    page = browser.get("/problems/standing_not_cleared").content.decode()
    assert "clear" in page and "What to do" in page
    assert browser.get("/problems/made_up").status_code == 404
    assert browser.get("/problems/").content.decode().count("<section") > len(listed)
