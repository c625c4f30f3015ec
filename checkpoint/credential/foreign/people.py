"""What a certificate says, for people and scripts. Values are shown, not believed beyond it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from checkpoint.clock import rfc3339
from checkpoint.credential.foreign.certificate import Usage
from checkpoint.credential.foreign.shape import TEXT_LIMIT, entry_of
from checkpoint.credential.foreign.token import Token

_FACTS = {
    Usage.VACCINATION: {
        "dose": "dn",
        "doses": "sd",
        "date": "dt",
        "product": "mp",
        "manufacturer": "ma",
    },
    Usage.TEST: {
        "result": "tr",
        "sampled_at": "sc",
        "type": "tt",
        "name": "nm",
        "device": "ma",
        "centre": "tc",
    },
    Usage.RECOVERY: {"first_positive": "fr", "valid_from": "df", "valid_until": "du"},
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
        "date_of_birth": _shown(content.get("dob")),
        "country": _shown(entry.get("co")),
        "authority": _shown(entry.get("is")),
        "certificate_id": _shown(entry.get("ci")),
        "facts": facts,
        "issued_at": rfc3339(token.issued_at),
        "expires_at": rfc3339(token.expires_at),
        "key_id": key_id.hex(),
    }


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
    return "".join(char if _is_shown(char) else "\ufffd" for char in normal)


def _is_shown(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}
