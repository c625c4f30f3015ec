"""A warrant 查验授权 as a signed statement for paper: what the QR on the certificate holds.

A signed note, docs/formats.md, section "Certificate of a warrant". It says what was granted; that
it was revoked since, only the server and the gates know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from checkpoint.clock import from_ms, to_ms
from checkpoint.domain.reason import Reason
from checkpoint.domain.warrant import Warrant
from checkpoint.errors import EntryError
from checkpoint.keys import Keyring, Purpose, SigningKey, TrustedKey, open_note, sign_note

PREFIX = "sibao-warrant/v1\n"
TEXT_CAP = 4096


@dataclass(frozen=True, slots=True)
class WarrantStatement:
    """A warrant, the name of its enterprise, and when it was granted."""

    warrant: Warrant
    enterprise: str
    granted_at: datetime

    def text(self) -> str:
        """The lines that are signed; times in ms since 1970, UTC."""
        w = self.warrant
        return (
            f"{PREFIX}warrant {w.warrant_id}\ninspector {w.inspector}\n"
            f"enterprise {w.enterprise_id} {self.enterprise}\n"
            f"sites {' '.join(w.sites) or '-'}\n"
            f"term {to_ms(w.valid_from)} {to_ms(w.valid_until)}\ngranted {to_ms(self.granted_at)}\n"
        )


def sign_statement(statement: WarrantStatement, key: SigningKey) -> str:
    """The statement as a note signed by the server. Raises KeyFault."""
    return sign_note(statement.text(), Purpose.RECEIPT, key)


def open_statement(note: str, keyring: Keyring) -> tuple[WarrantStatement, TrustedKey] | None:
    """The statement and the server's key that signed it; None where no trusted one did."""
    if len(note) > TEXT_CAP or not note.startswith(PREFIX):
        return None
    opened = open_note(note, Purpose.RECEIPT, keyring)
    if opened is None:
        return None
    try:
        statement = read_statement(opened[0])
    except EntryError:
        return None
    return statement, opened[1]


def judged(statement: WarrantStatement, at: datetime) -> tuple[Reason, ...]:
    """The reasons against a statement at a time; none while its term runs."""
    if at < statement.warrant.valid_from:
        return (Reason.NOT_YET_VALID,)
    return (Reason.EXPIRED,) if at >= statement.warrant.valid_until else ()


def read_statement(text: str) -> WarrantStatement:
    """The statement in the lines that were signed. Raises EntryError for another text."""
    form = _FORM.fullmatch(text)
    if form is None:
        raise EntryError("this is no statement of version 1", remedy="update this program")
    sites = () if form["sites"] == "-" else tuple(form["sites"].split(" "))
    warrant = Warrant(
        form["id"],
        form["home"],
        form["inspector"],
        from_ms(int(form["since"])),
        from_ms(int(form["until"])),
        sites,
    )
    return WarrantStatement(warrant, form["name"], from_ms(int(form["granted"])))


_FORM = re.compile(
    r"sibao-warrant/v1\nwarrant (?P<id>W-[0-9a-f]{12})\ninspector (?P<inspector>[^\n]{1,64})\n"
    r"enterprise (?P<home>[a-z0-9-]{2,32}) (?P<name>[^\n]{1,64})\n"
    r"sites (?P<sites>-|[A-Z0-9-]{2,32}(?: [A-Z0-9-]{2,32})*)\n"
    r"term (?P<since>\d{1,15}) (?P<until>\d{1,15})\ngranted (?P<granted>\d{1,15})\n",
    re.ASCII,
)
