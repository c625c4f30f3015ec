"""The present heads, to be kept elsewhere: of the receipt log, and of each kiosk's chains."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from checkpoint.entrylog.head import Head
from checkpoint.entrylog.tree_head import TreeHead
from checkpoint.keys import Purpose, open_note
from checkpoint.keys.note import verifier_key
from checkpoint.services import receipt_log
from checkpoint.services.office import SERVER, Office
from checkpoint.storage import evidence
from checkpoint.storage.scope import Scope


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The furthest head of one chain that its kiosk signed, and its note."""

    head: Head
    note: str


@dataclass(frozen=True, slots=True)
class Heads:
    """What an outsider keeps. `note` is the tree head's, '' before the first receipt.

    `key` is the C2SP verifier key of who signed it; `behind` says why nothing more is signed, if
    so.
    """

    at: datetime
    note: str
    tree: TreeHead | None
    key: str
    behind: str
    chains: tuple[ChainHead, ...]

    def notes(self) -> str:
        """All signed notes as one text, for `checkpoint audit --head`."""
        return "\n".join([*filter(None, [self.note]), *(chain.note for chain in self.chains)])


def present(office: Office, scope: Scope) -> Heads:
    """The tree head, and the heads of the kiosks in scope, sorted by kiosk and epoch."""
    stands = receipt_log.standing(office)
    opened = open_note(stands.note, Purpose.RECEIPT, office.keys.ring(SERVER), SERVER)
    tree = TreeHead.read(stands.note) if opened else None
    with office.db.read() as session:
        rows = evidence.last_heads(session, scope)
    return Heads(
        at=office.clock.now(),
        note=stands.note if opened else "",
        tree=tree,
        key=verifier_key(tree.origin, opened[1]) if tree and opened else "",
        behind=stands.behind,
        chains=tuple(ChainHead(*row) for row in rows),
    )
