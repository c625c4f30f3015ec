"""Runs the scripts on the connection that `storage.schema` hands over."""

from alembic import context

connection = context.config.attributes["connection"]
# No batch mode: SQLite scripts say themselves how a table is rebuilt, if one ever must be.
context.configure(connection=connection, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
