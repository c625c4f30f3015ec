"""What a certificate says, for people and scripts. Values are shown, not believed beyond it."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from checkpoint.clock import rfc3339
from checkpoint.credential.foreign.certificate import Certificate
from checkpoint.credential.foreign.shape import TEXT_LIMIT, entry_of
from checkpoint.credential.foreign.token import Token
from checkpoint.domain.foreign_certificate import (
    CertificateKind,
    ForeignCertificate,
    Recovered,
    Statement,
    Tested,
    Vaccinated,
)
from checkpoint.domain.legible import is_shown, shows_something

_FACTS = {
    CertificateKind.VACCINATION: {
        "dose": "dn",
        "doses": "sd",
        "date": "dt",
        "product": "mp",
        "manufacturer": "ma",
    },
    CertificateKind.TEST: {
        "result": "tr",
        "sampled_at": "sc",
        "type": "tt",
        "name": "nm",
        "device": "ma",
        "centre": "tc",
    },
    CertificateKind.RECOVERY: {"first_positive": "fr", "valid_from": "df", "valid_until": "du"},
}
# eHealth Network, "Value Sets for Digital Covid Certificates" 1.0, section 2.9 (SNOMED CT).
_RESULTS = {"260415000": "not_detected", "260373001": "detected"}


def claims_of(token: Token, key_id: bytes) -> dict[str, object]:
    """The claims in plain words; what is missing or of a wrong type is an empty text."""
    content = token.content
    names = content.get("nam")
    name = names if isinstance(names, Mapping) else {}
    usage, entry = entry_of(content) or (None, {})
    facts = {word: _shown(entry.get(key)) for word, key in _FACTS[usage].items()} if usage else {}
    if "result" in facts:
        facts["result"] = _RESULTS.get(str(facts["result"]), facts["result"])
    return {
        "kind": usage.value if usage else "",
        "issuer": _shown(token.issuer),
        "name": " ".join(filter(None, (str(_shown(name.get(k))) for k in ("gn", "fn")))),
        "standard_name": "<<".join(str(_shown(name.get(k))) for k in ("fnt", "gnt")),
        "date_of_birth": str(_shown(content.get("dob"))).partition("T")[0],
        "country": _shown(entry.get("co")),
        "authority": _shown(entry.get("is")),
        "certificate_id": _shown(entry.get("ci")),
        "facts": facts,
        "issued_at": rfc3339(token.issued_at),
        "expires_at": rfc3339(token.expires_at),
        "key_id": key_id.hex(),
    }


def certificate_of(token: Token, payload: bytes, signer: Certificate) -> ForeignCertificate:
    """The same as a value for the gate. The content must be of the right shape."""
    content, claims = token.content, claims_of(token, signer.key_id)
    names = (str(claims["name"]), str(claims["standard_name"]).strip("<"))
    person = f"{claims['standard_name']}\0{claims['date_of_birth']}"
    return ForeignCertificate(
        certificate_id=_id(b"sibao/foreign-certificate/v1\0", payload),
        holder_id=_id(b"sibao/foreign-holder/v1\0", person.encode()),
        country=signer.country or str(claims["country"]),
        name=next(filter(shows_something, names), ""),
        born=str(claims["date_of_birth"]),
        statement=_statement(content),
    )


def _id(domain: bytes, blob: bytes) -> str:
    return hashlib.sha256(domain + blob).hexdigest()[:16]


def _statement(content: Mapping[Any, Any]) -> Statement:
    kind, entry = entry_of(content) or (None, {})
    match kind:
        case CertificateKind.TEST:
            found = _RESULTS.get(str(entry["tr"]))
            return Tested(None if found is None else found == "detected", _moment(entry["sc"]))
        case CertificateKind.RECOVERY:
            return Recovered(_day(entry["df"]), _day(entry["du"]))
    return Vaccinated(entry["dn"], entry["sd"], _day(entry["dt"]))


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(value.partition("T")[0])


def _moment(value: Any) -> datetime:
    """A time; without an offset it is taken as UTC, and a mere day as its beginning."""
    text = value.isoformat() if isinstance(value, date) else value
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _shown(value: Any) -> str | int:
    """A short text or a number; characters that can't be shown, or that turn others, are `\ufffd`.

    The hcert spec has texts taken as if they were NFC.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        return ""
    normal = unicodedata.normalize("NFC", value[:TEXT_LIMIT])
    return "".join(char if is_shown(char) else "\ufffd" for char in normal)
