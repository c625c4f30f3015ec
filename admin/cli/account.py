"""`account`: the first accounts, and what to do when nobody can sign in."""

from __future__ import annotations

import json
from pathlib import Path

import click

from admin.auth import accounts, invitations
from admin.auth.account import Account, Role
from admin.cli.options import known_enterprise, opened, placed, settings_of
from admin.forms.accounts import invitation_link
from checkpoint.clock import rfc3339
from checkpoint.errors import NotFound
from checkpoint.services import SYSTEM, Office, proposals


@click.group()
def account() -> None:
    """Accounts of people who sign in."""


@account.command()
@placed
@click.argument("username")
@click.option("--name", required=True, help="The person's name, as pages and records show it.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--enterprise", help="The enterprise's id; for all roles but the bureau's.")
@click.password_option(help="Asked for when it is not given.")
def add(  # noqa: PLR0913, PLR0917 - one parameter an option
    data: Path | None,
    config: Path | None,
    username: str,
    name: str,
    role: str,
    enterprise: str | None,
    password: str,
) -> None:
    """Make an account. The password is asked for and never shown."""
    with opened(settings_of(data, config)) as (_app, office):
        if enterprise is not None:
            known_enterprise(office, enterprise)
        new = accounts.NewAccount(username, name, Role(role), enterprise)
        initial = accounts.InitialPassword(password, must_change=False)
        made = accounts.add(office, SYSTEM, new, initial)
        click.echo(f"{made.username} may sign in as {made.role}")


@account.command("list")
@placed
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for a script.")
def list_accounts(data: Path | None, config: Path | None, as_json: bool) -> None:
    """Who has an account."""
    with opened(settings_of(data, config)) as (_app, office):
        for row in accounts.everyone(office):
            if as_json:
                fields = ("username", "name", "role", "enterprise_id", "active")
                line = {name: getattr(row, name) for name in fields}
                click.echo(json.dumps(line, ensure_ascii=False))
            else:
                state = "" if row.active else "  disabled"
                place = row.enterprise_id or "-"
                click.echo(f"{row.username:<16} {row.role:<10} {place:<16} {row.name}{state}")


@account.command()
@placed
@click.argument("username")
@click.option("--why", required=True, help="For the action record.")
def disable(data: Path | None, config: Path | None, username: str, why: str) -> None:
    """Let an account sign in no more."""
    with opened(settings_of(data, config)) as (_app, office):
        row = _named(office, username)
        accounts.set_active(office, SYSTEM, row.account_id, active=False, why=why)
        click.echo(f"{username} can sign in no more")


@account.command()
@placed
@click.argument("username")
@click.option("--why", required=True, help="For the action record.")
@click.option("--factors-too", is_flag=True, help="End the second factors as well: they are lost.")
def invite(
    data: Path | None, config: Path | None, username: str, why: str, factors_too: bool
) -> None:
    """Invite somebody anew, an officer too: password and sign-ins end, a link is printed once."""
    with opened(settings_of(data, config)) as (_app, office):
        row = _named(office, username)
        invited = invitations.again(office, SYSTEM, row.account_id, why, factors_too=factors_too)
        click.echo(f"{invitation_link(invited.secret)}\ngood until {rfc3339(invited.until)}")


@account.command()
@placed
@click.argument("value", type=click.Choice([proposals.ONE, proposals.TWO]))
@click.option("--why", required=True, help="For the action record; the bureau's pages show it.")
def officers(data: Path | None, config: Path | None, value: str, why: str) -> None:
    """Settle whether one officer is enough for what needs two otherwise."""
    with opened(settings_of(data, config)) as (_app, office):
        proposals.settle(office, SYSTEM, value, why)
        click.echo("one officer is enough" if value == proposals.ONE else "it takes two officers")


def _named(office: Office, username: str) -> Account:
    row = accounts.by_username(office, username)
    if row is None:
        raise NotFound(f"no account {username!r}", remedy="see `account list`")
    return row
