"""Judging the proof of one entry, from its bytes up to the signed tree head."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from checkpoint.clock import rfc3339
from checkpoint.domain.entry import Entry
from checkpoint.entrylog.canonical import decode_entry
from checkpoint.entrylog.chain import genesis, link
from checkpoint.entrylog.commitment import commit, decode_personal
from checkpoint.entrylog.proof_file import Proof, read_proof
from checkpoint.entrylog.report import Breach, ChainReport, Layer, Report, Verdict
from checkpoint.entrylog.tree import extends, proven_root
from checkpoint.entrylog.tree_head import SERVER, Leaf, TreeHead
from checkpoint.errors import EntryError
from checkpoint.keys import Keyring, Purpose
from checkpoint.keys.keyring import TrustedKey
from checkpoint.keys.note import read_verifier_key

_Flaw = tuple[Layer, str]
_EVER = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)


def audit_proof(content: bytes, trust: Keyring | None, kept: Iterable[str]) -> Report:
    """Verify the file of one entry, by the key it names and by those that are trusted.

    `kept` are signed notes held elsewhere; tree heads among them are compared.
    """
    report = Report()
    proof = read_proof(content)
    if isinstance(proof, str):
        report.add([Breach(Layer.EXPORT, Verdict.TAMPERED, "", 0, 0, proof)])
        return report
    leaf, head = Leaf.read(proof.leaf), TreeHead.read(proof.inclusion.head)
    place = (leaf.kiosk_id, leaf.epoch, leaf.line.seq) if leaf else ("", 0, 0)
    flaws = [*_entry(proof, leaf), *_tree(proof, leaf, head), *_signature(proof, head)]
    report.add(Breach(layer, Verdict.TAMPERED, *place, words) for layer, words in flaws)
    if head:
        report.add(_trusted(proof.inclusion.head, trust))
        report.add(_held(kept, head, proof))
    if leaf and head:
        report.chains.append(ChainReport(*place[:2], 1, place[2], leaf.line.hash))
        if not report.count:
            report.notes.extend(_told(proof, leaf, head))
    return report


def _entry(proof: Proof, leaf: Leaf | None) -> Iterator[_Flaw]:
    """From the bytes of the entry to its leaf."""
    if leaf is None:
        yield Layer.TREE, "the leaf is not in its form"
        return
    if link(proof.previous, proof.body) != leaf.line.hash:
        yield Layer.CHAIN, "the hash in the leaf does not follow from the entry's bytes"
    try:
        entry = decode_entry(proof.body)
    except EntryError as fault:
        yield Layer.BODY, f"the bytes are no entry: {fault.message}"
        return
    if (entry.kiosk_id, entry.epoch, entry.seq) != (leaf.kiosk_id, leaf.epoch, leaf.line.seq):
        yield Layer.BODY, "the bytes name another place than the leaf"
    elif entry.seq == 1 and proof.previous != genesis(entry.kiosk_id, entry.epoch):
        yield Layer.CHAIN, "the first entry does not follow from its chain's beginning"
    if proof.person and not _is_person(proof.person, entry):
        yield Layer.COMMITMENT, "the person is not the one that the entry was made for"


def _is_person(person: tuple[bytes, bytes], entry: Entry) -> bool:
    try:
        decode_personal(person[0])
    except EntryError:
        return False
    return commit(*person) == entry.commitment


def _tree(proof: Proof, leaf: Leaf | None, head: TreeHead | None) -> Iterator[_Flaw]:
    """From the leaf to the root of the tree head, and from an earlier head to this one."""
    if head is None:
        yield Layer.TREE, "the tree head is not in its form"
        return
    place = proof.inclusion.index, head.size
    if leaf and proven_root(leaf.hash(), place, proof.inclusion.path) != head.root:
        yield Layer.TREE, "the leaf is not in the tree whose head was signed"
    before = proof.since
    if before and not extends((before.size, before.root), (head.size, head.root), before.path):
        yield Layer.TREE, "the tree does not go on from the earlier head"


def _signature(proof: Proof, head: TreeHead | None) -> Iterator[_Flaw]:
    """The file's own key: that it signed shows damage, not who made the file."""
    named = read_verifier_key(proof.key)
    if named is None:
        yield Layer.SIGNATURE, "the key in the file is not in its form"
    elif head and not TreeHead.open(proof.inclusion.head, _ring(named[1])):
        yield Layer.SIGNATURE, "the tree head is not signed by the key in the file"
    elif head and named[0] != head.origin:
        yield Layer.SIGNATURE, "the tree head is signed under another name than its log's"


def _ring(public: bytes) -> Keyring:
    purposes = frozenset({Purpose.RECEIPT})
    return Keyring([TrustedKey("", SERVER, purposes, public, *_EVER)])


def _trusted(note: str, trust: Keyring | None) -> Iterator[Breach]:
    if trust is None or TreeHead.open(note, trust):
        return
    if trust.owned(SERVER, Purpose.RECEIPT):
        words, verdict = "the tree head is not signed by a trusted server key", Verdict.TAMPERED
    else:
        words, verdict = "the trusted keys hold none of the server", Verdict.INCOMPLETE
    yield Breach(Layer.SIGNATURE, verdict, "", 0, 0, words)


def _held(kept: Iterable[str], head: TreeHead, proof: Proof) -> Iterator[Breach]:
    """What tree heads that were kept elsewhere say of the file's; other notes say nothing of it."""
    notes = list(kept)
    trees = [old for note in notes if (old := TreeHead.read(note))]
    if notes and not trees:
        words = "what was kept is no tree head: one entry can't be held to it"
        yield Breach(Layer.HELD_HEAD, Verdict.INCOMPLETE, "", 0, 0, words)
    for old in trees:
        verdict, words = _compared(old, head, proof)
        if words:
            yield Breach(Layer.HELD_HEAD, verdict, "", 0, 0, words)


def _compared(old: TreeHead, head: TreeHead, proof: Proof) -> tuple[Verdict, str]:
    """Whether the file's tree is, or goes on from, that of a kept head; no words where it does."""
    if old.origin != head.origin:
        return Verdict.INCOMPLETE, f"the kept head is of another log: {old.origin}"
    roots = {head.size: head.root}
    if proof.since:
        roots.setdefault(proof.since.size, proof.since.root)
    if old.size not in roots:
        return Verdict.INCOMPLETE, (
            f"nothing leads from the kept head ({old.size} lines) to this one ({head.size}):"
            " ask for the file with --head"
        )
    if old.root != roots[old.size]:
        words = "the kept head shows other receipts than this tree head: two histories"
        return Verdict.TAMPERED, words
    return Verdict.INTACT, ""


def _told(proof: Proof, leaf: Leaf, head: TreeHead) -> Iterator[str]:
    """What the file proves, where nothing is wrong with it."""
    entry = decode_entry(proof.body)
    said = " ".join(filter(None, (entry.kind, entry.direction, entry.outcome)))
    reasons = ", ".join(entry.reasons)
    yield f"the entry: {said} at {rfc3339(entry.at)}, gate {entry.gate_id or '-'}: {reasons or '-'}"
    yield f"the server had it, {leaf.line.standing}, at {rfc3339(leaf.at)}"
    yield f"it is leaf {proof.inclusion.index} of {head.size} of {head.origin}"
    if proof.person:
        person = decode_personal(proof.person[0])
        known = (person.name, person.id_tail, person.plate)
        yield f"the person: {' '.join(filter(None, known)) or '-'}"
    else:
        yield "the file holds no person"
