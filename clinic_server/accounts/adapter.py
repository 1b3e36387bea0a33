"""How allauth behaves here: nobody signs up, an administrator invites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import DefaultAccountAdapter

if TYPE_CHECKING:
    from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by `manage.py clinic` and by administrators, never by a sign-up form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
