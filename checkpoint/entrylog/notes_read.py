"""Reading the signed notes of a log and those kept elsewhere, before the entries are walked."""

from __future__ import annotations

from collections.abc import Iterable

from checkpoint.entrylog.claims import Claims
from checkpoint.entrylog.head import open_head
from checkpoint.entrylog.receipt import Receipt
from checkpoint.entrylog.report import Breach, Layer, Report, Verdict
from checkpoint.entrylog.tree_head import TreeHead
from checkpoint.errors import WireError
from checkpoint.keys import Keyring, Purpose

_RECEIPT = "sibao-receipt/"


def read_notes(
    claims: Claims, notes: Iterable[str], keyring: Keyring, report: Report, *, kept: bool
) -> None:
    """Take in heads, and receipts among those that were `kept` elsewhere.

    A note that nobody trusted signed is a breach; one by a kiosk whose key is not among the
    trusted ones leaves the audit incomplete.
    """
    unjudged: dict[str, None] = {}
    for note in notes:
        if kept and note.startswith(_RECEIPT):
            _read_receipt(claims, note, keyring, report)
            continue
        if kept and TreeHead.read(note):
            continue
        head = open_head(note, keyring)
        kiosk_id, epoch, seq = _place(note)
        if head is not None:
            claims.head(head, kept=kept)
        elif keyring.owned(kiosk_id, Purpose.HEAD):
            words = "a head is not signed by its kiosk's key"
            place = (kiosk_id, epoch, seq)
            report.add([Breach(Layer.SIGNATURE, Verdict.TAMPERED, *place, words)])
        else:
            unjudged[kiosk_id] = None
    words = "the trusted keys hold none of this kiosk, so its heads can't be judged"
    for kiosk_id in sorted(unjudged):
        report.add([Breach(Layer.SIGNATURE, Verdict.INCOMPLETE, kiosk_id, 0, 0, words)])


def _read_receipt(claims: Claims, note: str, keyring: Keyring, report: Report) -> None:
    try:
        claims.receipts([Receipt.open(note, keyring)], kept=True)
    except WireError as fault:
        known = any(Purpose.RECEIPT in key.purposes for key in keyring.keys)
        verdict = Verdict.TAMPERED if known else Verdict.INCOMPLETE
        words = f"a receipt that was kept elsewhere: {fault.message}"
        report.add([Breach(Layer.SIGNATURE, verdict, "", 0, 0, words)])


def _place(note: str) -> tuple[str, int, int]:
    """Whom and what a note speaks of, as far as it can be read."""
    _, kiosk_id, epoch, seq = [*note.split("\n")[:4], "", "", "", ""][:4]
    return kiosk_id[:64], _number(epoch, "epoch "), _number(seq, "seq ")


def _number(line: str, before: str) -> int:
    digits = line.removeprefix(before)[:15]
    return int(digits) if digits.isascii() and digits.isdigit() else 0
