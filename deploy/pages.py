"""Take the README's pictures of the dashboard: `python deploy/pages.py [FOLDER]`.

A fresh demonstration clinic in a temporary folder, filled by virtual patients who play (some minutes), then
Chromium. Runs in the .venv that deploy/test.py makes.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from deploy._clinic import serving
from deploy._processes import free_port
from deploy._tools import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAGES = (
    ("web_1_triage_light", "light", 1280, "/"),
    ("web_1_triage_dark", "dark", 1280, "/"),
    ("web_1_triage_360", "light", 360, "/"),
)


def shoot(page: Page, path: Path, width: int = 1280, most: int = 1700) -> None:
    """Write the page as it looks at this width, at most so many pixels of it from the top."""
    page.set_viewport_size({"width": width, "height": 900})
    height = min(most, page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(800)
    page.screenshot(path=path)


def main(folder: Path) -> None:
    """Fill the demonstration and write one PNG a page."""
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="movere-pages-") as name,
        serving(Path(name), free_port()) as clinic,
    ):
        clinic.manage("demo", "--json", "--server", clinic.url)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(chromium()), args=["--no-sandbox"])
            for theme in ("light", "dark"):
                context = browser.new_context(color_scheme=theme)
                page = context.new_page()
                page.goto(clinic.signin_link("clinician@demo.example"))

                for picture, wanted, width, path in PAGES:
                    if wanted == theme:
                        page.goto(clinic.url + path)
                        shoot(page, folder / f"{picture}.png", width)
                page.set_viewport_size({"width": 1280, "height": 900})
                page.goto(f"{clinic.url}/?show=all")
                page.click(".who a >> nth=1")
                for _ in range(6):  # charts come alive as they are scrolled to
                    page.mouse.wheel(0, 800)
                    page.wait_for_timeout(200)
                shoot(page, folder / f"web_2_patient_{theme}.png")
                page.click("#sessions tbody a >> nth=0")
                page.click("[data-all]")
                shoot(page, folder / f"web_3_session_{theme}.png")
                context.close()
            browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures")
