"""The signed export file of whole chains: docs/formats.md, section "Export".

1. A header. 2. The entries by kiosk, epoch, seq, their personal side unsealed. 3. Heads.
4. Receipts. 5. A note signed over all bytes before it. 6. On disk, then under its name.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from checkpoint.durable import sync_folder
from checkpoint.entrylog import Link
from checkpoint.entrylog.export_file import VERSION, canonical_line, seal_text
from checkpoint.errors import KeyFault, StorageFault
from checkpoint.keys import Purpose, sign_note
from checkpoint.services import sealed
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.office import SERVER, Office
from checkpoint.services.signatures import Signing, count
from checkpoint.storage import evidence, trusted
from checkpoint.storage.scope import Scope

Progress = Callable[[int, int], None]
_TICK = 500


@dataclass(slots=True)
class _Sheet:
    """The file being written, and what has been said of it so far."""

    file: BinaryIO
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
    """Write the chains of the kiosks in scope; the answer is the number of entries.

    The file (mode 0600: it holds personal data) appears whole or not at all, after the export
    is in the action record. `progress(done, total)` is called now and then. Raises
    StorageFault when the file can't be written.
    """
    fresh = path.with_name(path.name + ".new")
    try:
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            entries = _fill(office, by, scope, (_Sheet(file), progress or _silent))
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


def _fill(office: Office, by: Actor, scope: Scope, out: tuple[_Sheet, Progress]) -> int:
    sheet, progress = out
    with office.db.read() as session:
        total = _header(office, by, scope, (session, sheet))  # 1
        with closing(evidence.scoped_links(session, scope)) as links:  # 2
            for done, link in enumerate(links):
                if done % _TICK == 0:
                    progress(done, total)
                sheet.put(_entry(office, link))
        for _, note in evidence.scoped_heads(session, scope):  # 3
            sheet.put({"head": note})
        for note in evidence.scoped_receipts(session, scope):  # 4
            sheet.put({"receipt": note})
    text = seal_text(sheet.lines, sheet.digest.hexdigest(), office.now_ms())  # 5
    with office.db.write() as session:
        subject = sheet.digest.hexdigest()
        count(office, session, Signing(office.keys.server, Purpose.EXPORT, subject), by)
        record(office, session, by, Act("export", subject))
    sheet.put({"export": sign_note(text, Purpose.EXPORT, office.keys.server)})
    progress(total, total)
    return total


def _header(office: Office, by: Actor, scope: Scope, out: tuple[Session, _Sheet]) -> int:
    session, sheet = out
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


def _silent(_done: int, _total: int) -> None:
    return
