"""A therapist's journeys in Chromium, with their clicks and seconds counted."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.conftest import Served

pytestmark = pytest.mark.browser
THERAPIST = "therapist@north.example"
MOST_CLICKS, MOST_S = 6, 120.0
"""Two minutes to a safe plan: a person's own time, of which the machine may take a small part only."""


def test_from_a_template_to_an_active_plan_in_a_few_clicks(
    open_as: Callable[..., Page], served: Served
) -> None:
    page = open_as("patient", email=THERAPIST)
    started, clicks = time.monotonic(), 0

    page.get_by_role("link", name=re.compile("Write a plan|Change the plan")).click()
    clicks += 1
    page.get_by_label("Template", exact=True).select_option("stroke_moderate_arm")
    page.get_by_role("button", name="Use template").click()
    clicks += 2
    page.get_by_role("radio", name="Left").check()  # the other arm today
    clicks += 1
    expect(page.locator("#beside")).to_contain_text("nothing contradicts")
    page.get_by_role("button", name=re.compile("Activate version")).click()
    clicks += 1
    page.wait_for_url(served.address("patient"))
    expect(page.locator(".toast")).to_contain_text("is active")

    assert clicks <= MOST_CLICKS
    assert time.monotonic() - started < MOST_S / 4
    answer = page.request.get(f"{served.process.url}/api/v1/plans?patient={served.ids['patient']}")
    (plan,) = [each for each in answer.json()["data"] if each["state"] == "active"]
    content = page.request.get(f"{served.process.url}/api/v1/plans/{plan['id']}").json()["content"]
    assert {each["side"] for each in content["blocks"]} == {"left"}

    page.get_by_role("link", name="Change the plan").click()
    page.get_by_label("Minutes a session").fill("20")
    page.get_by_label("Runs for").select_option("4")
    expect(page.locator(".changed")).to_contain_text("session max min")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".toast")).to_contain_text("draft")
    page.get_by_role("link", name="Versions").click()
    expect(page.get_by_role("heading", name=re.compile("Version [23]")).first).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.locator(".toast")).to_contain_text("paused")


def test_a_contradiction_is_said_at_its_field_and_standing_is_not_to_be_had(
    open_as: Callable[..., Page],
) -> None:
    page = open_as("plan", email=THERAPIST)
    assert page.locator('input[name="posture"][value="standing"]').is_disabled()
    page.locator("summary", has_text="Tighten").click()
    page.get_by_label("Rest at pain").fill("4")
    page.get_by_label("Stop at pain").fill("3")
    page.get_by_label("Stop at pain").press("Tab")
    expect(page.locator("#beside")).to_contain_text("can't be activated yet")
    page.locator("summary", has_text="Details of each block").click()
    for name in ("Title", "A line for the patient", "Starts on"):
        expect(page.get_by_label(name)).to_be_visible()
