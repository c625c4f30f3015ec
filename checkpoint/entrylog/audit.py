"""Verifying the log: recompute every chain from its bytes and hold the signed notes to it.

For each chain, in order of seq: 1. the place follows the one before, and no receipt tells of an
entry between; 2. the stored hash is the hash of the previous hash and the body; 3. the body is a
canonical entry that names its own place; 4. the personal side, where it can be read, opens the
commitment; 5. heads signed by the kiosk and receipts signed by the server have this hash; 6. the
columns beside it say what the bytes and the receipts say; 7. a person is gone where an erasure says
so, and nowhere else. At the end: 8. no head, and no receipt, tells of more; 9. no two heads of one
place differ. Before it: 10. erasures follow each other and are signed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from checkpoint.domain.entry import Entry
from checkpoint.entrylog.canonical import decode_entry
from checkpoint.entrylog.chain import Link, genesis, link
from checkpoint.entrylog.claims import Claims, Said
from checkpoint.entrylog.commitment import commit
from checkpoint.entrylog.erasure import Erasures
from checkpoint.entrylog.evidence import Evidence, PersonalReader
from checkpoint.entrylog.notes_read import read_notes
from checkpoint.entrylog.receipt import Standing
from checkpoint.entrylog.report import Breach, ChainReport, Layer, Report, Verdict
from checkpoint.entrylog.tree_notes import check_trees
from checkpoint.errors import EntryError, KeyFault
from checkpoint.keys import Purpose

__all__ = ["HEAD_EVERY", "Evidence", "PersonalReader", "audit"]

HEAD_EVERY = 64
"""A kiosk signs a head at least every so many entries."""
_END = 1 << 62


def audit(
    evidence: Evidence, kept_heads: Iterable[str] = (), tick: Callable[[], None] = lambda: None
) -> Report:
    """Recompute everything.

    `kept_heads` are heads of chains and of the receipt log, and receipts, that were held
    elsewhere; `tick` is called once an entry. Memory does not grow with the log.
    """
    report, kept = Report(), list(kept_heads)
    erased = _erasures(evidence, report)
    with Claims() as claims:
        read_notes(claims, evidence.heads, evidence.keyring, report, kept=False)
        read_notes(claims, kept, evidence.keyring, report, kept=True)
        claims.receipts(evidence.receipts)
        claims.ready()
        for entry in evidence.links:
            report.add(evidence.passing())
            _walk(entry, _chain_of(report, entry), (evidence, claims, report))
            report.add(_check_erased(entry, erased))
            tick()
        report.add(evidence.passing())
        report.add(evidence.breaches(claims))
        report.add(_beyond(claims, report, evidence))  # 8
        report.add(_two_histories(claims))  # 9
    check_trees(kept, evidence, report)
    _tell_tails(report)
    report.notes.extend(evidence.notes())
    if not report.entries:
        words = "the log holds no entries"
        report.add([Breach(Layer.STORAGE, Verdict.INCOMPLETE, "", 0, 0, words)])
    return report


def _breach(layer: Layer, at: Link, words: str, verdict: Verdict = Verdict.TAMPERED) -> Breach:
    return Breach(layer, verdict, at.kiosk_id, at.epoch, at.seq, words)


def _chain_of(report: Report, entry: Link) -> ChainReport:
    chain = report.chains[-1] if report.chains else None
    if chain is None or (chain.kiosk_id, chain.epoch) != (entry.kiosk_id, entry.epoch):
        chain = ChainReport(entry.kiosk_id, entry.epoch)
        chain.last_hash = genesis(entry.kiosk_id, min(max(entry.epoch, 0), _END))
        report.chains.append(chain)
    return chain


def _walk(entry: Link, chain: ChainReport, beside: tuple[Evidence, Claims, Report]) -> None:
    evidence, claims, report = beside
    if evidence.pruned and not chain.entries:
        _begin_after(entry, chain, claims, report)
    elif evidence.begins and not chain.entries:
        chain.last_seq, chain.last_hash = evidence.begins
    told, misread = _told(entry)
    if entry.seq != chain.last_seq + 1 and told:  # 1
        expected = replace(entry, seq=chain.last_seq + 1)
        if _place(told) == _at(expected):
            words = f"it stands as seq {entry.seq}, its bytes say {expected.seq}"
            report.add([_breach(Layer.BODY, expected, words)])
            entry = expected
    report.add(_follows(entry, chain, evidence, claims))
    if told is None:  # 3
        report.add([_breach(Layer.BODY, entry, f"its bytes can't be read: {misread}")])
    else:
        report.add(_check_told(entry, told, chain, evidence.personal))
    said = claims.at(entry)
    report.add(_check_said(entry, chain, said, evidence))  # 5
    if told is not None:
        report.add(evidence.beside(entry, told, said))  # 6
    chain.entries += 1
    chain.last_seq, chain.last_hash = entry.seq, entry.hash


def _told(entry: Link) -> tuple[Entry | None, str]:
    try:
        return decode_entry(entry.body), ""
    except EntryError as fault:
        return None, fault.message


def _place(told: Entry) -> tuple[str, int, int]:
    return told.kiosk_id, told.epoch, told.seq


def _at(entry: Link) -> tuple[str, int, int]:
    return entry.kiosk_id, entry.epoch, entry.seq


def _begin_after(entry: Link, chain: ChainReport, claims: Claims, report: Report) -> None:
    before = replace(entry, seq=entry.seq - 1)
    for digest, _ in claims.at(before).heads:
        chain.last_seq, chain.last_hash = before.seq, digest
        words = f"begins after seq {before.seq}; a signed head stands for what was pruned"
        report.notes.append(f"{chain.kiosk_id} epoch {chain.epoch}: {words}")
        gone = claims.not_taken((chain.kiosk_id, chain.epoch), before.seq)
        if gone is not None:
            words = f"entries up to {before.seq} are gone, and no receipt says who holds this one"
            at = replace(entry, seq=gone)
            report.add([_breach(Layer.RECEIPT, at, words, Verdict.INCOMPLETE)])


def _follows(
    entry: Link, chain: ChainReport, evidence: Evidence, claims: Claims
) -> Iterator[Breach]:
    if entry.seq != chain.last_seq + 1:
        place = (entry.kiosk_id, entry.epoch)
        gone = claims.taken_between(place, chain.last_seq, entry.seq)
        verdict = Verdict.INCOMPLETE if evidence.gaps_expected else Verdict.TAMPERED
        words = f"after seq {chain.last_seq} comes {entry.seq}"
        if gone is not None:
            at = replace(entry, seq=gone)
            yield _breach(Layer.RECEIPT, at, "the server gave a receipt for it, and it is gone")
        yield _breach(Layer.CHAIN, entry, words, verdict)
    elif link(chain.last_hash, entry.body) != entry.hash:  # 2
        words = "its hash is not that of its bytes after the entry before it"
        yield _breach(Layer.CHAIN, entry, words)


def _check_told(
    entry: Link, told: Entry, chain: ChainReport, personal: PersonalReader
) -> Iterator[Breach]:
    if _place(told) != _at(entry):
        yield _breach(Layer.BODY, entry, f"its bytes say {told.kiosk_id}/{told.epoch}/{told.seq}")
    if not entry.personal:  # 4
        chain.erased += bool(told.commitment)
        if entry.salt:
            yield _breach(Layer.COMMITMENT, entry, "a salt without a person stands beside it")
        return
    try:
        plain = personal(entry)
    except KeyFault as fault:
        yield _breach(Layer.COMMITMENT, entry, f"the personal record was changed: {fault.message}")
        return
    if plain is not None and commit(plain, entry.salt) != told.commitment:
        yield _breach(Layer.COMMITMENT, entry, "the personal record or its salt was changed")


def _check_said(
    entry: Link, chain: ChainReport, said: Said, evidence: Evidence
) -> Iterator[Breach]:
    for digest, kept in said.heads:
        if digest != entry.hash:
            layer = Layer.HELD_HEAD if kept else Layer.HEAD
            yield _breach(layer, entry, "a signed head has another hash for this entry")
    if said.heads:
        chain.signed_through = entry.seq
    taken = [told.line for told in said.lines if told.line.standing is not Standing.QUARANTINED]
    if any(line.hash != entry.hash for line in taken):
        words = "the server's receipt has another hash for this entry"
        yield _breach(Layer.RECEIPT, entry, words)
    elif evidence.receipted and not taken:
        yield _breach(Layer.RECEIPT, entry, "no receipt says that the server took this entry")


def _erasures(evidence: Evidence, report: Report) -> Erasures | None:
    """What was erased by somebody's word; without a server's key by the notes' own order."""
    if evidence.erasures is None:
        return None
    judged = evidence.pruned or any(Purpose.RECEIPT in k.purposes for k in evidence.keyring.keys)
    notes = list(evidence.erasures)
    erased = Erasures(notes, evidence.keyring if judged else None)
    faults = [Breach(Layer.ERASURE, Verdict.TAMPERED, "", 0, 0, words) for words in erased.faults]
    report.add(faults)  # 10
    if notes and not judged:
        report.notes.append("no key of the server is trusted here: erasures are not judged")
    return erased


def _check_erased(entry: Link, erased: Erasures | None) -> Iterator[Breach]:
    """7: a person is gone if, and only if, an erasure says so."""
    if erased is None:
        return
    named = erased.cover(_at(entry))
    if named and entry.personal:
        yield _breach(Layer.ERASURE, entry, "it was erased, and a person was put back")
    elif not named and not entry.personal:
        told, _ = _told(entry)
        if told and told.commitment:
            yield _breach(Layer.ERASURE, entry, "its person is gone, and no erasure says so")


_YOUNGER = "younger than the export"
_APART = ": the log holds nothing of this gate, which may belong elsewhere"


def _beyond(claims: Claims, report: Report, evidence: Evidence) -> Iterator[Breach]:
    ends = {(chain.kiosk_id, chain.epoch): chain.last_seq for chain in report.chains}
    here, signed_at = {kiosk_id for kiosk_id, _epoch in ends}, evidence.signed_at()
    for kiosk_id, epoch, seq, kept, later in claims.last_heads(signed_at):
        end = ends.get((kiosk_id, epoch), 0)
        if seq > end:
            apart = bool(here) and kiosk_id not in here and evidence.part()
            layer = Layer.HELD_HEAD if kept else Layer.HEAD
            surely = kept and not later and not apart
            verdict = Verdict.TAMPERED if surely else Verdict.INCOMPLETE
            words = f"a head was signed at seq {seq}, the log ends at {end}"
            words += f": this head is {_YOUNGER}" if later else _APART if apart else ""
            yield Breach(layer, verdict, kiosk_id, epoch, end + 1, words)
    for kiosk_id, epoch, seq, later in claims.last_taken(signed_at):
        end = ends.get((kiosk_id, epoch), 0)
        if seq > end:
            verdict = Verdict.INCOMPLETE if later else Verdict.TAMPERED
            words = f"the server gave a receipt for seq {seq}, the log ends at {end}"
            words += f": this receipt is {_YOUNGER}" if later else ""
            yield Breach(Layer.RECEIPT, verdict, kiosk_id, epoch, end + 1, words)


def _two_histories(claims: Claims) -> Iterator[Breach]:
    for kiosk_id, epoch, seq in claims.histories():
        words = "the kiosk signed two different hashes for this place: two histories"
        yield Breach(Layer.HELD_HEAD, Verdict.TAMPERED, kiosk_id, epoch, seq, words)


def _tell_tails(report: Report) -> None:
    """What no head covers: a note while it is short, for then the kiosk had no need to sign."""
    cut = {(breach.kiosk_id, breach.epoch) for breach in report.breaches if _is_tail(breach)}
    for chain in report.chains:
        unsigned = chain.last_seq - chain.signed_through
        place = (chain.kiosk_id, chain.epoch, chain.signed_through + 1)
        words = f"the last {unsigned} entries are under no signed head"
        if unsigned > HEAD_EVERY and place[:2] not in cut:
            report.add([Breach(Layer.HEAD, Verdict.INCOMPLETE, *place, words)])
        elif unsigned:
            report.notes.append(
                f"{chain.kiosk_id} epoch {chain.epoch}: {words}; the chain alone holds them"
            )
        if chain.erased:
            words = f"{chain.erased} entries about a person have no personal side any more"
            report.notes.append(f"{chain.kiosk_id} epoch {chain.epoch}: {words}")


def _is_tail(breach: Breach) -> bool:
    return breach.layer in (Layer.HEAD, Layer.HELD_HEAD) and "the log ends at" in breach.words
