"""The schema's versions: Alembic's scripts, which travel inside the package."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

SCRIPTS = Path(__file__).parent / "migrations"
_LOCK = 401_401


def upgrade(connection: Connection, revision: str) -> None:
    """Run the scripts up to `revision` inside the connection's transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def revisions(connection: Connection) -> tuple[str, str]:
    """The revision that the database is at, empty for none, and the newest there is."""
    held = MigrationContext.configure(connection).get_current_heads()
    wanted = ScriptDirectory.from_config(_config()).get_heads()
    return ",".join(held), ",".join(wanted)


def known(revision: str) -> bool:
    """Whether there is a script that leads to this revision."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return revision in {script.revision for script in scripts}


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config
