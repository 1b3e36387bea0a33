"""The clinician's pages in Chromium: styled, quiet, accessible, driven by keys, closed to other clinics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser._paths import PATHS

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import Served

pytestmark = pytest.mark.browser
PAGES = tuple(PATHS)


def scrolled(page: Page) -> None:
    """Bring every chart into view once, and wait until each is alive."""
    for each in page.locator("[data-chart]").all():
        each.evaluate("it => (it.hidden ? it.nextElementSibling : it).scrollIntoView()")
        expect(each).to_be_hidden()


def test_a_one_time_link_signs_in_once(browser: Browser, served: Served) -> None:
    link = served.link("clinician@north.example")
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    assert page.url == served.process.url + "/"
    expect(page.locator("h1")).to_have_text("Who needs you today")
    again = browser.new_context()
    answer = again.new_page().goto(link)
    assert answer is not None
    assert answer.status == 410
    again.close()
    context.close()


def test_the_sign_in_page_wears_the_style_of_the_others(open_as: Callable[..., Page]) -> None:
    page = open_as("/", email="")
    assert "/account/login" in page.url
    assert "Source Sans Pro" in page.locator("body").evaluate("it => getComputedStyle(it).fontFamily")
    box = page.locator('input[type="password"], input[type="email"]').first.bounding_box()
    assert box is not None
    assert box["height"] >= 40
    assert_accessible(page)


def assert_accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    said = [(each["id"], [node["html"][:160] for node in each["nodes"][:3]]) for each in found]
    assert not said, said


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_quiet_and_accessible(open_as: Callable[..., Page], name: str, theme: str) -> None:
    page = open_as(name, color_scheme=theme, bypass_csp=False)
    scrolled(page)
    assert_accessible(page)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_320_pixels(open_as: Callable[..., Page], name: str) -> None:
    page = open_as(name, viewport={"width": 320, "height": 800})
    scrolled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_keys_drive_triage(open_as: Callable[..., Page], served: Served) -> None:
    page = open_as("/?show=all")
    rows = page.locator("[data-triage] tbody tr")
    expect(rows).to_have_count(2)
    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("a")
    expect(rows.nth(0).locator("textarea")).to_be_focused()
    page.keyboard.type("jk")
    expect(rows.nth(0).locator("textarea")).to_have_value("jk")
    rows.nth(0).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(served.address("patient"))


def test_acknowledging_needs_a_reason_and_can_be_undone(open_as: Callable[..., Page], served: Served) -> None:
    page = open_as("triage")
    row = page.locator("[data-triage] tbody tr", has_text=served.ids["pseudonym"])
    row.locator("summary").click()
    row.get_by_role("button", name="Acknowledge for").click()
    assert row.locator("textarea").evaluate("it => it.validity.valueMissing")
    expect(row).to_be_visible()
    row.locator("textarea").fill("Called; pain is down again")
    row.get_by_role("button", name="Acknowledge for").click()
    expect(page.locator(".toast")).to_contain_text("Acknowledged")
    expect(row).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(row).to_be_visible()


@pytest.mark.parametrize("name", ["patient", "session"])
def test_a_live_chart_replaces_the_picture(open_as: Callable[..., Page], name: str) -> None:
    page = open_as(name)
    assert page.locator("[data-chart]").count() > 0
    scrolled(page)
    expect(page.locator(".vega-embed svg").first).to_be_visible()


@pytest.mark.parametrize("name", ["patient", "session"])
def test_without_javascript_pictures_and_tables_stay(open_as: Callable[..., Page], name: str) -> None:
    page = open_as(name, java_script_enabled=False)
    expect(page.locator("[data-chart] svg").first).to_be_visible()
    expect(page.locator("table").first).to_be_visible()
    assert page.locator("[data-metric]").count() > 0


@pytest.mark.parametrize("name", ["patient", "session"])
def test_numbers_on_the_page_are_the_interface_s(
    open_as: Callable[..., Page], served: Served, name: str
) -> None:
    page = open_as(name)
    answer = page.request.get(f"{served.process.url}/api/v1/sessions/{served.ids['session']}/metrics")
    told = {
        each["metric"]: each["value"]
        for each in answer.json()["data"]
        if not each["scope"] and each["value"] is not None
    }
    cells = page.locator(f'[data-session="{served.ids["session"]}"][data-metric]')
    shown = cells.evaluate_all("all => all.map(it => [it.dataset.metric, it.dataset.value])")
    assert len(shown) > 5
    assert {metric: float(value) for metric, value in shown} == told


def test_what_could_not_be_measured_is_one_click_away_with_its_reason(
    open_as: Callable[..., Page], served: Served
) -> None:
    page = open_as("session")
    answer = page.request.get(f"{served.process.url}/api/v1/sessions/{served.ids['session']}/metrics")
    missing = [each for each in answer.json()["data"] if not each["scope"] and each["value"] is None]
    assert missing
    summary = page.locator("#numbers details summary")
    expect(summary).to_contain_text(f"{len(missing)} more")
    rows = page.locator("#numbers details tbody tr")
    expect(rows.first).to_be_hidden()
    summary.click()
    expect(rows.first).to_be_visible()
    assert rows.count() == len(missing)
    expect(rows.first).to_contain_text("missing: ")


def test_arrow_keys_move_the_replay(open_as: Callable[..., Page]) -> None:
    page = open_as("session")
    says = page.locator("[data-says]")
    expect(says).to_contain_text("Trial 1 of")
    first = page.locator("[data-stage]").inner_html()
    page.locator("#scrub").focus()
    page.keyboard.press("ArrowRight")
    expect(says).to_contain_text("Trial 2 of")
    assert page.locator("[data-stage]").inner_html() != first
    page.keyboard.press("ArrowLeft")
    expect(says).to_contain_text("Trial 1 of")


@pytest.mark.parametrize("name", PAGES)
def test_print_hides_navigation(open_as: Callable[..., Page], name: str) -> None:
    page = open_as(name)
    page.emulate_media(media="print")
    expect(page.locator("header.top")).to_be_hidden()
    for each in page.locator("nav, .actions").all():
        expect(each).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()


def test_another_clinic_sees_nothing_and_learns_nothing(open_as: Callable[..., Page], served: Served) -> None:
    page = open_as("triage", email="clinician@south.example")
    patient, session = served.address("patient"), served.address("session")
    for address in (patient, patient + "outcomes.csv", session, session + "trials.csv"):
        assert page.request.get(address, max_redirects=0).status == 404, address
    token = page.locator('[name="csrfmiddlewaretoken"]').first.input_value()
    form = {"code": "ABCDEFGH", "csrfmiddlewaretoken": token}
    answer = page.request.post(patient + "devices", form=form, max_redirects=0)
    assert answer.status == 404
