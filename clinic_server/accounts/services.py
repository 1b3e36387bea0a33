"""Writes: accounts, and the link that signs a person in once."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.core import signing
from django.db import transaction
from django.utils import timezone

from clinic_server.accounts.models import SignInLink, User
from clinic_server.core import access

LINK_LIFE = timedelta(minutes=15)
_SALT = "movere.signin"


@transaction.atomic
def user_create(
    *, email: str, name: str = "", password: str | None = None, is_verified: bool = False
) -> User:
    """Make an account. Without a password a person signs in by link or passkey.

    Raises:
        IntegrityError: the address has an account.
    """
    user = User.objects.create_user(email=email, password=password, name=name)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=is_verified)
    access.write_system("account.create", actor_id=user.id)
    return user


@transaction.atomic
def signin_link_create(*, user: User) -> str:
    """Return the token of a new link: signed, for fifteen minutes, for one use.

    Whoever holds it is that person, so it is given on loopback or by a channel as safe as the account.
    """
    link = SignInLink.objects.create(user=user, expires_at=timezone.now() + LINK_LIFE)
    access.write_system("signin_link.create", actor_id=user.id)
    return signing.dumps(str(link.id), salt=_SALT)


@transaction.atomic
def signin_link_use(*, token: str) -> User | None:
    """Return the person whom a link signs in, and spend it; None when it is spent, over or forged.

    Using the link counts as verifying the e-mail address.
    """
    try:
        link_id = UUID(signing.loads(token, salt=_SALT, max_age=LINK_LIFE))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    now = timezone.now()
    spent = SignInLink.objects.filter(id=link_id, used_at=None, expires_at__gt=now).update(used_at=now)
    if not spent:
        return None
    user = SignInLink.objects.select_related("user").get(id=link_id).user
    if not user.is_active:
        return None
    EmailAddress.objects.filter(user=user, email__iexact=user.email).update(verified=True)
    access.write_system("signin_link.use", actor_id=user.id)
    return user
