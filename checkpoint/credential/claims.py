"""HealthPass to CWT claims (RFC 8392) and back.

Registered claims: 1 iss, 2 sub (holder), 4 exp, 5 nbf, 6 iat, 7 cti (pass). The private
claim -65537 is a list of our own, trailing defaults left out; docs/formats.md has its order.
nbf is left out where it equals iat, sub where it equals cti.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from checkpoint.clock import from_ms
from checkpoint.credential import holder_key
from checkpoint.credential.cose import MalformedError
from checkpoint.domain.health_pass import VEHICLE_KINDS, HealthPass, PassKind, Vehicle
from checkpoint.domain.legible import is_shown, shows_something
from checkpoint.domain.place import BUREAU

ISS, SUB, EXP, NBF, IAT, CTI, SIBAO = 1, 2, 4, 5, 6, 7, -65537

_KIND_CODES = {kind: code for code, kind in enumerate(PassKind, start=1)}
_KINDS = {code: kind for kind, code in _KIND_CODES.items()}
TEXT_LIMIT = 64
DAY_MINUTES = 24 * 60
_DEFAULTS: list[Any] = [0, "", "", [], "", "", "", 0, "", [], []]


def claims_of(health_pass: HealthPass) -> dict[int, Any]:
    """The claims of a pass; raises MalformedError where `pass_of` would refuse them."""
    vehicle = health_pass.vehicle or Vehicle("")
    elsewhere = health_pass.enterprise_id != _home(health_pass.issuer)
    own: list[Any] = [
        _KIND_CODES[health_pass.kind],
        health_pass.name,
        health_pass.id_tail,
        list(health_pass.sites),
        health_pass.enterprise_id if elsewhere else "",
        health_pass.host,
        vehicle.plate,
        vehicle.seats,
        vehicle.route,
        holder_key.claim_of(health_pass.holder_key),
        list(health_pass.shift or ()),
    ]
    while not own[-1]:
        own.pop()
    claims = {
        ISS: health_pass.issuer,
        SUB: bytes.fromhex(health_pass.holder_id),
        EXP: _seconds(health_pass.expires_at),
        IAT: _seconds(health_pass.issued_at),
        CTI: bytes.fromhex(health_pass.pass_id),
        SIBAO: own,
    }
    if claims[SUB] == claims[CTI]:
        del claims[SUB]
    if _seconds(health_pass.not_before) != claims[IAT]:
        claims[NBF] = _seconds(health_pass.not_before)
    pass_of(claims, health_pass.key_id)
    return claims


def pass_of(claims: Any, key_id: str) -> HealthPass:
    """The pass that the claims describe. Raises MalformedError on any other shape."""
    if not isinstance(claims, dict) or claims.keys() | {NBF, SUB} != {
        ISS,
        SUB,
        EXP,
        NBF,
        IAT,
        CTI,
        SIBAO,
    }:
        raise MalformedError("claims are not those of a pass")
    own = claims[SIBAO]
    if not isinstance(own, list) or not 2 <= len(own) <= len(_DEFAULTS) or not own[-1]:
        raise MalformedError("the private claim is not ours")
    full = own + _DEFAULTS[len(own) :]
    code, name, id_tail, sites, enterprise, host, *vehicle = full[:9]
    kind = _KINDS.get(_int(code))
    if kind is None:
        raise MalformedError("unknown kind of pass")
    issuer = _text(claims[ISS])
    health_pass = HealthPass(
        pass_id=_id(claims[CTI]),
        kind=kind,
        issuer=issuer,
        enterprise_id=_text(enterprise, empty=True) or _home(issuer),
        holder_id=_id(claims.get(SUB, claims[CTI])),
        name=_text(name),
        id_tail=_text(id_tail, empty=True),
        issued_at=_time(claims[IAT]),
        not_before=_time(claims.get(NBF, claims[IAT])),
        expires_at=_time(claims[EXP]),
        sites=_sites(sites),
        vehicle=_vehicle(kind, *vehicle),
        host=_text(host, empty=True),
        key_id=key_id,
        holder_key=holder_key.of_claim(full[9]),
        shift=_shift(kind, full[10]),
    )
    if health_pass.not_before >= health_pass.expires_at:
        raise MalformedError("the pass ends before it begins")
    return health_pass


def _home(issuer: str) -> str:
    """The enterprise that a pass is for unless it says otherwise; the bureau has none."""
    return "" if issuer == BUREAU else issuer


def _vehicle(kind: PassKind, plate: Any, seats: Any, route: Any) -> Vehicle | None:
    person = kind not in VEHICLE_KINDS
    told = Vehicle(_text(plate, empty=person), _int(seats), _text(route, empty=True))
    if not 0 <= told.seats <= 200:
        raise MalformedError("seats out of range")
    if person and told != Vehicle(""):
        raise MalformedError("a person's pass has no vehicle")
    return None if person else told


def _shift(kind: PassKind, value: Any) -> tuple[int, int] | None:
    match value:
        case []:
            return None
        case [begin, end] if kind is PassKind.WORKER:
            if _int(begin) != _int(end) and 0 <= begin < DAY_MINUTES and 0 <= end < DAY_MINUTES:
                return begin, end
    raise MalformedError("a shift is two minutes of the day, for a worker")


def _sites(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > 16:
        raise MalformedError("sites are a list of at most 16")
    return tuple(_text(site) for site in value)


def _text(value: Any, *, empty: bool = False) -> str:
    """A printable text: no control, bidirectional, blank, private or unassigned characters."""
    if not isinstance(value, str) or len(value) > TEXT_LIMIT or (not value.strip() and not empty):
        raise MalformedError("a text is missing or too long")
    if not all(map(is_shown, value)) or (value.strip() and not shows_something(value)):
        raise MalformedError("a text holds characters that can't be shown")
    return value


def _int(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise MalformedError("a number is missing")
    return value


def _id(value: Any) -> str:
    if not isinstance(value, bytes) or len(value) != 8:
        raise MalformedError("an id is 8 bytes")
    return value.hex()


def _time(value: Any) -> datetime:
    seconds = _int(value)
    if not 0 <= seconds < 1 << 34:
        raise MalformedError("a time is out of range")
    return from_ms(seconds * 1000)


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
