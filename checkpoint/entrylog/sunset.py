"""The certificate of a sunset: what was erased when, by whom, and how the log stood at the end.

A signed note, docs/formats.md, section "Certificate of a sunset". It names no person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from checkpoint.clock import from_ms, to_ms
from checkpoint.errors import EntryError
from checkpoint.keys import Keyring, Purpose, SigningKey, open_note, sign_note


@dataclass(frozen=True, slots=True)
class Archived:
    """The export that was written: the name of the file, its SHA-256, what its audit said."""

    name: str
    sha256: str
    verdict: str
    with_persons: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How the log stood: `tree` is origin, size and root in base64, or empty before the first.

    `record` is the last line of the action record and its hash in hex; `chains` kiosk, epoch, seq
    and hash in hex of the last entry of each chain.
    """

    tree: str
    record: tuple[int, str]
    chains: tuple[tuple[str, int, int, str], ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """What an ended deployment leaves; accounts are ids, keys 8 hex digits.

    `before` and `after` are the verdicts of the audits of the database; `erased` and `kept`
    count by class.
    """

    begun: datetime
    ended: datetime
    officers: tuple[str, str]
    why: str
    export: Archived
    before: str
    after: str
    destroyed: tuple[str, ...]
    signer: str
    erased: tuple[tuple[str, int], ...]
    kept: tuple[tuple[str, int], ...]
    standing: Standing

    def text(self) -> str:
        """The lines that are signed."""
        x, log = self.export, self.standing
        persons = "with" if x.with_persons else "without"
        counts = [f"erased {name} {n}" for name, n in self.erased]
        counts += [f"kept {name} {n}" for name, n in self.kept]
        lines = [
            "sibao-sunset/v1",
            f"begun {to_ms(self.begun)}",
            f"ended {to_ms(self.ended)}",
            f"by {self.officers[0]} {self.officers[1]}",
            f"why {self.why}",
            f"export {persons} persons {x.verdict} {x.sha256} {x.name}",
            f"audits {self.before} {self.after}",
            f"destroyed {' '.join(self.destroyed)}",
            f"signer {self.signer}",
            *counts,
            f"tree {log.tree or '-'}",
            f"record {log.record[0]} {log.record[1]}",
            *(f"chain {kiosk} {epoch} {seq} {hash_}" for kiosk, epoch, seq, hash_ in log.chains),
        ]
        return "\n".join(lines) + "\n"


def sign_certificate(certificate: Certificate, key: SigningKey) -> str:
    """The certificate as a note signed by the server. Raises KeyFault."""
    return sign_note(certificate.text(), Purpose.RECEIPT, key)


def open_certificate(note: str, keyring: Keyring) -> Certificate:
    """The certificate in a note.

    Raises EntryError when no trusted key of a server signed it while in force, or not this form.
    """
    opened = open_note(note, Purpose.RECEIPT, keyring)
    if opened is None:
        raise EntryError("the certificate is not signed by a trusted key", remedy="give --trust")
    certificate = read_certificate(opened[0])
    if not opened[1].in_force(certificate.ended):
        raise EntryError("the certificate's key was not in force when it was signed")
    return certificate


def read_certificate(text: str) -> Certificate:
    """The certificate in the lines that were signed. Raises EntryError for another text."""
    form = _FORM.fullmatch(text)
    if form is None:
        raise EntryError("this is no certificate of version 1", remedy="update this program")
    counts = [line.split(" ") for line in form["counts"].splitlines()]
    chains = [line.split(" ") for line in form["chains"].splitlines()]
    tree = form["tree"]
    certificate = Certificate(
        from_ms(int(form["begun"])),
        from_ms(int(form["ended"])),
        (form["first"], form["second"]),
        form["why"],
        Archived(form["name"], form["sha256"], form["verdict"], form["persons"] == "with"),
        form["before"],
        form["after"],
        tuple(form["destroyed"].split()),
        form["signer"],
        tuple((name, int(n)) for what, name, n in counts if what == "erased"),
        tuple((name, int(n)) for what, name, n in counts if what == "kept"),
        Standing(
            "" if tree == "-" else tree,
            (int(form["line"]), form["record"]),
            tuple((kiosk, int(epoch), int(seq), hash_) for _, kiosk, epoch, seq, hash_ in chains),
        ),
    )
    if certificate.text() != text:
        raise EntryError("the certificate has lines that can't be read")
    return certificate


_VERDICT = "(?:intact|tampered|incomplete)"
_FORM = re.compile(
    r"sibao-sunset/v1\nbegun (?P<begun>\d{1,15})\nended (?P<ended>\d{1,15})\n"
    r"by (?P<first>[\w.-]{1,64}) (?P<second>[\w.-]{1,64})\nwhy (?P<why>[^\n]{1,200})\n"
    rf"export (?P<persons>with|without) persons (?P<verdict>{_VERDICT})"
    r" (?P<sha256>[0-9a-f]{64}) (?P<name>[\w.-]{1,64})\n"
    rf"audits (?P<before>{_VERDICT}) (?P<after>{_VERDICT})\n"
    r"destroyed (?P<destroyed>[0-9a-f ]{0,64})\nsigner (?P<signer>[0-9a-f]{8})\n"
    r"(?P<counts>(?:(?:erased|kept) [a-z_]{1,32} \d{1,15}\n)*)"
    r"tree (?P<tree>-|[\w./]{1,128} \d{1,15} [\w+/=]{44})\n"
    r"record (?P<line>\d{1,15}) (?P<record>[0-9a-f]{64})\n"
    r"(?P<chains>(?:chain [\w.-]{1,64} \d{1,15} \d{1,15} [0-9a-f]{64}\n)*)",
    re.ASCII,
)
