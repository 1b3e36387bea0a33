"""A person's own tokens for programs: made at a fresh sign-in, shown once, scoped, ninety days at most."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from clinic_server.accounts.models import AccessKey
from clinic_server.core import access
from clinic_server.core.actors import ACTIONS
from clinic_server.core.problems import Problem, not_found

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from clinic_server.core.actors import Actor

PREFIX = "mvk_"
MOST_DAYS = 90
NEVER = frozenset({"break_glass", "audit.read"})
"""What no token is for: a person does it at a page, by name and with a reason."""
_USED_EVERY = timedelta(minutes=5)


def grantable(actor: Actor) -> list[str]:
    """Return the actions that this person's roles allow and a token may carry, sorted."""
    return sorted(each for each in ACTIONS if each not in NEVER and actor.roles & ACTIONS[each])


@transaction.atomic
def access_key_create(
    *, actor: Actor, name: str, scopes: list[str], days: int, is_fresh: bool
) -> tuple[AccessKey, str]:
    """Make a token; its text is returned once and kept nowhere.

    Args:
        is_fresh: whether this person signed in within the last minutes.

    Raises:
        Problem: 403 `session_required` or `fresh_sign_in_required`; 422 with what is wrong.
    """
    if actor.scopes is not None:
        raise Problem(403, "session_required", "a token can't make tokens: sign in at the page")
    if not is_fresh:
        raise Problem(
            403, "fresh_sign_in_required", "sign in again first: a token is made right after a sign-in"
        )
    unknown = sorted(set(scopes) - set(grantable(actor)))
    if unknown or not scopes:
        known = ", ".join(grantable(actor)) or "none"
        raise Problem(422, "unknown_scope", f"name at least one scope; your roles allow {known}")
    if not 1 <= days <= MOST_DAYS:
        raise Problem(422, "out_of_bounds", f"a token holds for 1 to {MOST_DAYS} days")
    if not name.strip():
        raise Problem(422, "name_required", "name the token, so that you know later what uses it")
    token = PREFIX + secrets.token_urlsafe(32)
    row = AccessKey.objects.create(
        user_id=actor.user_id,
        clinic_id=actor.clinic_id,
        name=name.strip()[:80],
        hash=_hash(token),
        scopes=sorted(set(scopes)),
        expires_at=timezone.now() + timedelta(days=days),
    )
    access.write(actor, "access_key.create", subject_id=row.id, detail=row.name)
    return row, token


def access_keys(actor: Actor) -> QuerySet[AccessKey]:
    """Return this person's tokens in this clinic, newest first; others' are nobody else's matter."""
    return AccessKey.objects.filter(user_id=actor.user_id, clinic_id=actor.clinic_id)


@transaction.atomic
def access_key_revoke(*, actor: Actor, key_id: UUID) -> AccessKey:
    """End a token at once; a repeat changes nothing.

    Raises:
        Problem: 404 when it is not this person's.
    """
    row = access_keys(actor).filter(id=key_id).first()
    if row is None:
        raise not_found()
    if row.revoked_at is None:
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])
        access.write(actor, "access_key.revoke", subject_id=row.id, detail=row.name)
    return row


def access_key_for(header: str) -> AccessKey | None:
    """Return the valid key that an `Authorization: Bearer` header carries, None without one of ours.

    Raises:
        Problem: 401 `invalid_token` when it is unknown, over or revoked.
    """
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.startswith(PREFIX):
        return None
    now = timezone.now()
    row = AccessKey.objects.select_related("user").filter(hash=_hash(token.strip())).first()
    if row is None or row.revoked_at or row.expires_at <= now or not row.user.is_active:
        raise Problem(
            401,
            "invalid_token",
            "this token is unknown, over or revoked: make a new one",
            headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
        )
    if row.last_used_at is None or row.last_used_at < now - _USED_EVERY:
        AccessKey.objects.filter(id=row.id).update(last_used_at=now)
    return row


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
