"""Proof that a session arrived: the patient's page shows its metrics to a signed-in clinician."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import httpx

from deploy._processes import ProcessError
from deploy._setup import tell

if TYPE_CHECKING:
    from deploy._clinic import Clinic

DATA_METRIC = re.compile(r'data-metric="([^"]+)" data-session="([^"]+)"')


def shown_metrics(clinic: Clinic, email: str, session_id: str, timeout_s: float = 120.0) -> dict[str, Any]:
    """Wait until the patient's page shows every metric of a session; return `metrics` and the page's `url`.

    `metrics` maps a metric of the whole session to its value (null with a reason is no value: left out).

    Raises:
        ProcessError: the page did not show them in time; the sentence names what is missing.
    """
    tell("Waiting for the session's metrics in the dashboard …")
    with httpx.Client(base_url=clinic.url, follow_redirects=True, timeout=30.0, trust_env=False) as browser:
        browser.get(clinic.signin_link(email)).raise_for_status()
        deadline = time.monotonic() + timeout_s
        while True:
            clinic.check()
            values, page, missing = _look(browser, session_id)
            if values and not missing:
                return {"metrics": values, "url": clinic.url + page}
            if time.monotonic() > deadline:
                what = ", ".join(sorted(missing)) or "the session itself"
                raise ProcessError(f"After {timeout_s:.0f} s the dashboard does not show: {what}.")
            time.sleep(0.25)


def _look(browser: httpx.Client, session_id: str) -> tuple[dict[str, float], str, set[str]]:
    """Return the session's values, the path of its patient's page, and which metrics the page lacks."""
    session = browser.get(f"/api/v1/sessions/{session_id}")
    found = browser.get(f"/api/v1/sessions/{session_id}/metrics")
    if session.status_code == 404 or found.status_code == 404:
        return {}, "", set()
    session.raise_for_status()
    found.raise_for_status()
    rows = found.json()["data"]
    values = {row["metric"]: row["value"] for row in rows if row["scope"] == "" and row["value"] is not None}
    path = f"/patients/{session.json()['patient_id']}/"
    page = browser.get(path)
    page.raise_for_status()
    shown = {
        metric for metric, shown_session in DATA_METRIC.findall(page.text) if shown_session == session_id
    }
    return values, path, values.keys() - shown
