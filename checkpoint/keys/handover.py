"""One server key names the next: who trusts the first comes to trust the last.

A signed note by the older key over the younger key's description. It can be kept and shown to
anyone, for as long as somebody still trusts the older key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from checkpoint.errors import KeyFault
from checkpoint.keys.keyring import Keyring, Purpose, TrustedKey
from checkpoint.keys.note import open_note, sign_note
from checkpoint.keys.signing import SigningKey

_TITLE = "sibao-handover/v1"


def sign_handover(younger: TrustedKey, older: SigningKey) -> str:
    """The note. Raises KeyFault when the older key signs no bundles or is another owner's."""
    if younger.owner != older.trusted.owner:
        raise KeyFault(f"{younger.owner!r} can't take over from {older.trusted.owner!r}")
    line = json.dumps(younger.to_json(), sort_keys=True, separators=(",", ":"))
    return sign_note(f"{_TITLE}\n{line}\n", Purpose.BUNDLE, older)


def follow(notes: Iterable[str], keyring: Keyring) -> Keyring:
    """The keyring and all keys that its keys hand over to, step by step.

    A note that no trusted key signed, or a key out of its term, adds nothing.
    """
    waiting = list(notes)
    while waiting:
        reached = [(note, key) for note in waiting if (key := _named(note, keyring))]
        if not reached:
            break
        keyring += Keyring(key for _, key in reached)
        done = {note for note, _ in reached}
        waiting = [note for note in waiting if note not in done]
    return keyring


def _named(note: str, keyring: Keyring) -> TrustedKey | None:
    opened = open_note(note, Purpose.BUNDLE, keyring)
    if opened is None:
        return None
    text, older = opened
    title, _, line = text.partition("\n")
    try:
        younger = TrustedKey.from_json(json.loads(line))
    except (ValueError, RecursionError, KeyFault):
        return None
    fits = title == _TITLE and younger.owner == older.owner and older.in_force(younger.since)
    return younger if fits else None
