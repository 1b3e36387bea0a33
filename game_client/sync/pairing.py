"""Pair this machine with a patient of a clinic: show a code, wait until the clinic approves it.

The keys are made here and the private parts never leave; what the clinic's screen and this one show of the
public key must be equal, which a person compares.
"""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Literal, TypeVar

from msgspec import Struct

from game_client.profiles import Keys, check_server_url
from game_client.sync.clinic import AwayError, answer_of, http_client, send
from shared.errors import MovereError, WireError
from shared.wire.codec import decode_json, encode_json
from shared.wire.sync import Paired, PairPoll, PairStart, PairStarted

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Any

    import httpx

T = TypeVar("T")
_SLOWER_S = 5


class PairingError(MovereError):
    """The pairing is over without a profile; the sentence says why and what to do."""

    def __init__(self, sentence: str, kind: Literal["expired", "denied", "refused", "away"]) -> None:
        super().__init__(sentence)
        self.kind = kind


class Waiting(Struct, frozen=True):
    """Nobody has approved the code yet: ask again after `interval_s`, not sooner."""

    interval_s: float


class Pairing:
    """One attempt: `start`, then `poll` every `interval_s` until it returns a `Paired`."""

    def __init__(self, server_url: str, *, app_version: str) -> None:
        self.server_url = check_server_url(server_url)
        self.keys = Keys.generate()
        self._app_version = app_version
        self._http = http_client(self.server_url)
        self._device_code = ""
        self._interval_s = 5.0

    def __enter__(self) -> Pairing:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def start(self) -> PairStarted:
        """Ask for a code.

        Raises:
            PairingError: the clinic is away or refuses, or its answer names another key than ours.
        """
        asked = PairStart(
            public_key=self.keys.public_key,
            box_key=self.keys.box_key,
            app_version=self._app_version,
            machine=f"{platform.system()} {platform.machine()}"[:200],
        )
        try:
            response = self._post("start", asked)
        except AwayError as error:
            raise PairingError(f"{error}; look at the network and the address", "away") from error
        started = _read(response, PairStarted)
        if started is None:
            answer = answer_of(response)
            raise PairingError(answer.detail or f"the clinic answered {response.status_code}", "refused")
        if started.fingerprint != self.keys.fingerprint:
            raise PairingError(
                "the answer names another key than this machine's: somebody is in between, do not pair here",
                "refused",
            )
        self._device_code, self._interval_s = started.device_code, float(started.interval_s)
        return started

    def poll(self) -> Paired | Waiting:
        """Ask once whether the code was approved. The clinic being away is only another wait.

        Raises:
            PairingError: the code is over or was turned down.
        """
        try:
            response = self._post("poll", PairPoll(device_code=self._device_code))
        except AwayError:
            return Waiting(self._interval_s)
        paired = _read(response, Paired)
        if paired is not None:
            return paired
        answer = answer_of(response)
        if answer.code == "slow_down":
            self._interval_s = max(self._interval_s + _SLOWER_S, answer.retry_after_s or 0.0)
        elif answer.code == "expired_token":
            raise PairingError("the code is over or used: ask for a new one", "expired")
        elif answer.code == "access_denied":
            raise PairingError(
                "the clinic did not approve this code: ask there, then show a new one", "denied"
            )
        return Waiting(max(self._interval_s, answer.retry_after_s or 0.0))

    def wait(
        self, expires_in_s: float, *, monotonic_s: Callable[[], float], sleep: Callable[[float], None]
    ) -> Paired:
        """Poll until somebody approves; raises as `poll`, and when the code's time is over."""
        until_s = monotonic_s() + expires_in_s
        while monotonic_s() < until_s:
            found = self.poll()
            if isinstance(found, Paired):
                return found
            sleep(min(found.interval_s, max(0.0, until_s - monotonic_s())))
        raise PairingError("nobody entered the code in time: ask for a new one", "expired")

    def _post(self, path: str, document: Any) -> httpx.Response:
        headers = {"Content-Type": "application/json"}
        return send(self._http, "POST", f"/pair/v1/{path}", encode_json(document), headers)


def _read(response: httpx.Response, kind: type[T]) -> T | None:
    if response.status_code != 200:
        return None
    try:
        return decode_json(response.content, kind)
    except WireError:
        return None
