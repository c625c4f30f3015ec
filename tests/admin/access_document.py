"""docs/access.md, from the access table and the routes: who may do what, on one page."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from flask import Flask

from admin.access import TABLE, Reach, Rule, Who
from admin.app import create_app
from admin.auth.account import Role
from admin.config import Settings

FILE = Path(__file__).parents[2] / "docs" / "access.md"
COMMAND = "python -m tests.admin.access_document"
CALLERS = (Who.ANYBODY, Role.BUREAU, Role.ENTERPRISE, Role.INSPECTOR, Who.KIOSK, Who.TOKEN)
HEAD = f"""# Who may do what

Written by `{COMMAND}` from the table in `admin/access.py`; a test compares.
Every route is in it, else it is refused; `tests/admin/test_access_matrix.py` holds each to each
caller. What is another enterprise's answers like what does not exist: 404.

| caller | proves itself by | sees |
|---|---|---|
| anybody | nothing | the sign-in page, files of pages, a phone's page, liveness |
| bureau | an account | the district |
| enterprise | an account | its own enterprise |
| inspector | an account | the places of the warrants in force; nothing without one |
| kiosk | its key's signature over the request | what its own gate needs |
| token | an access token with the scope that is named | its own enterprise |

A disabled account, one of another role and one without its second factor get in nowhere.
"""


def text(app: Flask) -> str:
    """The whole document."""
    parts = [HEAD]
    for reach in Reach:
        rows = sorted(_rows(app, reach))
        if rows:
            names = " | ".join(caller.value for caller in CALLERS)
            parts.append(f"\n## Reach: {reach.value}\n\n| path | method | action | {names} |\n")
            parts.append("|---" * (3 + len(CALLERS)) + "|\n")
            parts += rows
    return "".join(parts)


def _rows(app: Flask, reach: Reach) -> list[str]:
    found = []
    for route in app.url_map.iter_rules():
        rule = TABLE[route.endpoint]
        if rule.reach is reach:
            path = re.sub(r"<(?:[^:<>]*:)?([^<>]+)>", r"{\1}", route.rule)
            methods = ", ".join(sorted((route.methods or set()) - {"HEAD", "OPTIONS"}))
            marks = " | ".join(_mark(rule, caller) for caller in CALLERS)
            found.append(f"| `{path}` | {methods} | {rule.action} | {marks} |\n")
    return found


def _mark(rule: Rule, caller: Role | Who) -> str:
    if caller not in rule.roles:
        return "—"
    return f"`{rule.scope.value}`" if caller is Who.TOKEN and rule.scope else "yes"


def main() -> None:
    """Write the document."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(data=Path(folder) / "data"))
        FILE.write_text(text(app), encoding="utf-8")
        app.extensions["sibao_office"].close()


if __name__ == "__main__":
    main()
