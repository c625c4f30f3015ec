"""Ways to change an export, from one bit to a chain that was computed anew."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from checkpoint.entrylog import genesis, link
from checkpoint.entrylog.export_file import canonical_line
from checkpoint.entrylog.export_zip import ENTRIES, member
from checkpoint.entrylog.receipt import Receipt
from checkpoint.keys import Keyring
from fuzz.export_sample import Sample, parsed

FIELDS = ("hash", "body", "salt", "personal")


@dataclass
class Draft:
    """An export that is being changed. The seal is its last line as long as it was not cut."""

    sample: Sample
    lines: list[bytes]
    files: dict[str, bytes]

    @classmethod
    def of(cls, sample: Sample) -> Draft:
        """As it was made."""
        return cls(sample, list(sample.lines), dict(sample.files))

    def entries(self) -> list[int]:
        """Which lines still are entries."""
        return [n for n, line in enumerate(self.lines) if line.startswith(b'{"body"')]

    def kinds(self, name: str) -> list[int]:
        """Which lines still are notes of a kind."""
        return [n for n, line in enumerate(self.lines) if line.startswith(f'{{"{name}"'.encode())]

    def seal(self, *, with_files: bool) -> None:
        """What the server itself could do: seal the changed lines, perhaps the files too."""
        if with_files and self.lines:
            whole = Sample(self.sample.server, self.sample.kiosks, [], self.files)
            self.lines[0] = whole.header()
        self.lines = [line for line in self.lines if not line.startswith(b'{"export"')]
        self.lines.append(self.sample.seal(self.lines))

    def zipped(self) -> bytes:
        """The file that is handed out."""
        blob = io.BytesIO()
        with zipfile.ZipFile(blob, "w") as folder:
            for name, content in self.files.items():
                folder.writestr(member(name), content)
            folder.writestr(member(ENTRIES), b"".join(self.lines))
        return blob.getvalue()


def bits(chance: Random, draft: Draft) -> None:
    """One bit of one line turned."""
    at = chance.randrange(len(draft.lines))
    line = bytearray(draft.lines[at])
    line[chance.randrange(len(line))] ^= 1 << chance.randrange(8)
    draft.lines[at] = bytes(line)


def drop(chance: Random, draft: Draft) -> None:
    """A line taken out."""
    if len(draft.lines) > 1:
        del draft.lines[chance.randrange(len(draft.lines))]


def swap(chance: Random, draft: Draft) -> None:
    """Two lines exchanged."""
    one, other = (chance.randrange(len(draft.lines)) for _ in range(2))
    draft.lines[one], draft.lines[other] = draft.lines[other], draft.lines[one]


def insert(chance: Random, draft: Draft) -> None:
    """A line of the export, or one of nothing, put in elsewhere."""
    odd = (b"{}\n", b"[]\n", b"\n", b'{"head":1}\n', b'{"x":NaN}\n', b'{"receipt":"\\ud800"}\n')
    line = chance.choice((chance.choice(draft.lines), chance.choice(odd)))
    draft.lines.insert(chance.randrange(len(draft.lines) + 1), line)


def cut(chance: Random, draft: Draft) -> None:
    """The end of the lines cut off."""
    del draft.lines[max(1, chance.randrange(len(draft.lines))) :]


def parts(chance: Random, draft: Draft) -> None:
    """A part of an entry changed, emptied, or taken over from another one."""
    if not (held := draft.entries()):
        return
    at, other = chance.choice(held), chance.choice(held)
    value: dict[str, Any] = _entry(draft, at)
    if not value:
        return
    name = chance.choice((*FIELDS, "seq", "epoch", "kiosk_id"))
    told = _entry(draft, other).get(name, "")
    odd = {"seq": chance.choice((0, -1, 1, 5, 1 << 60, "1", 1.5, True)), "epoch": 2}
    odd |= {"kiosk_id": chance.choice(("K-north", "K-x", "", "K\n", 7))}
    value[name] = chance.choice((told, odd.get(name, ""), odd.get(name, "00" * 32)))
    draft.lines[at] = canonical_line(value)


def empty(chance: Random, draft: Draft) -> None:
    """A person taken out, or put back where an erasure says that it is gone."""
    if held := draft.entries():
        at = chance.choice(held)
        if value := _entry(draft, at):
            gone = value.get("personal")
            side = {"salt": "", "personal": ""} if gone else {"salt": "aa", "personal": "bb"}
            draft.lines[at] = canonical_line(value | side)


def rehash(chance: Random, draft: Draft) -> None:
    """An entry changed or taken out, and all hashes after it computed anew."""
    held = draft.entries()
    if len(held) < 2:
        return
    at = chance.choice(held)
    value = _entry(draft, at)
    body = bytearray(bytes.fromhex(_hex(value.get("body"))))
    if body and chance.random() < 0.7:
        body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
        draft.lines[at] = canonical_line(value | {"body": body.hex()})
    else:
        del draft.lines[at]
    before: dict[str, bytes] = {}
    for number in draft.entries():
        value = _entry(draft, number)
        name = str(value.get("kiosk_id"))
        body = bytearray(bytes.fromhex(_hex(value.get("body"))))
        before[name] = link(before.get(name, genesis(name, 1)), bytes(body))
        if value:
            draft.lines[number] = canonical_line(value | {"hash": before[name].hex()})


def receipts(chance: Random, draft: Draft) -> None:
    """What the server could do: a receipt that says less, signed anew."""
    if not (held := draft.kinds("receipt")):
        return
    at = chance.choice(held)
    try:
        note = str(parsed(draft.lines[at])["receipt"])
        receipt = Receipt.open(note, Keyring([draft.sample.server.trusted]))
    except Exception:  # noqa: BLE001 - changed before: there is no receipt to change
        return
    rows = list(receipt.lines)
    if rows:
        del rows[chance.randrange(len(rows))]
    fewer = Receipt(receipt.kiosk_id, receipt.epoch, receipt.at, tuple(rows))
    draft.lines[at] = canonical_line({"receipt": fewer.sign(draft.sample.server)})


def remarks(chance: Random, draft: Draft) -> None:
    """A remark about another entry, about none, or with other parts."""
    if not (held := draft.kinds("remark")):
        return
    at = chance.choice(held)
    try:
        value: dict[str, Any] = dict(parsed(draft.lines[at])["remark"])
        other = parsed(draft.lines[chance.choice(held)])["remark"]["entry"]
    except (ValueError, KeyError, TypeError):
        return
    name = chance.choice((*sorted(value), "entry", "entry", "more"))
    odd: tuple[Any, ...] = (
        None,
        "",
        [],
        {},
        0,
        1.0,
        True,
        "K-north 1 9",
        f"{other} ",
        other,
        "note",
    )
    if chance.random() < 0.2:
        value.pop(name, None)
    else:
        value[name] = chance.choice(odd)
    whole = chance.choice((value, value, value, value, [value], "x", None))
    draft.lines[at] = canonical_line({"remark": whole})


def tails(chance: Random, draft: Draft) -> None:
    """All heads of the gates taken out, or all notes of a kind."""
    name = chance.choice(("head", "receipt", "erasure", "quarantined", "remark"))
    gone = set(draft.kinds(name))
    draft.lines = [line for n, line in enumerate(draft.lines) if n not in gone] or [b"\n"]


def headers(chance: Random, draft: Draft) -> None:
    """Something of the header changed or taken out: keys, files, version."""
    try:
        value: dict[str, Any] = json.loads(draft.lines[0])
        keys = value["keys"]["keys"]
        match chance.randrange(5):
            case 0:
                del keys[chance.randrange(len(keys))]
            case 1:
                keys[chance.randrange(len(keys))]["purposes"] = ["head"]
            case 2:
                value["sibao_export"] = chance.choice((2, 4, "3", None))
            case 3:
                del value[chance.choice(list(value))]
            case _:
                value["files"] = chance.choice(({}, [], {"policies.json": "00"}, None))
        draft.lines[0] = canonical_line(value)
    except (ValueError, KeyError, TypeError, IndexError):
        return


def files(chance: Random, draft: Draft) -> None:
    """A file beside the entries changed, taken out or put in."""
    name = chance.choice(sorted(draft.files) or ["x"])
    match chance.randrange(4):
        case 0:
            draft.files.pop(name, None)
        case 1:
            draft.files["more.txt"] = b"more"
        case 2:
            draft.files["policies.json"] = chance.choice(
                (b"{}", b"[]", b'{"policies":[]}', b"\xff")
            )
        case _:
            draft.files[name] = draft.files.get(name, b"") + b" "


Mutator = Callable[[Random, Draft], None]
MUTATORS: tuple[Mutator, ...] = (
    *(bits, drop, swap, insert, cut, parts, empty, rehash),
    *(receipts, remarks, tails, headers, files),
)


def _entry(draft: Draft, at: int) -> dict[str, Any]:
    try:
        value = json.loads(draft.lines[at])
        return value if isinstance(value, dict) else {}
    except ValueError:
        return {}


def _hex(value: object) -> str:
    try:
        return bytes.fromhex(str(value)).hex()
    except ValueError:
        return ""
