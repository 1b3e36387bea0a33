"""What the server reads from its environment, in one place. Nothing else reads environment variables.

DATABASE_URL             postgres://user:password@host:port/name (the application role) or sqlite:///path;
                         default: clinic.sqlite3 in MOVERE_DATA_DIR
MOVERE_OWNER_DATABASE_URL  the owner role, used by `migrate` alone (PostgreSQL)
REDIS_URL                the broker; default: Celery's filesystem transport in MOVERE_DATA_DIR
MOVERE_DATA_DIR          default: .movere in the current folder
MOVERE_SECRET_KEY        default: made once and kept in MOVERE_DATA_DIR with mode 0600
MOVERE_DEBUG             1 for the developer's pages; default 0
MOVERE_ALLOWED_HOSTS     comma-separated names; default: localhost
MOVERE_HTTPS             1 behind TLS: secure cookies, HSTS, redirect
MOVERE_S3_BUCKET         recordings go to this S3 bucket instead of a folder (MOVERE_S3_ENDPOINT optional)
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "") or default


def flag(name: str) -> bool:
    return text(name).lower() in {"1", "true", "yes", "on"}


def names(name: str) -> list[str]:
    return [each.strip() for each in text(name).split(",") if each.strip()]


def data_folder() -> Path:
    """Return the folder for everything that this server writes, made if absent."""
    folder = Path(text("MOVERE_DATA_DIR", ".movere")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def secret_key(folder: Path) -> str:
    """Return MOVERE_SECRET_KEY, else a key that this folder keeps."""
    given = text("MOVERE_SECRET_KEY")
    if given:
        return given
    path = folder / "secret.key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text()


def database(url: str, folder: Path) -> dict[str, Any]:
    """Return Django's settings for a database URL.

    Raises:
        ImproperlyConfigured: the scheme is neither PostgreSQL nor SQLite.
    """
    if not url:
        url = f"sqlite:///{folder / 'clinic.sqlite3'}"
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(url.removeprefix("sqlite:///")),
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.pop("host", unquote(parts.hostname or "")),
            "PORT": str(parts.port or query.pop("port", "")),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": query,
        }
    raise ImproperlyConfigured(
        f"DATABASE_URL starts with {parts.scheme}: — write postgres://… or sqlite:///path instead"
    )
