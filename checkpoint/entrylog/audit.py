"""Verifying the log: recompute every chain from its bytes and hold the signed heads to it.

For each chain, in order of seq: 1. the place follows the one before; 2. the stored hash is the
hash of the previous hash and the body; 3. the body is a canonical entry that names its own
place; 4. the personal side, where it can be read, opens the commitment. Then, for each head:
5. it is signed by the kiosk it names; 6. the chain has that hash at that place. And of what was
erased: 7. a person is gone where an erasure says so, and nowhere else; 8. erasures follow each
other and are signed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from checkpoint.entrylog.canonical import decode_entry
from checkpoint.entrylog.chain import Link, genesis, link
from checkpoint.entrylog.commitment import commit
from checkpoint.entrylog.erasure import Erasures
from checkpoint.entrylog.head import Head, open_head
from checkpoint.entrylog.receipt import Receipt, Standing
from checkpoint.entrylog.report import Breach, ChainReport, Layer, Report, Verdict
from checkpoint.errors import EntryError, KeyFault
from checkpoint.keys import Keyring, Purpose

HEAD_EVERY = 64
"""A kiosk signs a head at least every so many entries."""


PersonalReader = Callable[[Link], bytes | None]
"""The plain personal record beside an entry; None where it can't be read here."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A log to audit. `links` comes sorted by kiosk, epoch, seq; `heads` are signed notes.

    `receipts` are those of the server, verified. `gaps_expected` is true for a server, which
    may not have been sent everything yet; `pruned` for a kiosk, whose journal may begin after
    a signed head.
    `erasures` are the notes of all erasures in order, None where the source keeps none.
    `passing` gives the breaches that the source met since it was last asked, while it read on;
    `breaches` those that it finds by itself at the end.
    """

    links: Iterable[Link]
    heads: Iterable[str]
    keyring: Keyring
    personal: PersonalReader
    erasures: Iterable[str] | None = None
    passing: Callable[[], Iterable[Breach]] = tuple
    breaches: Callable[[], Iterable[Breach]] = tuple
    receipts: Iterable[Receipt] = ()
    gaps_expected: bool = False
    pruned: bool = False


def audit(
    evidence: Evidence, kept_heads: Iterable[str] = (), tick: Callable[[], None] = lambda: None
) -> Report:
    """Recompute everything.

    `kept_heads` are heads that were held elsewhere; `tick` is called once an entry. Memory
    grows with the number of heads, not of entries.
    """
    report = Report()
    heads = _open_heads((*evidence.heads, *kept_heads), evidence.keyring, report)
    held = _held(evidence.receipts)
    erased = _erasures(evidence, report)
    for entry in evidence.links:
        report.breaches.extend(evidence.passing())
        chain = _chain_of(report, entry)
        if evidence.pruned and not chain.entries:
            _begin_after(heads.get((entry.kiosk_id, entry.epoch, entry.seq - 1), []), chain, report)
            _check_pruned(chain, held, report)
        _check(entry, chain, evidence, report)
        report.breaches.extend(_check_erased(entry, erased))
        claims = heads.get((entry.kiosk_id, entry.epoch, entry.seq), [])
        if any(claimed.hash != entry.hash for claimed in claims):
            words = "a signed head has another hash for this entry"
            report.breaches.append(_breach(Layer.HEAD, entry, words))
        if claims:
            chain.signed_through = entry.seq
        receipted = held.get((entry.kiosk_id, entry.epoch), {}).get(entry.seq, entry.hash)
        if receipted != entry.hash:
            words = "the server's receipt has another hash for this entry"
            report.breaches.append(_breach(Layer.RECEIPT, entry, words))
        tick()
    report.breaches.extend([*evidence.passing(), *evidence.breaches()])
    _check_tails(heads, report)
    _check_receipted(held, report)
    if not report.entries:
        words = "the log holds no entries"
        report.breaches.append(Breach(Layer.STORAGE, Verdict.INCOMPLETE, "", 0, 0, words))
    return report


def _breach(layer: Layer, at: Link, words: str, verdict: Verdict = Verdict.TAMPERED) -> Breach:
    return Breach(layer, verdict, at.kiosk_id, at.epoch, at.seq, words)


def _open_heads(
    notes: Iterable[str], keyring: Keyring, report: Report
) -> dict[tuple[str, int, int], list[Head]]:
    heads: dict[tuple[str, int, int], list[Head]] = {}
    unjudged: set[str] = set()
    for note in notes:
        head = open_head(note, keyring)
        _, kiosk_id, *place = [*note.split("\n")[:4], "", ""]
        if head is not None:
            heads.setdefault((head.kiosk_id, head.epoch, head.seq), []).append(head)
        elif keyring.owned(kiosk_id, Purpose.HEAD):  # 5
            words = f"a head is not signed by its kiosk's key: {' '.join(place)}"
            report.breaches.append(Breach(Layer.HEAD, Verdict.TAMPERED, kiosk_id, 0, 0, words))
        else:
            unjudged.add(kiosk_id[:64])
    for kiosk_id in sorted(unjudged):
        words = "the trusted keys hold none of this kiosk, so its heads can't be judged"
        report.breaches.append(Breach(Layer.HEAD, Verdict.INCOMPLETE, kiosk_id, 0, 0, words))
    return heads


def _chain_of(report: Report, entry: Link) -> ChainReport:
    chain = report.chains[-1] if report.chains else None
    if chain is None or (chain.kiosk_id, chain.epoch) != (entry.kiosk_id, entry.epoch):
        chain = ChainReport(entry.kiosk_id, entry.epoch)
        chain.last_hash = genesis(entry.kiosk_id, max(entry.epoch, 0))
        report.chains.append(chain)
    return chain


def _begin_after(heads: list[Head], chain: ChainReport, report: Report) -> None:
    for head in heads:
        chain.last_seq, chain.last_hash = head.seq, head.hash
        words = f"begins after seq {head.seq}; a signed head stands for what was pruned"
        report.notes.append(f"{chain.kiosk_id} epoch {chain.epoch}: {words}")


def _held(receipts: Iterable[Receipt]) -> dict[tuple[str, int], dict[int, bytes]]:
    """By chain and seq, the hash of each entry that the server took into its log."""
    held: dict[tuple[str, int], dict[int, bytes]] = {}
    for receipt in receipts:
        lines = held.setdefault((receipt.kiosk_id, receipt.epoch), {})
        taken = (x for x in receipt.lines if x.standing is not Standing.QUARANTINED)
        lines.update((line.seq, line.hash) for line in taken)
    return held


def _check_pruned(
    chain: ChainReport, held: dict[tuple[str, int], dict[int, bytes]], report: Report
) -> None:
    lines = held.get((chain.kiosk_id, chain.epoch), {})
    gone = next((seq for seq in range(1, chain.last_seq + 1) if seq not in lines), None)
    if gone is not None:
        words = f"entries up to {chain.last_seq} are gone, and no receipt says who holds this one"
        place = (chain.kiosk_id, chain.epoch, gone)
        report.breaches.append(Breach(Layer.RECEIPT, Verdict.INCOMPLETE, *place, words))


def _check_receipted(held: dict[tuple[str, int], dict[int, bytes]], report: Report) -> None:
    last = {(chain.kiosk_id, chain.epoch): chain.last_seq for chain in report.chains}
    for (kiosk_id, epoch), lines in held.items():
        end = last.get((kiosk_id, epoch), 0)
        if lines and max(lines) > end:
            words = f"the server gave a receipt for seq {max(lines)}, the log ends at {end}"
            place = (kiosk_id, epoch, end + 1)
            report.breaches.append(Breach(Layer.RECEIPT, Verdict.INCOMPLETE, *place, words))


def _check(entry: Link, chain: ChainReport, evidence: Evidence, report: Report) -> None:
    expected = replace(entry, seq=chain.last_seq + 1)
    if entry.seq != expected.seq and _names_itself(expected):  # 1
        words = f"it stands as seq {entry.seq}, its bytes say {expected.seq}"
        report.breaches.append(_breach(Layer.BODY, expected, words))
        entry = expected
    if entry.seq != expected.seq:
        verdict = Verdict.INCOMPLETE if evidence.gaps_expected else Verdict.TAMPERED
        words = f"after seq {chain.last_seq} comes {entry.seq}"
        report.breaches.append(_breach(Layer.CHAIN, entry, words, verdict))
    elif link(chain.last_hash, entry.body) != entry.hash:  # 2
        words = "its hash is not that of its bytes after the entry before it"
        report.breaches.append(_breach(Layer.CHAIN, entry, words))
    report.breaches.extend(_check_body(entry, chain, evidence.personal))
    chain.entries += 1
    chain.last_seq, chain.last_hash = entry.seq, entry.hash


def _names_itself(entry: Link) -> bool:
    try:
        told = decode_entry(entry.body)
    except EntryError:
        return False
    return (told.kiosk_id, told.epoch, told.seq) == (entry.kiosk_id, entry.epoch, entry.seq)


def _check_body(entry: Link, chain: ChainReport, personal: PersonalReader) -> Iterator[Breach]:
    try:  # 3
        told = decode_entry(entry.body)
    except EntryError as fault:
        yield _breach(Layer.BODY, entry, f"its bytes can't be read: {fault.message}")
        return
    if (told.kiosk_id, told.epoch, told.seq) != (entry.kiosk_id, entry.epoch, entry.seq):
        yield _breach(Layer.BODY, entry, f"its bytes say {told.kiosk_id}/{told.epoch}/{told.seq}")
    if not entry.personal:  # 4
        chain.erased += bool(told.commitment)
        return
    try:
        plain = personal(entry)
    except KeyFault as fault:
        yield _breach(Layer.COMMITMENT, entry, f"the personal record was changed: {fault.message}")
        return
    if plain is not None and commit(plain, entry.salt) != told.commitment:
        yield _breach(Layer.COMMITMENT, entry, "the personal record or its salt was changed")


def _erasures(evidence: Evidence, report: Report) -> Erasures | None:
    """What was erased by somebody's word; without a server's key by the notes' own order."""
    if evidence.erasures is None:
        return None
    judged = evidence.pruned or any(Purpose.RECEIPT in k.purposes for k in evidence.keyring.keys)
    notes = list(evidence.erasures)
    erased = Erasures(notes, evidence.keyring if judged else None)
    for words in erased.faults:  # 8
        report.breaches.append(Breach(Layer.ERASURE, Verdict.TAMPERED, "", 0, 0, words))
    if notes and not judged:
        report.notes.append("no key of the server is trusted here: erasures are not judged")
    return erased


def _check_erased(entry: Link, erased: Erasures | None) -> Iterator[Breach]:
    """7: a person is gone if, and only if, an erasure says so."""
    if erased is None:
        return
    named = erased.cover((entry.kiosk_id, entry.epoch, entry.seq))
    if named and entry.personal:
        yield _breach(Layer.ERASURE, entry, "it was erased, and a person was put back")
    elif not named and not entry.personal and _is_committed(entry):
        yield _breach(Layer.ERASURE, entry, "its person is gone, and no erasure says so")


def _is_committed(entry: Link) -> bool:
    try:
        return bool(decode_entry(entry.body).commitment)
    except EntryError:
        return False


def _check_tails(heads: dict[tuple[str, int, int], list[Head]], report: Report) -> None:
    reached = {(chain.kiosk_id, chain.epoch): chain for chain in report.chains}
    beyond: dict[tuple[str, int], int] = {}
    for kiosk_id, epoch, seq in heads:
        chain = reached.get((kiosk_id, epoch))
        if chain is None or seq > chain.last_seq:  # 6
            beyond[kiosk_id, epoch] = max(seq, beyond.get((kiosk_id, epoch), 0))
    for (kiosk_id, epoch), seq in beyond.items():
        chain = reached.get((kiosk_id, epoch))
        last = chain.last_seq if chain else 0
        words = f"a head was signed at seq {seq}, the log ends at {last}"
        report.breaches.append(
            Breach(Layer.HEAD, Verdict.INCOMPLETE, kiosk_id, epoch, last + 1, words)
        )
    for chain in report.chains:
        unsigned = chain.last_seq - chain.signed_through
        place = (chain.kiosk_id, chain.epoch, chain.signed_through + 1)
        words = f"the last {unsigned} entries are under no signed head"
        if unsigned > HEAD_EVERY and (chain.kiosk_id, chain.epoch) not in beyond:
            report.breaches.append(Breach(Layer.HEAD, Verdict.INCOMPLETE, *place, words))
        elif unsigned:
            report.notes.append(
                f"{chain.kiosk_id} epoch {chain.epoch}: {words}; the chain alone holds them"
            )
