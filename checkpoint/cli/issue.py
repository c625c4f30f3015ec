"""`checkpoint keygen` and `checkpoint issue`: keys and passes without a server."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import click

from checkpoint.cli.verify import Rfc3339
from checkpoint.clock import SystemClock
from checkpoint.credential import issue
from checkpoint.credential.issue import fresh_id
from checkpoint.domain.health_pass import VEHICLE_KINDS, HealthPass, PassKind, Vehicle
from checkpoint.domain.place import BUREAU
from checkpoint.errors import ClaimError, KeyFault
from checkpoint.keys import Keyring, Purpose, SigningKey
from checkpoint.keys.keyring import ENTERPRISE_PASSES

_OWNER = re.compile(r"[\w.-]{1,64}", re.ASCII)


@click.command("keygen")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--owner", required=True, help=f"The issuer: an enterprise id, or {BUREAU!r}.")
@click.option(
    "--trust", type=click.Path(path_type=Path), help="Add the public key to this keyring file."
)
def keygen_command(file: Path, owner: str, trust: Path | None) -> None:
    """Make a pass-signing key in FILE (mode 0600), for all kinds its owner may issue."""
    if not _OWNER.fullmatch(owner):
        raise KeyFault("--owner is no id", remedy="take 1 to 64 letters, digits, '.', '_' or '-'")
    purposes = frozenset({Purpose.EMERGENCY_VEHICLE}) if owner == BUREAU else ENTERPRISE_PASSES
    key = SigningKey.generate(owner, purposes, SystemClock().now())
    key.save(file)
    if trust:
        known = Keyring.load(trust) if trust.exists() else Keyring()
        (known + Keyring([key.trusted])).save(trust)
    click.echo(json.dumps(key.trusted.to_json(), ensure_ascii=False))


def _end(begin: datetime, days: float) -> datetime:
    try:
        return begin + timedelta(days=days)
    except (OverflowError, ValueError) as fault:
        raise ClaimError(f"--days {days} leads nowhere", remedy="give a number of days") from fault


@click.command("issue")
@click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path),
    required=True,
    help="The signing key file.",
)
@click.option(
    "--kind", type=click.Choice([k.value for k in PassKind]), default="worker", show_default=True
)
@click.option("--name", required=True, help="The holder, or a vehicle's driver.")
@click.option("--id-tail", default="", help="Last four characters of the ID.")
@click.option("--site", "sites", multiple=True, help="A site id; may be repeated. Default: all.")
@click.option("--plate", default="", help="For vehicle passes.")
@click.option("--host", default="", help="For visitor passes: who is visited.")
@click.option("--holder", default="", help="The holder's id, 16 hex digits. Default: a fresh one.")
@click.option("--from", "since", type=Rfc3339(), help="Valid from, RFC 3339. Default: now.")
@click.option("--days", type=click.FloatRange(min=0, min_open=True), default=30, show_default=True)
def issue_command(
    key_file: Path, since: datetime | None, days: float, plate: str, **claims: object
) -> None:
    """Issue one pass and print its text."""
    if len(str(claims["id_tail"])) > 4:
        raise ClaimError("--id-tail has more than four characters", remedy="give the last four")
    key = SigningKey.load(key_file)
    now = SystemClock().now()
    begin = since or now
    kind = PassKind(str(claims.pop("kind")))
    holder = str(claims.pop("holder")) or fresh_id()
    blank = HealthPass(
        pass_id=fresh_id(),
        kind=kind,
        issuer=key.trusted.owner,
        enterprise_id="" if key.trusted.owner == BUREAU else key.trusted.owner,
        holder_id=holder,
        name="",
        id_tail="",
        issued_at=max(min(begin, now), key.trusted.since),
        not_before=begin,
        expires_at=_end(begin, days),
        vehicle=Vehicle(plate) if plate or kind in VEHICLE_KINDS else None,
    )
    click.echo(issue(replace(blank, **claims), key))  # type: ignore[arg-type]
