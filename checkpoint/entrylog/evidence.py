"""What an audit asks of a log, whatever keeps it: a journal, a server's database, an export."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from checkpoint.domain.entry import Entry
from checkpoint.entrylog.chain import Link
from checkpoint.entrylog.claims import Claims, Said
from checkpoint.entrylog.receipt import Receipt
from checkpoint.entrylog.report import Breach
from checkpoint.entrylog.tree_head import TreeHead
from checkpoint.keys import Keyring

PersonalReader = Callable[[Link], bytes | None]
"""The plain personal record beside an entry; None where it can't be read here."""
Beside = Callable[[Link, Entry, Said], Iterable[Breach]]
"""What is wrong with the columns beside an entry, by its bytes and by what notes say of it."""


def _nothing(*_asked: object) -> tuple[Breach, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A log to audit. `links` comes sorted by kiosk, epoch, seq; `heads` are signed notes.

    `receipts` are those of the server. `gaps_expected` is true for a server, which may not have
    been sent everything yet, and `receipted` where it gave a receipt for every entry; `pruned`
    for a kiosk, whose journal may begin after a signed head.
    `erasures` are the notes of all erasures in order, None where the source keeps none.
    `passing` gives the breaches that the source met since it was last asked, while it read on;
    `beside` those of the columns of the entry that was read last; `breaches` those that it finds
    by itself at the end; `notes` what could not be looked at, asked last. `total` is about how
    many entries there are, 0 for unknown. `signed_at` is when the server signed that this is all
    (milliseconds), asked last; None where nobody did: a later head tells nothing of what it lacks.
    `part` is whether it holds the chains of some gates only, by its nature, asked last.
    `begins` is the number and hash that the first entry follows where a stretch of a chain is read.
    """

    links: Iterable[Link]
    heads: Iterable[str]
    keyring: Keyring
    personal: PersonalReader
    erasures: Iterable[str] | None = None
    passing: Callable[[], Iterable[Breach]] = tuple
    beside: Beside = _nothing
    breaches: Callable[[Claims], Iterable[Breach]] = _nothing
    notes: Callable[[], Iterable[str]] = tuple
    receipts: Iterable[Receipt] = ()
    gaps_expected: bool = False
    receipted: bool = False
    pruned: bool = False
    begins: tuple[int, bytes] | None = None
    total: int = 0
    signed_at: Callable[[], int | None] = lambda: None
    part: Callable[[], bool] = lambda: False
    tree: Callable[[TreeHead], str | None] = lambda _head: None
