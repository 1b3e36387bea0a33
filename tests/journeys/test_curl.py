"""The therapist's whole journey by curl alone, as docs/api/README.md tells it: each block, in its order."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import httpx
import pytest

from deploy._clinic import serving
from deploy._processes import free_port

pytestmark = pytest.mark.journeys
PAGE = Path("docs/api/README.md")
SCOPES = "patient.read patient.write patient.create plan.read plan.write session.read flag.acknowledge"
MOST_S = 300.0


def blocks() -> list[str]:
    """The page's shell blocks, but for the one that a reader fills in."""
    found = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text("utf-8"), re.S | re.M)
    return [each for each in found if "export URL=" not in each]


def token_of(url: str, link: str) -> str:
    """Sign in by the link and make a token at the page, as a person does."""
    with httpx.Client(base_url=url, follow_redirects=True, trust_env=False) as browser:
        browser.get(link).raise_for_status()
        form = browser.get("/account/tokens/")
        csrf = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.text)
        assert csrf
        given = {"csrfmiddlewaretoken": csrf[1], "name": "curl", "days": "7", "scopes": SCOPES.split()}
        made = browser.post("/account/tokens/", data=given, headers={"Referer": f"{url}/account/tokens/"})
        token = re.search(r"mvk_[\w-]+", made.text)
        assert token, made.text[:2000]
        return token[0]


def test_the_page_works_as_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "MOVERE_OWNER_DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    text = "set -euo pipefail\n" + "\n".join(
        f"echo '# block {at}'\n{each}" for at, each in enumerate(blocks())
    )
    assert text.count("# block") >= 8
    with serving(tmp_path / "data", free_port()) as clinic:
        clinic.manage("demo", "--small", "--json", "--server", clinic.url)
        token = token_of(clinic.url, clinic.signin_link("clinician@demo.example"))
        work = tmp_path / "work"
        work.mkdir()
        done = subprocess.run(
            ["bash", "-c", text],
            cwd=work,
            env={**os.environ, "URL": clinic.url, "TOKEN": token, "no_proxy": "*"},
            capture_output=True,
            text=True,
            timeout=MOST_S,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]
    said = done.stdout
    for words in ("Northbank Rehab", "changed_meanwhile", "standing_not_cleared", "%PDF-", "active", "True"):
        assert words in said, (words, said[-3000:])
