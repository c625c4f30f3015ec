"""Accounts on a real PostgreSQL: the same tables, the same sign-in, the same delay."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from passlib.totp import TOTP
from sqlalchemy import inspect

from admin.app import create_app
from admin.auth import accounts, factors, invitations, roll
from admin.auth.account import Account, Attempts, Challenge, Invitation, Role, SignIn
from admin.auth.lockout import FREE_ATTEMPTS
from admin.auth.store import AccountStore
from admin.config import Settings
from checkpoint.clock import FixedClock
from checkpoint.errors import NotFound, Refused, StorageFault
from checkpoint.services import SYSTEM, Office, authorizing
from checkpoint.services.forms import EnterpriseForm
from checkpoint.storage.tables import RecoveryCode, SecondFactor
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


@pytest.mark.postgres
def test_of_many_at_once_one_code_opens_one_time_on_postgresql(postgres: Plant) -> None:
    alice = accounts.by_username(postgres.office, "alice")
    assert alice is not None
    seed = factors.fresh_seed()
    app = TOTP(key=seed)
    first = app.generate(postgres.clock.now().timestamp()).token
    factors.add_app(postgres.office, alice, "phone", seed, first)
    postgres.clock.advance(30)
    code = app.generate(postgres.clock.now().timestamp()).token
    with ThreadPoolExecutor(8) as pool:
        taken = list(
            pool.map(lambda _: factors.check_app(postgres.office, alice.account_id, code), range(8))
        )
    assert taken.count(True) == 1
    one = factors.fresh_recovery_codes(postgres.office, alice)[0]
    with ThreadPoolExecutor(8) as pool:
        used = list(
            pool.map(lambda _: factors.use_recovery_code(postgres.office, alice, one), range(8))
        )
    assert used.count(True) == 1
    postgres.office.close()


@pytest.mark.postgres
def test_accounts_are_listed_invited_and_taken_up_on_postgresql(postgres: Plant) -> None:
    office = postgres.office
    authorizing.register_enterprise(
        office, SYSTEM, EnterpriseForm("plant-a", "晨光机械厂", "91999901MA0000001P")
    )
    new = accounts.NewAccount("bob", "Bob", Role.ENTERPRISE, "plant-a")
    with postgres.app.app_context():
        invited = invitations.invite(office, SYSTEM, new)
        (row,) = roll.some(office, roll.Wanted("plant-a", "BO")).rows
        assert row.standing is roll.Standing.INVITED
        invitations.accept(office, invited.secret, PASSWORD)
        with pytest.raises(NotFound):
            invitations.accept(office, invited.secret, PASSWORD)
    bob = postgres.visitor("bob")
    assert bob.get("/account").status_code == 200
    (row,) = roll.some(office, roll.Wanted(None, "bob")).rows
    assert row.standing is roll.Standing.ACTIVE
    assert row.last == postgres.clock.now()
    office.close()


def test_the_migration_makes_the_tables_of_the_models(plant: Plant) -> None:
    tables = inspect(plant.office.db.engine)
    for model in (Account, SignIn, Attempts, Invitation, Challenge, SecondFactor, RecoveryCode):
        held = {c["name"]: c["nullable"] for c in tables.get_columns(model.__tablename__)}
        assert held == {c.name: c.nullable for c in model.__table__.columns}


def test_the_database_refuses_a_role_without_its_enterprise(plant: Plant) -> None:
    with plant.app.app_context():
        row = accounts.by_username(plant.office, "bob")
    assert row is not None
    row.enterprise_id = None
    with pytest.raises(StorageFault):
        AccountStore(plant.office).put(row)
