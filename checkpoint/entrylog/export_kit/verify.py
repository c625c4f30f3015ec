"""Verifies an export of an entry log. It needs Python 3.11 and the library `cryptography`.

    python verify.py                    the folder that this file lies in
    python verify.py EXPORT.zip         an export as it was handed out

--trust FILE: keys from elsewhere, else the export's own; --head FILE: heads kept elsewhere.
Exit 0 intact, 2 tampered, 3 incomplete, 4 no export.
README.txt says what that proves, and its list of checks has the numbers that stand here.
"""

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
import zipfile
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

INTACT, TAMPERED, INCOMPLETE, NO_EXPORT = 0, 2, 3, 4
WORDS = {
    INTACT: "完好：每一条记录都与写入时一致。\nINTACT: every entry is as it was written.",
    TAMPERED: "被改或损坏：写入之后有内容被更改，或文件已损坏。\n"
    "TAMPERED OR DAMAGED: something was changed after it was written.",
    INCOMPLETE: "不全：未见更改，但缺少一部分或一把公钥。\n"
    "INCOMPLETE: nothing was changed as far as can be judged; a part or a key is missing.",
    NO_EXPORT: "未能核验。\nNothing was judged.",
}
ENTRIES, POLICIES = "entries.jsonl", "policies.json"
LONGEST_LINE, UNSIGNED_TAIL = 1 << 20, 64
PARTS = ("kiosk_id", "epoch", "seq", "hash", "body", "salt", "personal")
PLACE = r"([A-Za-z0-9_.-]{1,64})\nepoch (\d{1,15})\n"
HEAD = re.compile(r"sibao-head/v1\n" + PLACE + r"seq (\d{1,15})\nhash ([0-9a-f]{64})\nat (\d+)\n")
TREE_HEAD = re.compile(
    r"sibao\.receipts/\S+\n\d+\n[A-Za-z0-9+/]{43}=\n\n(— .*\n)+"
)  # tlog-checkpoint
HERE = "此处没有导出文件，请给出它的路径 no export here; give its path"
CUT = "the ZIP can't be read: it was cut short or changed"
KEPT = re.compile(r"(?m)^(?=sibao[-.])")
ELSEWHERE = ": the log holds nothing of this gate, which may belong elsewhere"
APART = "the server's tree head cannot be held to an export"
RECEIPT = re.compile(r"sibao-receipt/v1\n" + PLACE + r"at \d+\n((?:.+\n)*)")
LINE = re.compile(r"(\d{1,15}) ([0-9a-f]{64}) (accepted|flagged|quarantined) [\w-]+", re.ASCII)
ERASURE = re.compile(
    r"sibao-erasure/v1\nnumber (\d+)\nat \d+\nby .+\nground [a-z_]+\n"
    r"previous ([0-9a-f]{64})\nentries (\d+)\n((?:.+\n)*)"
)
SPAN = re.compile(r"([A-Za-z0-9_.-]{1,64}) (\d{1,15}) (\d{1,15})-(\d{1,15})")
VERSION, KIOSK, EPOCH, SEQ, POLICY, ENTERPRISE, COMMITMENT = 0, 2, 3, 4, 7, 9, 23


class Broken(Exception):
    """Something can't be read as what it should be."""


def cbor(blob, at=0):
    """The value that begins at a byte, and where it ends; Broken unless in its one form."""
    first = blob[at : at + 1] or stop("it ends too early")
    kind, short, at = first[0] >> 5, first[0] & 31, at + 1
    size = {24: 1, 25: 2, 26: 4, 27: 8}.get(short, 0)
    number = int.from_bytes(blob[at : at + size], "big") if size else short
    at += size
    if short > 27 or at > len(blob) or (size and number < (24 if size == 1 else 1 << 4 * size)):
        stop("a length that is open, cut, or longer than it must be")
    if kind < 2 and number < 1 << 63:
        return (-1 - number if kind else number), at
    if kind in (2, 3) and at + number <= len(blob):
        part = blob[at : at + number]
        return (part if kind == 2 else part.decode()), at + number
    if kind not in (4, 5):
        stop("a value that an entry never holds")
    items, keys = [], []
    for _ in range(number):
        if kind == 5:  # a map's keys stand in the order of their bytes, none of them twice
            begin = at
            key, at = cbor(blob, at)
            if keys and blob[begin:at] <= keys[-1]:
                stop("keys out of order")
            keys.append(blob[begin:at])
            items.append(key)
        value, at = cbor(blob, at)
        items.append(value)
    return (dict(zip(items[::2], items[1::2], strict=True)) if kind == 5 else items), at


def stop(words):
    raise Broken(words)


def body_of(blob):
    """The fields of an entry by their labels: formats.md, "Entry"."""
    try:
        fields, end = cbor(blob)
        if end != len(blob) or type(fields) is not dict or fields.get(VERSION) != 1:
            stop("no entry of version 1")
        if not set(range(9)) <= fields.keys() <= set(range(25)):
            stop("not the fields of an entry")
    except (ValueError, TypeError, RecursionError) as fault:
        raise Broken(str(fault)) from None
    return fields


def keys_of(document):
    """(owner, purposes, public key, the mark of the key in a note) of each key of a keyring."""
    found = []
    for key in document["keys"]:
        raw, name = base64.b64decode(key["public"], validate=True), str(key["owner"])
        mark = hashlib.sha256(name.encode() + b"\n\x01" + raw).digest()[:4]
        found.append((name, set(key["purposes"]), Ed25519PublicKey.from_public_bytes(raw), mark))
    return found


def owned(keys, purpose, name=None):
    return [key for key in keys if purpose in key[1] and name in (None, key[0])]


def opened(note, purpose, keys):
    """The text of a note and who signed it, by a key that may sign this; else Broken."""
    told, _, tail = note.partition("\n\n")
    line = re.fullmatch(r"— (.*) ([A-Za-z0-9+/]{90}[AEIMQUYcgkosw048]=)\n", tail) or stop("no note")
    blob, told = base64.b64decode(line[2]), told + "\n"
    for name, _, public, mark in owned(keys, purpose, line[1]):
        try:
            if mark == blob[:4]:
                public.verify(blob[4:], told.encode())
                return told, name
        except InvalidSignature:
            continue
    raise Broken("no trusted key signed it")


class Export:
    """The files of an export, in a ZIP or unpacked, and what was found."""

    def __init__(self, path):
        try:
            self.zip = None if path.is_dir() else zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError) as fault:
            cut = path.is_file() and path.read_bytes()[:2] == b"PK"
            raise Broken(CUT) if cut else OSError(f"{HERE}: {path}") from fault
        self.names = sorted(self.zip.namelist() if self.zip else (p.name for p in path.iterdir()))
        if not ({ENTRIES, "README.txt", "verify.py"} if self.zip else {ENTRIES}) & {*self.names}:
            raise OSError(f"{HERE}: {path}")
        self.path, self.found, self.notes, self.signed_at = path, [], [], None
        self.header, self.keys, self.cited, self.kept_heads = {}, [], set(), {}
        self.heads, self.taken, self.aside, self.held_aside = {}, {}, set(), set()
        self.erasures, self.erased, self.remarked = [], {}, set()

    def say(self, verdict, where, words):
        self.found.append((verdict, f"{where}: {words}"))

    def read(self, name):
        """The lines of a file; damage ends it."""
        try:
            with self.zip.open(name) if self.zip else (self.path / name).open("rb") as file:
                while line := file.readline(LONGEST_LINE):
                    yield line
        except Exception:  # noqa: BLE001 - whatever damage makes the libraries say
            self.say(TAMPERED, name, "damaged" if name in self.names else "it is missing")

    def lines(self):
        """(number, line, object, whether the object stands there in its one form)."""
        for number, line in enumerate(self.read(ENTRIES), start=1):
            value, form = {}, {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
            try:
                value = json.loads(line)
                again = json.dumps(value, allow_nan=False, **form).encode() + b"\n"
            except (ValueError, RecursionError):
                again = b""
            yield number, line, value if type(value) is dict else {}, again == line

    def notes_first(self):
        """Checks 1 to 4, and what the signed notes say."""
        digest, sealed = hashlib.sha256(), False
        for number, line, value, whole in self.lines():
            if not whole or sealed:  # 1
                self.say(TAMPERED, f"line {number}", "not as it was written")
            kind = next(iter(value)) if len(value) == 1 else ""
            if number == 1:
                self.begin(value)
            elif kind == "export":
                sealed = True
                self.seal(value[kind], number - 1, digest.hexdigest())
            elif kind in ("head", "receipt", "erasure", "quarantined", "remark"):
                getattr(self, kind)(value[kind])
            elif entry_of(value) is None:
                self.say(TAMPERED, f"line {number}", "no line of an export")
            digest.update(line)
        if not sealed:
            self.say(INCOMPLETE, ENTRIES, "it has no seal at its end: it was cut short")

    def begin(self, header):  # 3, 4
        try:
            version, files, named = header["sibao_export"], header["files"], header["keys"]
            self.keys, self.header = self.keys or keys_of(named), header
            if version not in (2, 3) or (self.zip and self.names != sorted({ENTRIES, *files})):
                gone = ", ".join(sorted({*files} - {*self.names}))
                stop(f"it lacks {gone}" if gone else "its files are not those that were sealed")
            for name, digest in files.items():
                if hashlib.sha256(b"".join(self.read(name))).hexdigest() != digest:
                    self.say(TAMPERED, name, "not as it was when the export was made")
            if self.zip and header.get("zip") == "signed":
                self.around()
        except Broken as fault:
            self.say(TAMPERED, "the ZIP", fault)
        except (KeyError, TypeError, ValueError, AttributeError):
            self.say(TAMPERED, "line 1", "the header is not as it was written")

    def around(self):  # 14
        """The ZIP's comment is a note over the SHA-256 of all bytes before it."""
        comment, digest = self.zip.comment, hashlib.sha256()
        left = self.path.stat().st_size - len(comment)
        with self.path.open("rb") as file:
            while left > 0 and (block := file.read(min(left, LONGEST_LINE))):
                digest.update(block)
                left -= len(block)
        try:
            comment or stop("it was packed anew, or its signed note was removed")
            told, _ = opened(comment.decode(errors="replace"), "export", self.keys)
            if not told.startswith(f"sibao-export-zip/v1\nsha256 {digest.hexdigest()}\nat "):
                stop("a byte around the files was changed")
        except Broken as fault:
            self.say(TAMPERED if owned(self.keys, "export") else INCOMPLETE, "the ZIP", fault)

    def seal(self, note, lines, digest):  # 2
        try:
            told, _ = opened(str(note), "export", self.keys)
            if not told.startswith(f"sibao-export/v1\nlines {lines}\nsha256 {digest}\nat "):
                stop("it is over other bytes than these")
            self.signed_at = self.header.get("made_at")
        except Broken as fault:
            self.say(TAMPERED if owned(self.keys, "export") else INCOMPLETE, "the seal", fault)

    def head(self, note, kept=False):  # 8
        try:
            told, signer = opened(str(note), "head", self.keys)
            form = HEAD.fullmatch(told)
            if not form or form[1] != signer:
                stop("it is no head of its signer")
            place = (form[1], int(form[2]), int(form[3]))
            self.heads.setdefault(place, set()).add(form[4])
            if kept:  # its time; the earliest, should there be several
                self.kept_heads[place] = min(int(form[5]), self.kept_heads.get(place, 1 << 62))
        except Broken as fault:
            kiosk = [*str(note).split("\n"), ""][1][:64]
            known = owned(self.keys, "head", kiosk)
            self.say(TAMPERED if known else INCOMPLETE, f"a head of {kiosk}", fault)

    def receipt(self, note):  # 9, 10
        try:
            told = self.servers(str(note))
            form = RECEIPT.fullmatch(told) or stop("it is no receipt")
            for row in form[3].splitlines():
                seq, digest, standing = (LINE.fullmatch(row) or stop("a line is none")).groups()
                if standing == "quarantined":
                    self.aside.add((form[1], int(form[2]), int(seq), digest))
                else:
                    chain = self.taken.setdefault((form[1], int(form[2])), {})
                    chain.setdefault(int(seq), set()).add(digest)
        except Broken as fault:
            self.say(TAMPERED, "a receipt", fault)

    def servers(self, note):
        """What the server signed; not judged where none of its keys is known."""
        known = owned(self.keys, "receipt")
        return opened(note, "receipt", self.keys)[0] if known else note.split("\n\n")[0] + "\n"

    def erasure(self, note):  # 11
        number, before = len(self.erasures) + 1, (self.erasures or [bytes(32).hex()])[-1]
        self.erasures.append(hashlib.sha256(str(note).encode()).hexdigest())
        try:
            form = ERASURE.fullmatch(self.servers(str(note))) or stop("it is no erasure")
            spans = [SPAN.fullmatch(row) or stop("a line is none") for row in form[4].splitlines()]
            if (int(form[1]), form[2]) != (number, before):
                stop("it does not follow the one before it")
            runs = [range(int(span[3]), int(span[4]) + 1) for span in spans]
            if not all(runs) or sum(map(len, runs)) != int(form[3]):
                stop("it counts other entries than it names")
            for span, run in zip(spans, runs, strict=True):
                self.erased.setdefault((span[1], int(span[2])), []).append(run)
        except Broken as fault:
            self.say(TAMPERED, f"erasure {number}", fault)

    def quarantined(self, value):  # 10
        if self.has("kiosk_id epoch seq hash body why received_at", value):
            self.held_aside.add(tuple(value[part] for part in PARTS[:4]))

    def remark(self, value):  # 13
        if self.has("number at account_id role name kind entry words", value):
            self.remarked.add(str(value["entry"]))

    def has(self, parts, value):
        whole = type(value) is dict and set(value) == set(parts.split())
        return whole or self.say(TAMPERED, ENTRIES, f"a line has other parts than {parts}")

    def entries(self):
        """Checks 5 to 11, entry by entry; the answer is where each chain ends."""
        ends, signed, count = {}, {}, 0
        for _, _, value, _ in self.lines():
            entry = entry_of(value)
            if entry is None:
                continue
            *place, digest, body, salt, person = entry
            chain, seq, count = tuple(place[:2]), place[2], count + 1
            where = f"{chain[0]} epoch {chain[1]} seq {seq}"
            if chain not in ends:
                start = chain[0].encode() + b"\0" + chain[1].to_bytes(8, "big")
                ends[chain] = (0, hashlib.sha256(b"sibao/genesis/v1\0" + start).digest())
            elif chain != next(reversed(ends)):
                self.say(TAMPERED, where, "another chain stands between this one's entries")
            last, before = ends[chain]
            taken = self.taken.get(chain, {})
            if seq <= last:  # 5
                self.say(TAMPERED, where, f"it stands after {last}")
            elif seq > last + 1:
                gone = any(last < n < seq for n in taken)
                self.say(TAMPERED if gone else INCOMPLETE, where, f"after {last} comes {seq}")
            elif hashlib.sha256(b"sibao/entry/v1\0" + before + body).digest() != digest:
                self.say(TAMPERED, where, "its hash is not that of its bytes after the one before")
            self.remarked.discard(f"{chain[0]} {chain[1]} {seq} {digest.hex()}")  # 13
            self.one(where, (chain, seq, digest), (body, salt, person), taken)
            if tuple(place) in self.heads:
                signed[chain] = seq
            ends[chain] = (seq, digest)
        for chain, (last, _) in ends.items():
            tail = last - signed.get(chain, 0)
            if tail > UNSIGNED_TAIL:
                self.say(INCOMPLETE, chain[0], f"the last {tail} entries are under no signed head")
            elif tail:
                self.notes.append(f"{chain[0]}: the last {tail} are under no head, only linked")
        return {chain: last for chain, (last, _) in ends.items()}, count

    def one(self, where, at, parts, taken):
        (chain, seq, digest), (body, salt, person) = at, parts
        commitment = b""
        try:  # 6
            told = body_of(body)
            commitment = told.get(COMMITMENT, b"")
            self.cited.add((told.get(ENTERPRISE, ""), told[POLICY]))
            if (told[KIOSK], told[EPOCH], told[SEQ]) != (*chain, seq):
                self.say(TAMPERED, where, "its bytes name another place")
            mac = hmac.new(salt, b"sibao/personal/v1\0" + person, hashlib.sha256).digest()
            if (person and mac != commitment) or (salt and not person):  # 7
                self.say(TAMPERED, where, "the person beside it is not the one it was made for")
        except Broken as fault:
            self.say(TAMPERED, where, f"its bytes can't be read: {fault}")
        if self.heads.get((*chain, seq), {digest.hex()}) != {digest.hex()}:  # 8
            self.say(TAMPERED, where, "a signed head has another hash for it")
        if taken.get(seq) != {digest.hex()}:  # 9
            self.say(TAMPERED, where, "no receipt has just this hash for it")
        erased = any(seq in run for run in self.erased.get(chain, ()))  # 11
        if erased == bool(person) and (erased or commitment):
            words = "its person was put back" if erased else "its person is gone without an erasure"
            self.say(TAMPERED, where, words)

    def at_the_end(self, ends):
        for place in self.heads:  # 8
            if place[2] > ends.get(place[:2], 0):
                words, at = f"a head was signed at {place[2]}, beyond the end", self.signed_at
                later = type(at) is int and 0 < at < self.kept_heads.get(place, 0)
                part = ends and at and self.header.get("scope") != {"district": True}
                apart = part and all(place[0] != kiosk_id for kiosk_id, _ in ends)
                surely = place in self.kept_heads and not later and not apart
                why = ": this head is younger than the export" if later else ELSEWHERE * bool(apart)
                self.say(TAMPERED if surely else INCOMPLETE, place[0], words + why)
            if len(self.heads[place]) > 1:
                self.say(TAMPERED, place[0], f"two heads for seq {place[2]}: two histories")
        for chain, seqs in self.taken.items():  # 9
            if max(seqs) > ends.get(chain, 0):
                self.say(TAMPERED, chain[0], f"a receipt tells of {max(seqs)}, beyond the end")
        for place in self.aside ^ self.held_aside:  # 10
            missing = "is not here" if place in self.aside else "has no receipt"
            self.say(TAMPERED, f"{place[0]} seq {place[2]}", f"what was put aside {missing}")
        for entry in self.remarked:  # 13
            self.say(TAMPERED, "a remark", f"it is about {entry}, which is not here")
        try:  # 12
            policies = json.loads(b"".join(self.read(POLICIES)))["policies"]
            held = {(each["enterprise_id"], each["version"]) for each in policies}
            for enterprise, version in self.cited - held:
                self.say(INCOMPLETE, POLICIES, f"no version {version} of {enterprise!r}")
        except (KeyError, TypeError, ValueError):
            self.say(TAMPERED, POLICIES, "it can't be read")
        if not ends:
            self.say(INCOMPLETE, ENTRIES, "it holds no entries")


def entry_of(value):
    """(kiosk, epoch, seq, hash, body, salt, person); None for a line that is no entry."""
    kiosk, epoch, seq, *blobs = (value.get(part) for part in PARTS)
    if set(value) != set(PARTS) or not re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", str(kiosk)):
        return None
    numbers = all(type(n) is int and 0 < n < 1 << 53 for n in (epoch, seq))
    if type(kiosk) is not str or not numbers:
        return None
    if any(type(b) is not str or not re.fullmatch("([0-9a-f]{2})*", b) for b in blobs):
        return None
    return kiosk, epoch, seq, *map(bytes.fromhex, blobs)


def notes_in(file):
    text = file.read_text("utf-8", "replace") if file.is_file() else ""
    notes = [f"{part.rstrip()}\n" for part in KEPT.split(text)[1:]]
    if not notes:
        raise OSError(f"--head {file}: 其中没有链头 it holds no heads")
    return notes


def verify(path, trust=None, kept=()):
    export, notes = Export(path), [note for file in kept for note in notes_in(file)]
    try:
        export.keys = keys_of(json.loads(trust.read_bytes())) if trust else []
    except (OSError, KeyError, TypeError, ValueError):
        raise OSError(f"--trust {trust}: 其中没有公钥 it holds no public keys") from None
    export.notes_first()
    for note in (heads := [note for note in notes if not TREE_HEAD.fullmatch(note)]):
        export.head(note, kept=True)
    if heads and len(heads) < len(notes):
        export.notes.append(f"{APART}; the gates' heads were")
    elif notes and not heads:
        export.say(INCOMPLETE, "--head", f"{APART}, and no gate's head was given")
    ends, count = export.entries()
    return export.at_the_end(ends) or (export, ends, count)


def judged(
    path: Path, trust: Path | None = None, kept: tuple[Path, ...] = ()
) -> tuple[int, list[str]]:
    """The verdict, and what lines say why."""
    try:
        export, ends, count = verify(path, trust, kept)
    except (Broken, OSError) as fault:
        return TAMPERED if isinstance(fault, Broken) else NO_EXPORT, [f"  {fault}"]
    met = {verdict for verdict, _ in export.found}
    told = [f"  entries: {count}, chains: {len(ends)}, policies cited: {len(export.cited)}"]
    for verdict, words in export.found[:20]:
        told.append(f"  {'被改 tampered' if verdict == TAMPERED else '不全 incomplete'}: {words}")
    if len(export.found) > 20:
        told.append(f"  … {len(export.found) - 20} more")
    for name, purposes, _, mark in [] if trust else export.keys:
        told.append(f"  key of {name} for {', '.join(sorted(purposes))}: {mark.hex()}")
    told += [f"  note: {words}" for words in export.notes]
    return TAMPERED if TAMPERED in met else INCOMPLETE if met else INTACT, told


def main():
    """Print what was found; the exit status is the verdict."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    option, here = parser.add_argument, Path(__file__).parent
    option("path", nargs="?", type=Path, default=here, help="the ZIP, or the unpacked folder")
    option("--trust", type=Path, help="public keys that you have from elsewhere (JSON)")
    option("--head", type=Path, action="append", default=[], help="heads kept elsewhere (text)")
    given = parser.parse_args()
    verdict, told = judged(given.path, given.trust, tuple(given.head))
    print(WORDS[verdict], *told, sep="\n")
    return verdict


if __name__ == "__main__":
    sys.exit(main())
