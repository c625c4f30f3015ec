"""`checkpoint verify`: one QR text against a keyring at a time."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from checkpoint.clock import SystemClock, parse_rfc3339, rfc3339
from checkpoint.credential import Trust, verify
from checkpoint.credential.envelope import TEXT_CAP
from checkpoint.domain.health_pass import HealthPass
from checkpoint.keys import Keyring


class Rfc3339(click.ParamType[datetime]):
    """A time with its offset."""

    name = "TIME"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read the time, or fail naming the option and an example."""
        try:
            return value if isinstance(value, datetime) else parse_rfc3339(value)
        except ValueError as fault:
            self.fail(f"{fault}; write it as 2026-03-01T08:00:00Z", param, ctx)


def claims_json(health_pass: HealthPass) -> dict[str, object]:
    """The claims for people and scripts; times in RFC 3339."""
    vehicle = health_pass.vehicle
    return {
        "pass_id": health_pass.pass_id,
        "kind": health_pass.kind.value,
        "issuer": health_pass.issuer,
        "enterprise_id": health_pass.enterprise_id,
        "holder_id": health_pass.holder_id,
        "name": health_pass.name,
        "id_tail": health_pass.id_tail,
        "sites": list(health_pass.sites),
        "issued_at": rfc3339(health_pass.issued_at),
        "not_before": rfc3339(health_pass.not_before),
        "expires_at": rfc3339(health_pass.expires_at),
        "vehicle": vehicle
        and {"plate": vehicle.plate, "seats": vehicle.seats, "route": vehicle.route},
        "host": health_pass.host,
        "key_id": health_pass.key_id,
    }


@click.command("verify")
@click.option("--trust", type=click.Path(path_type=Path), help="A keyring file of trusted keys.")
@click.option("--at", type=Rfc3339(), help="The clock to judge by, RFC 3339. Default: now.")
@click.argument("text")
def verify_command(trust: Path | None, at: datetime | None, text: str) -> None:
    """Verify a pass TEXT (`SB1:…`), or `-` for standard input.

    Prints {"valid", "reasons", "claims"}; exit 0 valid, 1 not. Claims are shown only when the
    signature holds.
    """
    if text == "-":
        raw = sys.stdin.buffer.read(4 * TEXT_CAP + 2)
        text = raw.decode("utf-8", "replace").removesuffix("\n").removesuffix("\r")
    keyring = Keyring.load(trust) if trust else Keyring()
    verification = verify(text, Trust(keyring), at or SystemClock().now())
    health_pass = verification.health_pass
    answer = {
        "valid": verification.valid,
        "reasons": [reason.value for reason in verification.reasons] or ["ok"],
        "claims": claims_json(health_pass) if health_pass else None,
    }
    click.echo(json.dumps(answer, ensure_ascii=False))
    sys.exit(0 if verification.valid else 1)
