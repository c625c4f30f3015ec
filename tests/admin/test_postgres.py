"""Accounts on a real PostgreSQL: the same tables, the same sign-in, the same delay."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect

from admin.app import create_app
from admin.auth import accounts
from admin.auth.account import Account, Attempts, Role, SignIn
from admin.auth.lockout import FREE_ATTEMPTS
from admin.auth.store import AccountStore
from admin.config import Settings
from checkpoint.clock import FixedClock
from checkpoint.errors import Refused, StorageFault
from checkpoint.services import SYSTEM, Office
from tests.admin.plant import NOW, PASSWORD, Plant, Visitor


@pytest.fixture
def postgres(postgres_database: str, tmp_path: Path) -> Plant:
    clock = FixedClock(NOW)
    app = create_app(Settings(data=tmp_path, database_url=postgres_database), clock)
    office = app.extensions["sibao_office"]
    assert isinstance(office, Office)
    office.db.upgrade()
    known = accounts.InitialPassword(PASSWORD, must_change=False)
    with app.app_context():
        accounts.add(office, SYSTEM, accounts.NewAccount("alice", "Alice", Role.BUREAU), known)
    return Plant(app, office, clock, {})


@pytest.mark.postgres
def test_sign_in_and_lock_on_postgresql(postgres: Plant) -> None:
    alice = postgres.visitor("alice")
    assert alice.get("/bureau/enterprises").status_code == 200
    assert postgres.app.test_client().get("/healthz").status_code == 200
    for _ in range(FREE_ATTEMPTS):
        Visitor(postgres.app).sign_in("alice", "not the password")
    assert Visitor(postgres.app).sign_in("alice").status_code == 200
    again = accounts.NewAccount("alice", "Alice", Role.BUREAU)
    known = accounts.InitialPassword(PASSWORD)
    with postgres.app.app_context(), pytest.raises(Refused):
        accounts.add(postgres.office, SYSTEM, again, known)
    postgres.office.close()


def test_the_migration_makes_the_tables_of_the_models(plant: Plant) -> None:
    tables = inspect(plant.office.db.engine)
    for model in (Account, SignIn, Attempts):
        held = {c["name"]: c["nullable"] for c in tables.get_columns(model.__tablename__)}
        assert held == {c.name: c.nullable for c in model.__table__.columns}


def test_the_database_refuses_a_role_without_its_enterprise(plant: Plant) -> None:
    with plant.app.app_context():
        row = accounts.by_username(plant.office, "bob")
    assert row is not None
    row.enterprise_id = None
    with pytest.raises(StorageFault):
        AccountStore(plant.office).put(row)
