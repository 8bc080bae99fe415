"""Settings come from the environment; a secret may come from a file (`NAME_FILE`)."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

POSTGRESQL = {"postgresql", "postgres"}
LIKE = "postgresql://user:password@host:5432/name"
TRUE = {"1", "true", "yes", "on"}


class WrongSetting(ValueError):
    """A variable says what can't be; the message says which, and what it should be."""


def text(name: str, default: str = "") -> str:
    """Return the variable, or the default."""
    return os.environ.get(f"FRONTDESK_{name}", default)


def flag(name: str, *, default: bool = False) -> bool:
    """Return whether the variable says yes."""
    value = text(name)
    return value.lower() in TRUE if value else default


def number(name: str, default: int) -> int:
    """Return the variable as a whole number, or the default."""
    try:
        return int(text(name) or default)
    except ValueError:
        raise WrongSetting(f"FRONTDESK_{name} is not a whole number: {text(name)}") from None


def secret(name: str, keep_in: Path) -> str:
    """Return the secret: from the variable, from the file it names, or made once and kept."""
    if value := text(name):
        return value
    named = text(f"{name}_FILE")
    path = Path(named) if named else keep_in
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # everybody's charts lie there
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()


def _port_of(url: str) -> int | str:
    try:
        return urlsplit(url).port or ""
    except ValueError:
        raise WrongSetting(f"FRONTDESK_DATABASE_URL is not like {LIKE}") from None


def database(url: str, sqlite_file: Path, pragmas: str) -> dict[str, Any]:
    """Return Django's description of the database: PostgreSQL by address, else SQLite."""
    if not url:
        sqlite_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return {
            "ENGINE": "frontdesk.core.database",
            "NAME": sqlite_file,
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": pragmas,
            },
        }
    parts, port = urlsplit(url), _port_of(url)
    if parts.scheme not in POSTGRESQL or not parts.path.lstrip("/"):
        raise WrongSetting(f"FRONTDESK_DATABASE_URL is not like {LIKE}")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": dict(parse_qsl(parts.query)).get("host") or parts.hostname or "",
        "PORT": port,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            "keepalives_idle": 3,
            "keepalives_interval": 1,
            "keepalives_count": 3,
            "tcp_user_timeout": 10_000,
        },
    }
