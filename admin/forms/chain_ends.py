"""The ends of chains as a document tells them: last head signed, its note."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext

from admin.forms.times import moment
from admin.printing.listing import Section, facts, grid
from checkpoint.services.heads import Heads


def of_chains(heads: Heads, chains: Iterable[tuple[str, int]]) -> list[Section]:
    """A table of the heads of these chains, and their signed notes."""
    wanted = set(chains)
    found = [c for c in heads.chains if (c.head.kiosk_id, c.head.epoch) in wanted]
    rows = [
        (h.kiosk_id, str(h.epoch), str(h.seq), h.hash.hex(), moment(h.at))
        for h in (c.head for c in found)
    ]
    head = (
        gettext("Kiosk"),
        gettext("Epoch"),
        gettext("Sequence number"),
        gettext("Hash"),
        gettext("Time"),
    )
    notes = ((c.head.kiosk_id, c.note.rstrip()) for c in found)
    return [
        grid(gettext("Heads of the chains"), head, rows, (1.2, 0.6, 0.8, 4, 1.5)),
        facts(gettext("Signed notes of the heads"), notes),
    ]
