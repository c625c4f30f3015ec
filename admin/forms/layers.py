"""Words for what an audit found: the verdict, and what a breach of each layer means."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from checkpoint.entrylog.report import Breach, Layer, Verdict

VERDICTS = {
    Verdict.INTACT: (_("Intact"), _("Every entry is as it was written."), "good"),
    Verdict.TAMPERED: (_("Tampered"), _("Something was changed after it was written."), "bad"),
    Verdict.INCOMPLETE: (
        _("Incomplete"),
        _("Nothing was changed as far as can be judged; a part or a key is missing."),
        "warn",
    ),
}

MEANINGS = {
    Layer.STORAGE: _("The database can't be read as what it should be: damaged, empty, replaced."),
    Layer.SCHEMA: _(
        "The database has a table, index, trigger or view that no program of ours made, or lacks"
        " one: what it shows may not be what it holds."
    ),
    Layer.INTEGRITY: _(
        "The database's own order is broken: an index and its table disagree, or a row breaks a"
        " rule of its table. Somebody wrote past the program."
    ),
    Layer.CHAIN: _(
        "The entries no longer follow from each other: one was changed, removed, added or moved."
    ),
    Layer.BODY: _("The bytes of an entry are not those of the entry that should stand here."),
    Layer.COMMITMENT: _("The person shown beside an entry is not the one it was made for."),
    Layer.ERASURE: _(
        "A person was taken out of the log, or put back into it, and no signed erasure says so."
    ),
    Layer.PROJECTION: _(
        "A stored column says something else than the bytes of its entry: lists and searches would"
        " show what did not happen."
    ),
    Layer.SIGNATURE: _("A signed note was changed, or was made by somebody without the key."),
    Layer.HEAD: _("The kiosk signed another state of its chain than the one that is here."),
    Layer.HELD_HEAD: _("The kiosk signed two histories, or a kept head shows another one."),
    Layer.RECEIPT: _("The server signed that it held something else than what is here."),
    Layer.TREE: _("The log of receipts does not hold what it says, or not in its order."),
    Layer.RECORD: _("The record of who did and asked what was changed after it was written."),
    Layer.EXPORT: _("The file is not as the server sealed it."),
}

_MISSING = _("Nothing was found changed here: something is missing that it could be compared with.")
MISSING = {
    Layer.STORAGE: _("There is nothing here to verify yet, or it was not made by this program."),
    Layer.CHAIN: _(
        "Entries before this one are not here. The gate may not have sent them yet: look again"
        " when it is online."
    ),
    Layer.SIGNATURE: _("A signature can't be judged here, as the key of who signed is not known."),
    Layer.HEAD: _(
        "The gate has signed for entries that are not here yet, or has not signed for these. Look"
        " again when it is online."
    ),
    Layer.HELD_HEAD: _("A kept head tells of entries that are not here, or of another gate."),
    Layer.RECEIPT: _("A receipt tells of entries that are not here, and is younger than these."),
    Layer.RECORD: _("The record is not signed yet: that happens when the server starts."),
}
"""What it means where something is only missing: nobody is accused."""


def meaning(breach: Breach) -> object:
    """What a breach means, in words that accuse only where something was changed."""
    if breach.verdict is Verdict.TAMPERED:
        return MEANINGS[breach.layer]
    return MISSING.get(breach.layer, _MISSING)
