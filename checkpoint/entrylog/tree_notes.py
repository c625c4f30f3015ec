"""Holding a receipt log to tree heads that were kept elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from checkpoint.entrylog.evidence import Evidence
from checkpoint.entrylog.report import Breach, Layer, Report, Verdict
from checkpoint.entrylog.tree_head import TreeHead
from checkpoint.keys import Purpose

_APART = "the server's tree head can be held to the server's database alone"


def check_trees(notes: Sequence[str], evidence: Evidence, report: Report) -> None:
    """Report what is wrong under the tree heads among the notes.

    A signature is judged where the keyring holds a key of the server; without one a head still
    shows whether the log goes on from it. Where there is no receipt log, a remark says so; with
    nothing else among the notes, the audit is incomplete.
    """
    others = any(TreeHead.read(note) is None for note in notes)
    judged = any(Purpose.RECEIPT in key.purposes for key in evidence.keyring.keys)
    for note in notes:
        head = TreeHead.read(note)
        if head is None:
            continue
        words = evidence.tree(head)
        verdict = Verdict.TAMPERED
        if judged and TreeHead.open(note, evidence.keyring) is None:
            words = "the tree head is not signed by a trusted server key"
        elif words is None and others:
            report.notes.append(f"{_APART}; the other notes were compared")
        elif words is None:
            words, verdict = f"{_APART}, and nothing else was given", Verdict.INCOMPLETE
        if words:
            report.add([Breach(Layer.TREE, verdict, "", 0, 0, words)])
