"""A small export that is whole: two gates, people, an erasure, something quarantined, remarks."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from checkpoint.clock import to_ms
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import Entry, EntryKind, Personal
from checkpoint.domain.observation import ClockQuality, Direction
from checkpoint.domain.remark import RemarkKind
from checkpoint.entrylog import (
    Head,
    Link,
    commit,
    encode_entry,
    encode_personal,
    genesis,
    link,
    sign_head,
)
from checkpoint.entrylog.erasure import BEGIN, Erasure, Ground, digest, sign_erasure, spans_of
from checkpoint.entrylog.export_file import VERSION, canonical_line, seal_text
from checkpoint.entrylog.export_line import entry_words
from checkpoint.entrylog.export_zip import POLICIES, kit
from checkpoint.entrylog.receipt import Receipt, ReceiptLine, Standing
from checkpoint.keys import Keyring, Purpose, SigningKey, sign_note
from checkpoint.keys.keyring import SERVER_PURPOSES

NOW = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
MADE_AT = to_ms(NOW + timedelta(hours=1))
"""When the server made the export: after every head in it."""
GATES = {"K-north": 9, "K-south": 70}
"""Kiosks and how many entries each has; of the second one the first head comes late."""
ERASED = (3, 4)


@dataclass
class Sample:
    """The lines of an export, the files beside it, and every key that signed there."""

    server: SigningKey
    kiosks: dict[str, SigningKey]
    lines: list[bytes] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def made(cls) -> Sample:
        """The whole export."""
        since = NOW - timedelta(days=30)
        head = frozenset({Purpose.HEAD})
        kiosks = {name: SigningKey.generate(name, head, since) for name in GATES}
        sample = cls(SigningKey.generate("server", SERVER_PURPOSES, since), kiosks)
        policies = [{"enterprise_id": "acme", "version": 1, "policy": {"mask_required": True}}]
        body = canonical_line({"sibao_policies": 1, "policies": policies})
        sample.files = kit() | {POLICIES: body}
        chains = [_chain(name, count) for name, count in GATES.items()]
        sample.lines.append(sample.header())
        sample.lines += [canonical_line(_line(each)) for chain in chains for each in chain]
        for chain in chains:
            sample.lines += sample.notes(chain)
        sample.lines += sample.others()
        sample.lines += [_remark(number, chain[1]) for number, chain in enumerate(chains, start=1)]
        sample.lines.append(sample.seal(sample.lines))
        return sample

    def header(self) -> bytes:
        """The first line."""
        keys = Keyring([self.server.trusted, *(key.trusted for key in self.kiosks.values())])
        files = {name: hashlib.sha256(blob).hexdigest() for name, blob in self.files.items()}
        head = {"sibao_export": VERSION, "made_at": MADE_AT, "by": {}, "scope": {}, "kiosks": []}
        return canonical_line(head | {"keys": keys.to_json(), "files": files})

    def notes(self, chain: list[Link]) -> list[bytes]:
        """A head for the middle and the end of a chain, and a receipt for each half."""
        middle, last, key = chain[len(chain) // 2], chain[-1], self.kiosks[chain[0].kiosk_id]
        heads = [Head(at.kiosk_id, 1, at.seq, at.hash, NOW) for at in (middle, last)]
        halves = (chain[: middle.seq], chain[middle.seq :])
        receipts = [Receipt(last.kiosk_id, 1, NOW, tuple(map(_taken, half))) for half in halves]
        return [
            *(canonical_line({"head": sign_head(head, key)}) for head in heads),
            *(canonical_line({"receipt": each.sign(self.server)}) for each in receipts),
        ]

    def others(self) -> list[bytes]:
        """Two erasures, and what was put aside."""
        places = [("K-north", 1, seq) for seq in ERASED]
        first = Erasure(1, NOW, "a1", Ground.REQUEST, BEGIN, spans_of(places))
        note = sign_erasure(first, self.server)
        second = Erasure(2, NOW, "a1", Ground.RETENTION, digest(note), ())
        fork = ReceiptLine(5, hashlib.sha256(b"fork").digest(), Standing.QUARANTINED, "fork")
        aside = {"kiosk_id": "K-north", "epoch": 1, "seq": 5, "hash": fork.hash.hex()}
        aside |= {"body": b"fork".hex(), "why": "fork", "received_at": 1}
        receipt = Receipt("K-north", 1, NOW, (fork,)).sign(self.server)
        return [
            canonical_line({"receipt": receipt}),
            canonical_line({"erasure": note}),
            canonical_line({"erasure": sign_erasure(second, self.server)}),
            canonical_line({"quarantined": aside}),
        ]

    def seal(self, lines: list[bytes]) -> bytes:
        """The last line over all these."""
        sha256 = hashlib.sha256(b"".join(lines)).hexdigest()
        note = sign_note(seal_text(len(lines), sha256, MADE_AT), Purpose.EXPORT, self.server)
        return canonical_line({"export": note})


def _remark(number: int, about: Link) -> bytes:
    who = {"account_id": "c1", "role": "inspector", "name": "Carol", "at": 1, "number": number}
    entry = entry_words((about.kiosk_id, about.epoch, about.seq), about.hash)
    kind = RemarkKind.CORRECTION if number == 1 else RemarkKind.NOTE
    said = {"entry": entry, "kind": kind.value, "words": "读数偏高，应为 36.5"}
    return canonical_line({"remark": who | said})


def _chain(kiosk_id: str, count: int) -> list[Link]:
    chain: list[Link] = []
    for seq in range(1, count + 1):
        known = seq % 2 or seq in ERASED
        person = encode_personal(Personal("林试一", "003X", f"{seq:016x}")) if known else b""
        salt = seq.to_bytes(16, "big") if person else b""
        entry = Entry(
            kind=EntryKind.PASSAGE,
            kiosk_id=kiosk_id,
            epoch=1,
            seq=seq,
            at=NOW,
            clock_quality=ClockQuality.SYNCHRONISED,
            policy_version=1,
            bundle_version=1,
            enterprise_id="acme",
            direction=Direction.IN,
            outcome=Outcome.ADMIT,
            commitment=commit(person, salt) if person else b"",
        )
        body = encode_entry(entry)
        before = chain[-1].hash if chain else genesis(kiosk_id, 1)
        gone = kiosk_id == "K-north" and seq in ERASED
        side = (b"", b"") if gone else (salt, person)
        chain.append(Link(kiosk_id, 1, seq, link(before, body), body, *side))
    return chain


def _line(each: Link) -> dict[str, object]:
    blobs = {"hash": each.hash, "body": each.body, "salt": each.salt, "personal": each.personal}
    place = {"kiosk_id": each.kiosk_id, "epoch": each.epoch, "seq": each.seq}
    return place | {name: blob.hex() for name, blob in blobs.items()}


def _taken(each: Link) -> ReceiptLine:
    return ReceiptLine(each.seq, each.hash, Standing.ACCEPTED)


def parsed(line: bytes) -> dict[str, Any]:
    """The object in a line that is whole."""
    value: dict[str, Any] = json.loads(line)
    return value
