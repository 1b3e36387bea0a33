"""A clinic that was filled by a virtual patient, served, and opened in Chromium."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

from tests.browser._paths import PATHS
from tests.faults._clinic import ClinicProcess, clinic_running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page


@dataclass
class Served:
    """A filled clinic, and the cookies of those who signed in by a one-time link."""

    process: ClinicProcess
    ids: dict[str, str]
    cookies: dict[str, Any] = field(default_factory=dict)

    def address(self, name: str) -> str:
        return self.process.url + PATHS[name].format(**self.ids)

    def link(self, email: str) -> str:
        return self.process.manage("signin_link", email, "--base", self.process.url)


@pytest.fixture(scope="module")
def served(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with clinic_running(tmp_path_factory.mktemp("clinic")) as process:
        process.manage("assets")
        process.kill()  # static files are listed at the start
        process.start()
        ids = json.loads(process._run("-m", "tests.browser._fill", process.url))
        yield Served(process, ids)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def open_as(browser: Browser, served: Served) -> Iterator[Callable[..., Page]]:
    """Open a page as somebody; at the end, nothing may have been complained about on any of them."""
    contexts, complaints = [], []

    def opened(name: str, email: str = "clinician@north.example", **options: Any) -> Page:
        if email and email not in served.cookies:
            signing = browser.new_context()
            page = signing.new_page()
            page.goto(served.link(email))
            served.cookies[email] = signing.storage_state()
            signing.close()
        context = browser.new_context(storage_state=served.cookies.get(email), **options)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(served.address(name) if name in PATHS else served.process.url + name)
        return page

    yield opened
    for each in contexts:
        each.close()
    assert complaints == []  # violations of the content policy are console errors too
