"""The deployment on PostgreSQL: a database made once, and copied anew for each change."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from fuzz.tampering.deployment import Deployment, make
from fuzz.tampering.matrix import Target, postgres_server


@contextmanager
def served(url: str, work: Path, entries: int) -> Iterator[tuple[Deployment, Target]]:
    """What was made, and the target. `url` is a server's, by a user that may do everything."""
    names = [f"matrix_{uuid.uuid4().hex}" for _ in range(2)]
    template, copy = (sql.Identifier(name) for name in names)
    base = url.rpartition("/")[0]
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(template))

        def reset() -> None:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(copy))
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(copy, template))

        try:
            made = make(work / "district", f"{base}/{names[0]}", entries)
            yield made, postgres_server(made, reset, f"{base}/{names[1]}")
        finally:
            for name in (copy, template):
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
