"""`checkpoint verify`: one QR text, ours or foreign, against what is trusted, at a time."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from checkpoint.clock import SystemClock, parse_rfc3339, rfc3339
from checkpoint.credential import Trust, verify, warrant_note
from checkpoint.credential.dynamic import PREFIX as LIVING_PREFIX
from checkpoint.credential.envelope import PREFIX as OWN_PREFIX
from checkpoint.credential.envelope import TEXT_CAP as OWN_CAP
from checkpoint.credential.foreign import Certificates, verify_foreign
from checkpoint.credential.foreign.transport import PREFIX as FOREIGN_PREFIX
from checkpoint.credential.foreign.transport import TEXT_CAP as FOREIGN_CAP
from checkpoint.domain.health_pass import HealthPass
from checkpoint.domain.reason import Reason
from checkpoint.errors import KeyFault
from checkpoint.keys import Keyring, TrustFile

Judged = tuple[tuple[Reason, ...], Mapping[str, object] | None]


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
    vehicle, phone = health_pass.vehicle, health_pass.holder_key
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
        "holder_key": phone and {"algorithm": phone.algorithm, "public": phone.public.hex()},
        "shift": health_pass.shift and list(health_pass.shift),
    }


def _is_pem(path: Path) -> bool:
    """Whether the trust that was given is certificates: a folder, or a file of PEM blocks."""
    try:
        return path.is_dir() or b"-----BEGIN " in path.read_bytes()
    except OSError as fault:
        raise KeyFault(f"{path}: {fault}", remedy="give a readable trust file") from fault


def _trust(path: Path | None) -> Trust:
    if path is None:
        return Trust(Keyring())
    if _is_pem(path):
        raise KeyFault(
            f"{path} holds PEM certificates, and an SB1: pass needs a keyring",
            remedy="give a keyring file (JSON) with --trust",
        )
    file = TrustFile.load(path)
    return Trust(file.believed + file.known, withdrawn=file.withdrawn)


def _certificates(path: Path | None) -> Certificates:
    if path is None:
        return Certificates()
    if not _is_pem(path):
        raise KeyFault(
            f"{path} holds no PEM certificates, and an HC1: certificate needs them",
            remedy="give the issuers' certificates in PEM with --trust",
        )
    return Certificates.load_pem(path)


def _judge_own(text: str, trust: Path | None, at: datetime) -> Judged:
    verification = verify(text, _trust(trust), at)
    health_pass = verification.health_pass
    return verification.reasons, claims_json(health_pass) if health_pass else None


def _judge_foreign(text: str, trust: Path | None, at: datetime) -> Judged:
    verification = verify_foreign(text, _certificates(trust), at)
    return verification.reasons, verification.claims


def _judge_warrant(text: str, trust: Path | None, at: datetime) -> Judged:
    keys = TrustFile.load(trust).believed if trust and not _is_pem(trust) else Keyring()
    opened = warrant_note.open_statement(text.rstrip("\n") + "\n", keys)
    if opened is None:
        return (Reason.BAD_SIGNATURE,), None
    said, w = opened[0], opened[0].warrant
    claims: dict[str, object] = {
        "warrant_id": w.warrant_id,
        "inspector": w.inspector,
        "enterprise_id": w.enterprise_id,
        "enterprise": said.enterprise,
        "sites": list(w.sites),
        "valid_from": rfc3339(w.valid_from),
        "valid_until": rfc3339(w.valid_until),
        "granted_at": rfc3339(said.granted_at),
        "key_id": opened[1].key_id,
    }
    return warrant_note.judged(said, at), claims


def _judge_neither(_text: str, _trust: Path | None, _at: datetime) -> Judged:
    return (Reason.MALFORMED,), None


_JUDGES = {
    OWN_PREFIX: _judge_own,
    LIVING_PREFIX: _judge_own,
    FOREIGN_PREFIX: _judge_foreign,
    warrant_note.PREFIX[:4]: _judge_warrant,
}


@click.command("verify")
@click.option(
    "--trust",
    type=click.Path(path_type=Path),
    help="A keyring file for SB1:; PEM certificates, a file or a folder of *.pem, for HC1:.",
)
@click.option("--at", type=Rfc3339(), help="The clock to judge by, RFC 3339. Default: now.")
@click.argument("text")
def verify_command(trust: Path | None, at: datetime | None, text: str) -> None:
    """Verify TEXT, or `-` for standard input.

    TEXT is a pass (`SB1:…`), a phone's living code (`SB2:…`), a foreign certificate (`HC1:…`) or
    what the code of a printed warrant holds (`sibao-warrant/v1 …`).

    Prints {"valid", "reasons", "claims"}; exit 0 valid, 1 not. Claims are shown only when the
    signature holds.
    """
    if text == "-":
        most = 4 * max(OWN_CAP, FOREIGN_CAP) + 2
        raw = sys.stdin.buffer.read(most) if sys.stdin else b""
        text = raw.decode("utf-8", "replace").removesuffix("\n").removesuffix("\r")
    judge = _JUDGES.get(text[:4], _judge_neither)
    reasons, claims = judge(text, trust, at or SystemClock().now())
    valid = claims is not None and not reasons
    answer = {"valid": valid, "reasons": [r.value for r in reasons] or ["ok"], "claims": claims}
    click.echo(json.dumps(answer, ensure_ascii=False))
    sys.exit(0 if valid else 1)
