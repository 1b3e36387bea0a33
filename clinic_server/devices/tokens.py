"""Codes, tokens and signatures: how they are made, hashed and checked."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

if TYPE_CHECKING:
    from uuid import UUID

CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""Twenty consonants: eight of them are 34 bits, spell no word, and none looks like a digit."""
CODE_LENGTH = 8


def new_secret() -> str:
    """Return 256 random bits as text."""
    return secrets.token_urlsafe(32)


def new_user_code() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def fingerprint_of(secret: str) -> str:
    """Return the hash under which a secret is stored; a copy of the table opens nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


def key_fingerprint(public_key: str) -> str:
    """Return the short form of a key that both screens show, in groups of four."""
    digest = hashlib.sha256(_decode(public_key)).hexdigest()[:16].upper()
    return " ".join(digest[at : at + 4] for at in range(0, 16, 4))


def signature_holds(public_key: str, *, nonce: str, profile_id: UUID, signature: str) -> bool:
    """True when the profile's key signed `nonce.profile_id`."""
    try:
        key = Ed25519PublicKey.from_public_bytes(_decode(public_key))
        key.verify(_decode(signature), f"{nonce}.{profile_id}".encode("ascii"))
    except (InvalidSignature, ValueError):
        return False
    return True


def receipt_mac(*parts: object) -> str:
    """Return the server's MAC over a receipt: proof that this server gave it."""
    key = hashlib.sha256(b"movere.receipt." + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, "|".join(str(each) for each in parts).encode(), hashlib.sha256).hexdigest()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
