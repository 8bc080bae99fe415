"""An empty database gets its tables at once: the same as migrations would have made them."""

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection

pytestmark = pytest.mark.database
AT_ONCE = "call_command('migrate', verbosity=0)"
BY_HISTORY = (
    "from django.core.management.commands.migrate import Command; "
    "call_command(Command(), verbosity=0)"
)
PROGRAM = "import django; django.setup(); from django.core.management import call_command; {}"
PG = {  # what there is, and how it is defined
    # An id of Django's own is an integer in its models and a bigint in its history.
    "columns": "SELECT table_name, column_name, CASE column_name WHEN 'id' THEN "
    "replace(data_type, 'bigint', 'integer') ELSE data_type END, is_nullable, "
    "character_maximum_length, column_default, is_identity "
    "FROM information_schema.columns WHERE table_schema = 'public'",
    "constraints": "SELECT conrelid::regclass::text, contype::text, conname, "
    "pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) "
    "FROM pg_trigger WHERE NOT tgisinternal",
    "functions": "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
    "AND prolang IN (SELECT oid FROM pg_language WHERE lanname = 'plpgsql')",
    "migrations": "SELECT app, name FROM django_migrations",
}


def run(program: str, **environment: str) -> None:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("FRONTDESK_")}
    told = {"DJANGO_SETTINGS_MODULE": "frontdesk.config.settings", **environment}
    command = [sys.executable, "-c", PROGRAM.format(program)]
    subprocess.run(command, env=clean | told, check=True, cwd=settings.ROOT)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite")
def test_both_ways_make_the_same_of_sqlite(tmp_path):
    found = []
    for program in (AT_ONCE, BY_HISTORY):
        folder = tmp_path / program[:6]
        folder.mkdir()
        run(program, FRONTDESK_VAR=str(folder))
        found.append(sqlite_schema(folder / "frontdesk.sqlite3"))

    laid, grown = found
    assert laid.keys() == grown.keys()
    for name, made in grown.items():
        assert laid[name] == made, name


def sqlite_schema(path: Path) -> dict[str, object]:
    with sqlite3.connect(path) as held:
        rows = held.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
        schema: dict[str, object] = {}
        for kind, name, sql in rows:
            plain = re.sub(r"\s+", " ", sql or "")
            schema[f"{kind} {name}"] = plain if kind != "table" else None
            if kind == "table" and "VIRTUAL" not in plain:
                columns = held.execute(f'PRAGMA table_info("{name}")').fetchall()
                keys = held.execute(f'PRAGMA foreign_key_list("{name}")').fetchall()
                named = sorted(re.findall(r'CONSTRAINT "[^"]+"', plain))
                schema[f"table {name}"] = (
                    sorted(row[1:] for row in columns), sorted(row[2:] for row in keys), named
                )  # fmt: skip
        schema["migrations"] = sorted(held.execute("SELECT app, name FROM django_migrations"))
    return schema


@pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL")
def test_both_ways_make_the_same_of_postgresql(tmp_path):
    base = os.environ["FRONTDESK_DATABASE_URL"]
    found = []
    for number, program in enumerate((AT_ONCE, BY_HISTORY)):
        name = f"laid_{os.getpid()}_{number}"
        with psycopg.connect(base, autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{name}"')
        url = urlsplit(base)._replace(path=f"/{name}").geturl()
        run(program, FRONTDESK_VAR=str(tmp_path), FRONTDESK_DATABASE_URL=url)
        with psycopg.connect(url) as held:
            found.append({part: sorted(map(str, held.execute(q))) for part, q in PG.items()})

    laid, grown = found
    for part, made in grown.items():
        assert set(laid[part]) ^ set(made) == set(), part


@pytest.mark.skipif(connection.vendor != "sqlite", reason="one engine is enough")
def test_what_breaks_off_leaves_an_empty_database(tmp_path):
    broken = (
        "from frontdesk.core.database import laying; laying._in_order = None; "
        "call_command('migrate', verbosity=0)"
    )
    with pytest.raises(subprocess.CalledProcessError):
        run(broken, FRONTDESK_VAR=str(tmp_path))
    with sqlite3.connect(tmp_path / "frontdesk.sqlite3") as held:
        assert held.execute("SELECT name FROM sqlite_master").fetchall() == []

    run(AT_ONCE, FRONTDESK_VAR=str(tmp_path))
