"""The plan builder: eight fields over a whole plan, reasons, checks beside it, and other people's changes."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import msgspec
import pytest
from django.http import QueryDict

from clinic_server.core.models import Job
from clinic_server.dashboard import builder
from clinic_server.dashboard.plan_page import shown_changes
from clinic_server.plans.diff import changes
from clinic_server.plans.models import Plan
from clinic_server.plans.selectors import version_content
from clinic_server.plans.services import plan_activate, plan_create, plan_version_add
from clinic_server.plans.templates import plan_templates
from clinic_server.plans.validation import parse_content
from shared.wire.plan import PlanContent
from tests.clinic_server.world import World, plan_content

TODAY = date(2026, 11, 24)


def posted(**fields: Any) -> QueryDict:
    found = QueryDict(mutable=True)
    for name, value in fields.items():
        found.setlist(name.replace("__", "-"), value if isinstance(value, list) else [str(value)])
    return found


def usual(**changes: Any) -> QueryDict:
    given: dict[str, Any] = {
        "side": "right",
        "posture": "seated",
        "games": ["tide_anchor"],
        "mode": "error_based",
        "minutes": 25,
        "weekdays": ["0", "2", "4"],
        "weeks": "4",
    }
    return posted(**{**given, **changes})


def read(base: dict[str, Any] | None = None, **changes: Any) -> builder.Read:
    return builder.read(usual(**changes), parse_content(base or plan_content()), today=TODAY)


def test_what_no_field_names_stays_as_it_was() -> None:
    block = {
        **plan_content()["blocks"][0],
        "game_params": {"targets": 4, "spread": "front"},
        "dose": {"practice_trials": 44, "baseline_trials": 12},
        "context": "meadow",
    }
    found = read(plan_content(blocks=[block], safety={"max_rotation_deg": 30.0}), side="left")
    assert not found.errors
    only = found.content.blocks[0]
    assert (only.side, only.game_params, only.context) == (
        "left",
        {"targets": 4, "spread": "front"},
        "meadow",
    )
    assert (only.dose.practice_trials, only.dose.baseline_trials) == (44, 12)
    assert found.content.safety.max_rotation_deg == 30.0
    assert found.content.schedule.ends_on == "2026-12-21", "four weeks from today"


def test_a_game_that_is_added_is_played_in_what_it_carries() -> None:
    found = read(games=["tide_anchor", "stargazer"], mode="strategy_cue").content
    assert [(each.game, each.mode) for each in found.blocks] == [
        ("tide_anchor", "strategy_cue"),
        ("stargazer", "reward_based"),
    ]
    assert found.blocks[1].movement == "trunk_lean"
    assert sum(each.dose.max_minutes for each in found.blocks) == pytest.approx(25.0)
    both = read(games=["tide_anchor"], mode="auto", approved_modes=["reward_based", "error_based"]).content
    assert both.blocks[0].mode == "auto" and set(both.blocks[0].approved_modes) == {
        "reward_based",
        "error_based",
    }


def test_parameters_of_a_mode_that_is_no_longer_played_go() -> None:
    assert read(mode="reward_based").content.blocks[0].mode_params == {}


def test_an_n_of_1_design_can_be_asked_for_and_taken_back() -> None:
    asked = read(n_of_1=["error_based", "reward_based"], n_of_1__asked="yes").content
    assert asked.blocks[0].n_of_1 == ["error_based", "reward_based"]
    again = builder.read(usual(n_of_1__asked="yes"), asked, today=TODAY).content
    assert again.blocks[0].n_of_1 is msgspec.UNSET


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"minutes": "soon"}, "dose", "is no number"),
        ({"minutes": "600"}, "dose", "2 to 60"),
        ({"weekdays": []}, "dose", "at least one day"),
        ({"games": []}, "games", "at least one game"),
        ({"starts_on": "2026-02-31"}, "dose", "no day of the calendar"),
        ({"pain_stop": "9"}, "limits", "Expected"),
        ({"action": "text", "text": "{"}, "text", "JSON"),
        ({"action": "text", "text": '{"title": "x"}'}, "text", "blocks"),
    ],
)
def test_bad_input_is_an_error_at_its_field_and_nothing_is_lost(
    changes: dict[str, Any], field: str, words: str
) -> None:
    found = read(**changes)
    errors = builder.by_field(found.errors)
    assert words in errors[field][0].detail
    assert found.content.blocks[0].game == "tide_anchor"


def test_the_whole_plan_can_be_written_as_text() -> None:
    wanted = plan_content(free_swim_min=3.0, title="As written")
    found = read(action="text", text=json.dumps(wanted))
    assert found.content == parse_content(wanted)


def form_of(page: str) -> dict[str, Any]:
    """What a browser would send: the fields as the page holds them."""
    found: dict[str, list[str]] = {}
    main = page[page.index('<form method="post" id="plan"') :]
    for tag in re.findall(r"<input[^>]+>", main):
        name = re.search(r' name="([^"]+)"', tag)
        value = re.search(r' value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]+)"', tag)
        if not name or (kind and kind[1] in ("radio", "checkbox") and " checked" not in tag):
            continue
        text = value[1] if value else ""
        found.setdefault(name[1], []).append(text.replace("&quot;", '"').replace("&#x27;", "'"))
    for name, body in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', main, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        found[name] = [chosen[1] if chosen else ""]
    return found


@pytest.mark.django_db
def test_from_a_template_to_an_active_plan(world: World) -> None:
    browser = world.as_("therapist")
    at = f"/patients/{world.patient.id}/plan"
    page = browser.get(f"{at}?template=stroke_moderate_arm").content.decode()
    assert "Activate version 1" in page and "for this condition" in page
    form = form_of(page)
    answer = browser.post(at, {**form, "action": "activate"})
    assert answer.status_code == 302, re.findall(r'class="error">.*?</p>', answer.content.decode(), re.S)
    with world.scope():
        plan = Plan.objects.get()
        wanted = next(each for each in plan_templates() if each["id"] == "stroke_moderate_arm")
        content = version_content(plan)
        assert plan.state == Plan.State.ACTIVE
        assert [each.game for each in content.blocks] == [
            each["game"] for each in wanted["content"]["blocks"]
        ]
        assert content.blocks[0].side == "right", "the patient's own"
    again = browser.get(at).content.decode()
    same = browser.post(at, {**form_of(again), "action": "activate"})
    assert same.status_code == 302
    with world.scope():
        plan.refresh_from_db()
        assert plan.version == 1, "what was not changed makes no version"


@pytest.mark.django_db
def test_standing_without_clearance_is_refused_at_the_field_and_by_name(world: World) -> None:
    browser = world.as_("therapist")
    at = f"/patients/{world.patient.id}/plan"
    form = form_of(browser.get(at).content.decode())
    answer = browser.post(at, {**form, "posture": "standing", "action": "activate"})
    assert answer.status_code == 422
    assert "must clear this patient for standing" in answer.content.decode()
    with world.scope():
        assert not Plan.objects.exists()


@pytest.mark.django_db
def test_choosing_otherwise_than_recommended_needs_a_reason_that_is_kept(world: World) -> None:
    browser = world.as_("therapist")
    at = f"/patients/{world.patient.id}/plan"
    page = browser.get(f"{at}?template=stroke_moderate_arm").content.decode()
    best = re.search(r"Why ([a-z -]+) <span", page)
    assert best
    other = "strategy_cue" if best[1] != "strategy cue" else "reward_based"
    form = {**form_of(page), "mode": other, "action": "activate"}
    refused = browser.post(at, form)
    assert refused.status_code == 422 and "say why you choose otherwise" in refused.content.decode().lower()
    assert browser.post(at, {**form, "reason": "She asked for pictures"}).status_code == 302
    with world.scope():
        assert version_content(Plan.objects.get()).blocks[0].override_reason == "She asked for pictures"


@pytest.mark.django_db
def test_a_stale_form_is_answered_with_the_other_s_change_and_keeps_what_was_entered(world: World) -> None:
    browser = world.as_("therapist")
    at = f"/patients/{world.patient.id}/plan"
    with world.scope():
        plan = plan_create(actor=world.actor(), patient_id=world.patient.id, content=plan_content())
        plan_activate(actor=world.actor(), plan_id=plan.id)
    form = form_of(browser.get(at).content.decode())
    with world.scope():
        longer = plan_content(schedule={"weekdays": [5]})
        plan_version_add(actor=world.actor(), plan_id=plan.id, content=longer)
    mine = {**form, "minutes": "17", "action": "activate"}
    answer = browser.post(at, mine)
    page = answer.content.decode()
    assert answer.status_code == 412 and "Somebody changed this plan" in page
    assert "Sat" in page.split("What you entered")[0], "the other's days"
    assert form_of(page)["minutes"] == ["17"]
    knowingly = browser.post(at, {**form_of(page), "action": "activate"})
    assert knowingly.status_code == 302
    with world.scope():
        plan.refresh_from_db()
        assert (plan.version, plan.active_version) == (3, 3)
        assert version_content(plan).safety.session_max_min == 17.0


@pytest.mark.django_db
def test_the_forecast_is_asked_for_beside_the_form_and_told_when_it_is_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clinic_server.core import jobs
    from clinic_server.progress import forecasts

    monkeypatch.setattr(forecasts, "PEOPLE", 10)
    browser = world.as_("therapist")
    at = f"/patients/{world.patient.id}/plan"
    form = form_of(browser.get(at).content.decode())
    beside = browser.post(at, {**form, "action": "check"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in beside and "are playing the plan" in beside
    asks = re.search(r'hx-get="([^"]+)"', beside)
    assert asks
    assert "hx-get" in browser.get(asks[1]).content.decode()
    for job in Job.objects.filter(kind="forecast"):
        assert jobs.run(job.id, "test") == "done"
    told = browser.get(asks[1]).content.decode()
    assert "hx-get" not in told and "<polyline" in told and "kept to the next day" in told
    stranger = world.as_("outsider").get(asks[1])
    assert stranger.status_code == 403


@pytest.mark.django_db
def test_versions_are_told_and_a_plan_is_paused_and_taken_up_again(world: World) -> None:
    browser = world.as_("therapist")
    with world.scope():
        plan = plan_create(actor=world.actor(), patient_id=world.patient.id, content=plan_content())
        plan_activate(actor=world.actor(), plan_id=plan.id)
        plan_version_add(
            actor=world.actor(), plan_id=plan.id, content=plan_content(schedule={"weekdays": [1]})
        )
        plan.refresh_from_db()
    page = browser.get(f"/plans/{plan.id}/").content.decode()
    assert "Version 2" in page and "played now" in page and "Tue" in page
    stale = browser.post(f"/plans/{plan.id}/pause", {"row_version": plan.row_version - 1}, follow=True)
    assert "somebody changed this plan" in stale.content.decode().lower()
    browser.post(f"/plans/{plan.id}/pause", {"row_version": plan.row_version})
    with world.scope():
        plan.refresh_from_db()
        assert plan.state == Plan.State.PAUSED
    assert world.as_("clinician").post(f"/plans/{plan.id}/pause", {"row_version": 1}).status_code == 403


def test_every_template_opens_as_a_form_that_says_the_same() -> None:
    """What the fields show and read back loses nothing of a template."""
    for each in plan_templates():
        content = msgspec.convert(each["content"], PlanContent)
        first = content.blocks[0]
        again = builder.read(
            posted(
                side=first.side,
                posture=first.posture,
                games=[block.game for block in content.blocks],
                mode=first.mode,
                approved_modes=list(first.approved_modes),
                minutes=content.safety.session_max_min,
                weekdays=[str(day) for day in content.schedule.weekdays],
                weeks="",
            ),
            content,
            today=TODAY,
        )
        assert not again.errors, each["id"]
        assert [block.mode for block in again.content.blocks] == [block.mode for block in content.blocks]
        assert again.content.free_swim_min == content.free_swim_min


def test_what_was_not_touched_is_no_change() -> None:
    """Minutes, days and approved modes as they stand: the form read back says the same."""
    block = {**plan_content()["blocks"][0], "mode": "auto", "approved_modes": ["strategy_cue", "error_based"]}
    base = parse_content(plan_content(blocks=[block], schedule={"weekdays": [0, 2, 4]}))
    found = builder.read(
        usual(mode="auto", approved_modes=["error_based", "strategy_cue"], minutes=30, weeks=""),
        base,
        today=TODAY,
    )
    assert changes(base, found.content) == []


def test_a_block_that_comes_or_goes_is_one_line() -> None:
    base = parse_content(plan_content())
    more = read(games=["tide_anchor", "stargazer"], minutes=30, weeks="", weekdays=list("0123456")).content
    assert [(each.name, each.before, each.after) for each in shown_changes(changes(base, more))] == [
        ("added: stargazer", "", "Stargazer, reward-based, 24 trials")
    ]
    (gone,) = shown_changes(changes(more, base))
    assert (gone.name, gone.after) == ("removed: stargazer", "")
