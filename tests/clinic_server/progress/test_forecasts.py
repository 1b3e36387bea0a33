"""Forecasts: asked for, played through by a worker, told with progress, kept by what they rest on."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from clinic_server.core import jobs
from clinic_server.core.models import Job
from clinic_server.progress import forecasts
from clinic_server.progress.models import Forecast
from shared.patient.forecast import forecast
from shared.wire.plan import KnownPerson
from tests.clinic_server.world import World, plan_content

pytestmark = pytest.mark.django_db


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecasts, "PEOPLE", 12)


def test_a_forecast_is_played_by_a_worker_and_known_from_then_on(world: World, few: None) -> None:
    browser = world.as_("therapist")
    at = f"/api/v1/patients/{world.patient.id}/forecast"
    given = {"content": plan_content(), "weeks": 1}
    asked = browser.post(at, given, content_type="application/json")
    assert asked.status_code == 202 and asked.json()["result"] is None
    job_at = asked["Location"]
    assert browser.get(job_at).json()["state"] == "waiting"
    assert world.as_("clinician").get(job_at).status_code == 404, "a job is its asker's"
    told: list[int] = []
    job = Job.objects.get(kind="forecast")
    original = jobs.tell

    def telling(job: Job, share: float) -> None:
        original(job, share)
        told.append(Job.objects.get(id=job.id).progress)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "tell", telling)
        assert jobs.run(job.id, "test") == "done"
    assert told == sorted(told) and told[-1] > 50
    done = browser.get(job_at).json()
    assert (done["state"], done["progress"]) == ("done", 100)
    result = browser.get(done["result"]).json()["result"]
    with world.scope():
        row = Forecast.objects.get()
        person = forecasts.known_person(world.patient)
    content = forecasts.parse_content(plan_content())
    assert result == forecast(content, person, weeks=1, people=12), "what `python -m shared forecast` prints"
    again = browser.post(at, given, content_type="application/json")
    assert again.status_code == 200 and again.json()["id"] == str(row.id)
    with world.scope():
        world.patient.bias_deg = 6.0
        world.patient.save()
    assert browser.post(at, given, content_type="application/json").status_code == 202, "a new measurement"


def test_what_cannot_be_forecast_is_said_in_words(world: World) -> None:
    browser = world.as_("therapist")
    at = f"/api/v1/patients/{world.patient.id}/forecast"
    broken = plan_content(blocks=[])
    assert browser.post(at, {"content": broken}, content_type="application/json").status_code == 422
    past = plan_content(schedule={"weekdays": [0], "starts_on": "2026-11-24", "ends_on": "2026-11-25"})
    answer = browser.post(at, {"content": past}, content_type="application/json")
    assert answer.status_code == 422 and answer.json()["code"] == "no_forecast"
    still = {"key": "stars", "game": "stargazer", "mode": "reward_based"}
    asked = browser.post(at, {"content": plan_content(blocks=[still])}, content_type="application/json")
    assert jobs.run(Job.objects.get(kind="forecast").id, "test") == "done"
    result = browser.get(f"/api/v1/forecasts/{asked.json()['id']}").json()["result"]
    assert "only games of reaching" in result["problem"]


def test_a_person_s_own_rates_make_the_forecast_theirs() -> None:
    content = forecasts.parse_content(plan_content(schedule={"weekdays": [0, 2, 4]}))
    usual = KnownPerson(bias_deg=8.0, diagnoses=["stroke"])
    rates = {"two_rate_af": 0.6, "two_rate_as": 0.99, "two_rate_bf": 0.1, "two_rate_bs": 0.0}
    slow = replace(usual, measured={**rates, **{f"{name}_se": 0.002 for name in rates}})
    quick = replace(slow, measured={**slow.measured, "two_rate_bs": 0.15})
    gains = [forecast(content, each, people=30)["retained_gain_deg"] for each in (slow, quick)]
    assert gains[1] > gains[0] + 0.5
    assert "own measured rates" in forecast(content, slow, people=10)["note"]
