"""Sign-ins, failures and sign-outs go into the access log of what belongs to no clinic."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver

from clinic_server.accounts.freshness import note_sign_in
from clinic_server.core import access

user_logged_in.connect(note_sign_in, dispatch_uid="movere-fresh")


@receiver(user_logged_in)
def signed_in(user: Any, **_: Any) -> None:
    access.write_system("sign_in", actor_id=user.id)


@receiver(user_logged_out)
def signed_out(user: Any, **_: Any) -> None:
    if user is not None:
        access.write_system("sign_out", actor_id=user.id)


@receiver(user_login_failed)
def refused(**_: Any) -> None:
    with transaction.atomic():
        access.write_system("sign_in.refused")
