"""What every test may ask for: the services that deploy/test.py started, a browser, a screen.

Nothing is skipped: a test that asks for what is not there fails with a sentence.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


def _from_environment(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        pytest.fail(
            f"{name} is not set: run `python3 deploy/test.py PATH`, or export what "
            "`python3 deploy/test.py --services-only` prints.",
            pytrace=False,
        )
    return value


@pytest.fixture(scope="session", autouse=True)
def streams_on_this_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Streams of the Lab Streaming Layer stay on the loopback, and only this run's own are seen."""
    path = tmp_path_factory.mktemp("lsl") / "lsl_api.cfg"
    path.write_text(
        "[ports]\nIPv6 = disable\n[multicast]\nResolveScope = machine\n[log]\nlevel = -3\n"
        f"[lab]\nKnownPeers = {{127.0.0.1}}\nSessionID = movere-test-{os.getpid()}\n",
        encoding="utf-8",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LSLAPICFG", str(path))
        yield


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The application role's URL of a real PostgreSQL."""
    return _from_environment("DATABASE_URL")


@pytest.fixture(scope="session")
def postgres_owner_url() -> str:
    """The migrating role's URL of the same PostgreSQL."""
    return _from_environment("MOVERE_OWNER_DATABASE_URL")


@pytest.fixture(scope="session")
def redis_url() -> str:
    """The URL of a real Redis."""
    return _from_environment("REDIS_URL")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium."""
    return _from_environment("MOVERE_CHROMIUM")


@pytest.fixture
def screen() -> Iterator[str]:
    """A virtual screen of 1280 × 720 of its own; yields the value for DISPLAY."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x720x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        try:
            with os.fdopen(read) as answers:
                number = answers.readline().strip()
            if not number:
                pytest.fail("Xvfb did not start: run through `python3 deploy/test.py`.", pytrace=False)
            yield f":{number}"
        finally:
            server.terminate()
