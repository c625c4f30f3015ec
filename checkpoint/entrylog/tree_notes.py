"""Holding a receipt log to tree heads that were kept elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from checkpoint.entrylog.evidence import Evidence
from checkpoint.entrylog.report import Breach, Layer, Verdict
from checkpoint.entrylog.tree_head import TreeHead
from checkpoint.keys import Purpose


def check_trees(notes: Iterable[str], evidence: Evidence) -> Iterator[Breach]:
    """What is wrong under the tree heads among the notes.

    A signature is judged where the keyring holds a key of the server; without one a head still
    shows whether the log goes on from it.
    """
    judged = any(Purpose.RECEIPT in key.purposes for key in evidence.keyring.keys)
    for note in notes:
        head = TreeHead.read(note)
        if head is None:
            continue
        words = evidence.tree(head)
        verdict = Verdict.TAMPERED
        if judged and TreeHead.open(note, evidence.keyring) is None:
            words = "the tree head is not signed by a trusted server key"
        elif words is None:
            words, verdict = "here is no receipt log to hold the tree head to", Verdict.INCOMPLETE
        if words:
            yield Breach(Layer.TREE, verdict, "", 0, 0, words)
