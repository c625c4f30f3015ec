"""The film's script: what the actors hold and look like. The gate never reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta

import base45

from admin.demo import district
from admin.demo.places import SOON, Grounds
from checkpoint import credential
from checkpoint.clock import FixedClock
from checkpoint.credential.envelope import PREFIX, to_text
from checkpoint.credential.issue import fresh_id
from checkpoint.domain.health_pass import PassKind
from checkpoint.keys import SigningKey
from checkpoint.keys.keyring import ENTERPRISE_PASSES
from checkpoint.services import SYSTEM, Office, issuing, roster
from checkpoint.services.forms import PassForm
from checkpoint.services.office import KeyFolder
from checkpoint.services.rows import IssuedPass, PassRow

SEED = 7
LIFE = timedelta(days=14)
PAST = timedelta(days=30)
"""How long ago the district was made, so that a pass can have expired since."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One passing, as `python -m kiosk film` reads it."""

    who: str
    carries: str
    text: str
    temperature_c: float
    mask: str = "worn"
    vehicle: bool = False


def before(office: Office) -> Office:
    """The office as it was when the district was made."""
    clock = FixedClock(office.clock.now() - PAST)
    return Office(office.db, KeyFolder(office.keys.folder, clock), clock, office.heads)


def passes(
    office: Office, grounds: Grounds, holders: Mapping[str, str]
) -> tuple[dict[str, str], bool]:
    """The texts of the passes by part, and whether one had to be issued."""
    texts: dict[str, str] = {}
    fresh = False
    for part, holder_id in holders.items():
        if part in ("forged", "visited", *district.NIGHT_SHIFT):
            continue
        held = _held(office, grounds.enterprise_id, holder_id, part)
        fresh = fresh or held is None
        issued = held or _issue(office, grounds, holder_id, part)
        texts[part] = issued.text
    _block(office, grounds.enterprise_id, holders["blocked"])
    return texts, fresh


def _held(office: Office, enterprise_id: str, holder_id: str, part: str) -> IssuedPass | None:
    now = office.clock.now()

    def fits(row: PassRow) -> bool:
        lasting = row.expires_at > now + SOON
        return (
            row.expires_at <= now
            if part == "expired"
            else lasting and row.revoked == (part == "revoked")
        )

    rows = issuing.passes(office, enterprise_id, None, holder_id).rows
    found = next((row for row in rows if fits(row)), None)
    return issuing.text_of(office, enterprise_id, found.pass_id) if found else None


def _issue(office: Office, grounds: Grounds, holder_id: str, part: str) -> IssuedPass:
    kind = PassKind.COMMUTING_VEHICLE if part == "bus" else PassKind.WORKER
    mine = grounds.enterprise_id
    if roster.holder(office, mine, holder_id).blocked:
        issuing.unblock_holder(office, SYSTEM, mine, holder_id, "重新签发")
    at = before(office) if part == "expired" else office
    life = timedelta(days=7) if part == "expired" else LIFE
    sites = (grounds.west.site.site_id,) if part == "wrong_site" else ()
    form = PassForm(kind, at.clock.now() + life, holder_id=holder_id, sites=sites)
    issued = issuing.issue_pass(at, SYSTEM, mine, form)
    if part == "revoked":
        issuing.revoke_pass(office, SYSTEM, mine, issued.health_pass.pass_id, "卡片遗失")
    return issued


def _block(office: Office, enterprise_id: str, holder_id: str) -> None:
    if not roster.holder(office, enterprise_id, holder_id).blocked:
        issuing.block_holder(office, SYSTEM, enterprise_id, holder_id, "医学观察")


def script(office: Office, grounds: Grounds, texts: Mapping[str, str]) -> str:
    """The film's script as JSON."""
    name = {part: form.name for part, form in district.WORKERS.items()}
    scenes = [
        Scene(name["valid_printed"], "printed", texts["valid_printed"], 36.4),
        Scene(name["valid_phone"], "phone", texts["valid_phone"], 36.6),
        Scene(district.BUS.plate, "printed", texts["bus"], 36.5, vehicle=True),
        Scene(name["expired"], "printed", texts["expired"], 36.3),
        Scene(name["forged"], "printed", _forged(office, grounds), 36.7),
        Scene(name["changed"], "phone", _changed(texts["changed"]), 36.5),
        Scene(name["revoked"], "printed", texts["revoked"], 36.4),
        Scene(name["blocked"], "phone", texts["blocked"], 36.6),
        Scene(name["wrong_site"], "printed", texts["wrong_site"], 36.5),
        Scene(name["fever"], "phone", texts["fever"], 38.4),
        Scene(name["no_mask"], "printed", texts["no_mask"], 36.6, "none"),
        Scene(name["nose_out"], "phone", texts["nose_out"], 36.5, "incorrect"),
        Scene(name["valid_printed"], "printed", texts["valid_printed"], 36.4),
        Scene("?", "printed", "WIFI:T:nopass;S:not-a-sibao-code;;", 36.5),
    ]
    document = {"seed": SEED, "scenes": [asdict(scene) for scene in scenes]}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _forged(office: Office, grounds: Grounds) -> str:
    """A pass in perfect form, signed by a key that nobody trusts."""
    now = office.clock.now()
    key = SigningKey.generate(grounds.enterprise_id, ENTERPRISE_PASSES, now - timedelta(days=1))
    rows = issuing.passes(office, grounds.enterprise_id).rows
    model = issuing.text_of(office, grounds.enterprise_id, rows[0].pass_id).health_pass
    forged = replace(
        model,
        kind=PassKind.WORKER,
        vehicle=None,
        pass_id=fresh_id(),
        holder_id=fresh_id(),
        name=district.WORKERS["forged"].name,
        issued_at=now,
        not_before=now,
        expires_at=now + LIFE,
        sites=(),
        key_id=key.key_id,
    )
    return credential.issue(forged, key)


def _changed(text: str) -> str:
    """A genuine pass with one byte of its content changed."""
    blob = bytearray(base45.b45decode(text.removeprefix(PREFIX)))
    blob[len(blob) // 2] ^= 1
    return to_text(bytes(blob))
