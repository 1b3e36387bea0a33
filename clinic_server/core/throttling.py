"""How much a person may ask, and how much of it is left."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rest_framework.throttling import UserRateThrottle

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.response import Response
    from rest_framework.views import APIView


class PersonThrottle(UserRateThrottle):
    """A person's requests within a sliding window, by session and tokens together."""

    num_requests: int | None
    duration: int | None

    def allow_request(self, request: Request, view: APIView) -> bool:
        allowed: bool = super().allow_request(request, view)
        request._request.throttle = self  # type: ignore[attr-defined]
        return allowed

    def headers(self) -> dict[str, str]:
        """Return the limit, what is left of it, and in how many seconds more is."""
        left = max(0, (self.num_requests or 0) - len(self.history))
        oldest = self.history[-1] if self.history else self.now
        reset_s = max(0, math.ceil((self.duration or 0) - (self.now - oldest)))
        return {
            "RateLimit-Limit": str(self.num_requests),
            "RateLimit-Remaining": str(left),
            "RateLimit-Reset": str(reset_s),
        }


def tell_rate(request: Request, response: Response) -> None:
    """Put the headers on an answer; nothing where nothing was counted."""
    throttle = getattr(request._request, "throttle", None)
    if isinstance(throttle, PersonThrottle) and hasattr(throttle, "history"):
        for name, value in throttle.headers().items():
            response[name] = value
