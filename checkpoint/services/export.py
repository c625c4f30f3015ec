"""The signed export of whole chains, complete by itself: docs/formats.md, section "Export".

1. What an outsider needs: README, verifier, policies. 2. A header. 3. The entries by kiosk, epoch,
seq, their personal side unsealed. 4. Heads, receipts, erasures, what was quarantined, what people
remarked. 5. A note
signed over all lines before it. 6. Another one over the ZIP, in its comment. 7. On disk, then under
its name.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO
from zipfile import ZipFile

from sqlalchemy.orm import Session

from checkpoint.durable import sync_folder
from checkpoint.entrylog import Link
from checkpoint.entrylog.export_file import SIGNED, VERSION, canonical_line, seal_text
from checkpoint.entrylog.export_line import entry_words
from checkpoint.entrylog.export_zip import ENTRIES, POLICIES, digest_of, kit, member, zip_text
from checkpoint.errors import KeyFault, StorageFault
from checkpoint.keys import Purpose, sign_note
from checkpoint.services import policy, sealed
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.office import SERVER, Office
from checkpoint.services.signatures import Signing, count
from checkpoint.storage import erasures, evidence, remarks, tables, trusted
from checkpoint.storage.scope import Scope

Progress = Callable[[int, int], None]
_TICK = 500
_LENGTH = 2
"""Bytes at the end of a ZIP without a comment that say how long its comment is."""


@dataclass(slots=True)
class _Sheet:
    """The file being written, and what has been said of it so far."""

    file: IO[bytes]
    lines: int = 0
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def put(self, value: object) -> None:
        """Add one canonical line."""
        line = canonical_line(value)
        self.file.write(line)
        self.digest.update(line)
        self.lines += 1


def write(
    office: Office, by: Actor, scope: Scope, path: Path, progress: Progress | None = None
) -> int:
    """Write the chains of the kiosks in scope as a ZIP; the answer is the number of entries.

    The file (mode 0600: it holds personal data) appears whole or not at all, after the export
    is in the action record. `progress(done, total)` is called now and then. Raises
    StorageFault when the file can't be written.
    """
    fresh = path.with_name(path.name + ".new")
    try:
        handle = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w+b") as file:
            with ZipFile(file, "w") as folder:
                entries = _fill(office, by, scope, (folder, progress or _silent))
            _sign_zip(office, by, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        sync_folder(path.parent)
    except OSError as fault:
        raise StorageFault(
            f"{path}: {fault.strerror}", remedy="name a file in a folder with room"
        ) from fault
    finally:
        fresh.unlink(missing_ok=True)
    return entries


def _fill(office: Office, by: Actor, scope: Scope, out: tuple[ZipFile, Progress]) -> int:
    folder, progress = out
    with office.db.read() as session:
        files = _beside(session, scope, folder)  # 1
        with folder.open(member(ENTRIES), "w", force_zip64=True) as file:
            sheet = _Sheet(file)
            total = _header(office, (by, scope), (session, sheet), files)  # 2
            with closing(evidence.scoped_links(session, scope)) as links:  # 3
                for done, link in enumerate(links):
                    if done % _TICK == 0:
                        progress(done, total)
                    sheet.put(_entry(office, link))
            for line in _notes(session, scope):  # 4
                sheet.put(line)
            _seal(office, by, sheet)  # 5
    progress(total, total)
    return total


def _beside(session: Session, scope: Scope, folder: ZipFile) -> dict[str, str]:
    """Put the other files into the folder; their SHA-256 by name."""
    policies = [
        {"enterprise_id": each, "version": version, "policy": asdict(held)}
        for each, version in evidence.cited_policies(session, scope)
        if (held := policy.as_of(session, each, version)) is not None
    ]
    files = kit() | {POLICIES: canonical_line({"sibao_policies": 1, "policies": policies})}
    for name, content in files.items():
        folder.writestr(member(name), content)
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def _notes(session: Session, scope: Scope) -> Iterator[dict[str, object]]:
    """All that is no entry. Erasures name places of the whole district, and nobody."""
    for _, note in evidence.scoped_heads(session, scope):
        yield {"head": note}
    for note in evidence.scoped_receipts(session, scope):
        yield {"receipt": note}
    for note in erasures.notes_of(session):
        yield {"erasure": note}
    for row in evidence.scoped_quarantine(session, scope):
        yield {"quarantined": _aside(row)}
    for line in remarks.scoped(session, scope):
        yield {"remark": _remark(line)}


def _seal(office: Office, by: Actor, sheet: _Sheet) -> None:
    text = seal_text(sheet.lines, sheet.digest.hexdigest(), office.now_ms())
    with office.db.write() as session:
        subject = sheet.digest.hexdigest()
        count(office, session, Signing(office.keys.server, Purpose.EXPORT, subject), by)
        record(office, session, by, Act("export", subject))
    sheet.put({"export": sign_note(text, Purpose.EXPORT, office.keys.server)})


def _sign_zip(office: Office, by: Actor, file: IO[bytes]) -> None:  # 6
    """Put a comment at the end of the ZIP that signs every byte before it."""
    key, at, end = office.keys.server, office.now_ms(), file.seek(0, os.SEEK_END)
    length = len(sign_note(zip_text("0" * 64, at), Purpose.EXPORT, key).encode())
    file.seek(end - _LENGTH)
    file.write(length.to_bytes(_LENGTH, "little"))
    digest = digest_of(file, end)
    with office.db.write() as session:
        count(office, session, Signing(key, Purpose.EXPORT, digest), by)
    file.seek(end)
    file.write(sign_note(zip_text(digest, at), Purpose.EXPORT, key).encode())


def _header(
    office: Office,
    asked: tuple[Actor, Scope],
    out: tuple[Session, _Sheet],
    files: dict[str, str],
) -> int:
    (by, scope), (session, sheet) = asked, out
    extents = evidence.extents(session, scope)
    keys = trusted.keyring(session, scope) + office.keys.ring(SERVER)
    kiosks = [
        {
            "kiosk_id": kiosk_id,
            "epochs": {str(e): {"entries": n, "seq": last} for e, (n, last) in epochs.items()},
        }
        for kiosk_id, epochs in extents.items()
    ]
    sheet.put(
        {
            "sibao_export": VERSION,
            "made_at": office.now_ms(),
            "by": {"account_id": by.account_id, "role": by.role},
            "scope": scope.to_json(),
            "kiosks": kiosks,
            "keys": keys.to_json(),
            "files": files,
            "zip": SIGNED,
        }
    )
    return sum(held for epochs in extents.values() for held, _ in epochs.values())


def _entry(office: Office, link: Link) -> dict[str, object]:
    try:
        salt, personal = sealed.personal_side(office, link)
    except KeyFault:
        # Evidence of a changed or moved field leaves as it is: an audit names the entry.
        salt, personal = b"", link.personal
    return {
        "kiosk_id": link.kiosk_id,
        "epoch": link.epoch,
        "seq": link.seq,
        "hash": link.hash.hex(),
        "body": link.body.hex(),
        "salt": salt.hex(),
        "personal": personal.hex(),
    }


def _aside(row: tables.Quarantine) -> dict[str, object]:
    """As it came, without its personal side: nobody could say whose it is."""
    return {
        "kiosk_id": row.kiosk_id,
        "epoch": row.epoch,
        "seq": row.seq,
        "hash": row.hash.hex(),
        "body": row.body.hex(),
        "why": row.why,
        "received_at": row.received_at,
    }


def _remark(line: tables.Remark) -> dict[str, object]:
    return {
        "number": line.id,
        "at": line.at,
        "account_id": line.account_id,
        "role": line.role,
        "name": line.name,
        "kind": line.kind,
        "entry": entry_words((line.kiosk_id, line.epoch, line.seq), line.entry_hash),
        "words": line.words,
    }


def _silent(_done: int, _total: int) -> None:
    return
