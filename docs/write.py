"""Write docs/reference/ from the code: operations, roles, lifecycles, the data dictionary."""

import os
from collections import defaultdict
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import django

from docs import x12_pages

HERE = Path(__file__).parent / "reference"
NOTE = "*Written from the code by `make docs`; do not edit.*\n"


def main() -> None:
    """Write every page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontdesk.config.settings")
    django.setup()
    for name, page in pages().items():
        (HERE / name).parent.mkdir(exist_ok=True)
        (HERE / name).write_text(page)


def pages() -> dict[str, str]:
    """Return each page by its file name."""
    _load_operations()
    return {
        "operations.md": _operations(),
        "roles.md": _roles(),
        "lifecycles.md": _lifecycles(),
        "data-dictionary.md": _data_dictionary(),
        **x12_pages.pages(),
    }


def _load_operations() -> None:
    from django.apps import apps

    for app in apps.get_app_configs():
        if app.name.startswith("frontdesk.") and find_spec(f"{app.name}.operations"):
            import_module(f"{app.name}.operations")


def _operations() -> str:
    from frontdesk.core.operation import CATALOGUE

    head = "Everything that can change a record, and the right it asks.\n"
    lines = ["# Operations\n", NOTE, head]
    by_room = defaultdict(list)
    for name, known in sorted(CATALOGUE.items()):
        if not name.startswith("demo."):
            by_room[name.partition(".")[0]].append(known)
    for room, operations in by_room.items():
        lines += [f"\n## {room}\n", "| operation | right | what it does |", "|---|---|---|"]
        for known in operations:
            asks = " (always asked)" if known.always_asks else ""
            verb = known.name.partition(".")[2]
            lines.append(f"| `{verb}` | `{known.permission}`{asks} | {known.summary} |")
    return "\n".join(lines) + "\n"


def _roles() -> str:
    from frontdesk.staff.roles import EVERY_PERMISSION, ROLES

    head = ["right", *(role.label for role in ROLES.values())]
    lines = ["# Who may do what\n", NOTE, f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for permission in sorted(EVERY_PERMISSION):
        marks = ["●" if permission in role.permissions else "" for role in ROLES.values()]
        lines.append(f"| `{permission}` | {' | '.join(marks)} |")
    return "\n".join(lines) + "\n"


def _lifecycles() -> str:
    from django.apps import apps

    lines = ["# Lifecycles\n", NOTE, "Which status may follow which.\n"]
    for model in sorted(apps.get_models(), key=lambda model: model._meta.label):
        lifecycle = model.__dict__.get("lifecycle")
        if lifecycle is None:
            continue
        lines += [f"\n## {model._meta.label}\n", "| from | may become |", "|---|---|"]
        for status in lifecycle.statuses:
            after = sorted(str(new.label) for new in lifecycle.moves.get(status, ()))
            lines.append(f"| {status.label} | {', '.join(after) or '(final)'} |")
    return "\n".join(lines) + "\n"


def _data_dictionary() -> str:
    from django.apps import apps

    lines = ["# Data dictionary\n", NOTE]
    for model in sorted(apps.get_models(), key=lambda model: model._meta.label):
        if not model.__module__.startswith("frontdesk."):
            continue
        summary = (model.__doc__ or "").strip().partition("\n")[0]
        lines += [f"\n## {model._meta.label}\n", f"{summary}\n", "| field | type |", "|---|---|"]
        for field in model._meta.concrete_fields:
            kind = type(field).__name__
            to = field.related_model
            kind = f"{kind} → {to._meta.label}" if to else kind
            lines.append(f"| `{field.name}` | {kind} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
