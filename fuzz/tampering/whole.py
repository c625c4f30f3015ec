"""Changes to a deployment as a whole: what was signed goes too, tables hide, files come back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from checkpoint.clock import from_ms
from checkpoint.entrylog import Head, sign_head
from checkpoint.keys import SigningKey
from fuzz.tampering.changes import Change, Hands, entries, rewrite
from fuzz.tampering.deployment import LAST_ERASED


def cut_with_signed(hands: Hands, chance: Random) -> bool:
    """The end of a chain is gone from a batch on, with every signed note that tells of it."""
    rows = entries(hands, chance)
    kiosk_id = rows[0]["kiosk_id"]
    notes = [row["note"] for row in hands.ask("SELECT note FROM receipt")]
    told = {note: note.partition("\n\n")[0].split("\n") for note in notes}
    batches = [int(lines[4].split(" ")[0]) for lines in told.values() if lines[1] == kiosk_id]
    first = chance.choice([seq for seq in batches if seq > LAST_ERASED])
    for note, lines in told.items():
        beyond = any(int(line.split(" ")[0]) >= first for line in lines[4:])
        if lines[1] == kiosk_id and (beyond or "quarantined" in note):
            hands.do("DELETE FROM receipt WHERE note = ?", note)
    for row in hands.ask("SELECT note FROM head"):
        lines = row["note"].split("\n")
        if lines[1] == kiosk_id and int(lines[3].removeprefix("seq ")) >= first:
            hands.do("DELETE FROM head WHERE note = ?", row["note"])
    if "leaf" in hands.tables():
        for table in ("leaf", "log_tile", "tree_head", "receipt_log"):
            hands.do(f"DELETE FROM {table}")  # noqa: S608
        hands.do("DELETE FROM quarantine WHERE kiosk_id = ?", kiosk_id)
    gone = hands.do("DELETE FROM entry WHERE kiosk_id = ? AND seq >= ?", kiosk_id, first)
    if "kiosk_chain" in hands.tables():
        _tips(hands)
    return gone > 0


def _tips(hands: Hands) -> None:
    hands.do("DELETE FROM kiosk_chain")
    hands.do(
        "INSERT INTO kiosk_chain (kiosk_id, epoch, seq, hash) SELECT kiosk_id, epoch, seq, hash"
        " FROM entry AS e WHERE seq = (SELECT max(seq) FROM entry AS o"
        " WHERE o.kiosk_id = e.kiosk_id AND o.epoch = e.epoch)"
    )


def emptied(hands: Hands, _chance: Random) -> bool:
    """Every row of evidence is gone."""
    wanted: tuple[str, ...] = (
        "leaf",
        "log_tile",
        "tree_head",
        "receipt_log",
        "erasure",
        "quarantine",
    )
    wanted += ("kiosk_chain", "receipt", "head", "entry", "action", "lookup", "remark")
    wanted += ("record_head", "inside", "used_step")
    for table in wanted:
        if table in hands.tables():
            hands.do(f"DELETE FROM {table}")  # noqa: S608
    return True


def emptied_person(hands: Hands, chance: Random) -> bool:
    """One person taken out beside the product, with all that leads to them."""
    rows = hands.ask(f"SELECT {hands.key} AS k FROM entry WHERE length(personal) > 0")  # noqa: S608
    more = ", holder_id = '', name_index = NULL, tail_index = NULL"
    beside = more if "holder_id" in hands.columns("entry") else ", salt = ''"
    beside = beside.replace("''", "x''") if beside.startswith(", salt") else beside
    sql = f"UPDATE entry SET personal = ?{beside} WHERE {hands.key} = ?"  # noqa: S608
    return hands.do(sql, b"", chance.choice(rows)["k"]) == 1


def moved_entry(hands: Hands, chance: Random) -> bool:
    """One entry shown to another enterprise."""
    row = chance.choice(entries(hands, chance))
    homes = hands.ask("SELECT kiosk_enterprise_id AS e, kiosk_site_id AS s FROM entry")
    mine = hands.ask(
        f"SELECT kiosk_enterprise_id AS e FROM entry WHERE {hands.key} = ?",  # noqa: S608
        row["k"],
    )[0]["e"]
    other = chance.choice([home for home in homes if home["e"] != mine])
    sql = "UPDATE entry SET kiosk_enterprise_id = ?, kiosk_site_id = ? WHERE"
    return hands.do(f"{sql} {hands.key} = ?", other["e"], other["s"], row["k"]) == 1


def moved_kiosk(hands: Hands, chance: Random) -> bool:
    """A kiosk and all its entries moved to another enterprise."""
    kiosks = hands.ask("SELECT kiosk_id, enterprise_id, site_id, gate_id FROM kiosk")
    kiosk, other = chance.sample(kiosks, 2)
    home = (other["enterprise_id"], other["site_id"])
    hands.do(
        "UPDATE kiosk SET enterprise_id = ?, site_id = ?, gate_id = ? WHERE kiosk_id = ?",
        *home,
        other["gate_id"],
        kiosk["kiosk_id"],
    )
    sql = "UPDATE entry SET kiosk_enterprise_id = ?, kiosk_site_id = ? WHERE kiosk_id = ?"
    return hands.do(sql, *home, kiosk["kiosk_id"]) > 0


@dataclass(frozen=True, slots=True)
class Resigned:
    """An entry rewritten, every hash made anew, and every head signed again by the kiosk's key."""

    key: SigningKey

    def __call__(self, hands: Hands, chance: Random) -> bool:
        """Rewrite the chain of the key's kiosk."""
        owner = self.key.trusted.owner
        columns = f"{hands.key} AS k, kiosk_id, epoch, seq, hash, body"
        sql = f"SELECT {columns} FROM entry WHERE kiosk_id = ? ORDER BY seq"  # noqa: S608
        rows = hands.ask(sql, owner)
        made = rewrite(hands, rows, chance.randrange(len(rows)))
        epoch = rows[0]["epoch"]
        for note in [row["note"] for row in hands.ask("SELECT note FROM head")]:
            lines = note.split("\n")
            seq, at = int(lines[3].split(" ")[1]), int(lines[5].split(" ")[1])
            if lines[1] != owner or seq not in made:
                continue
            fresh = sign_head(Head(owner, epoch, seq, made[seq], from_ms(at)), self.key)
            hands.do("UPDATE head SET note = ? WHERE note = ?", fresh, note)
            if "hash" in hands.columns("head"):
                hands.do("UPDATE head SET hash = ? WHERE note = ?", made[seq], fresh)
        if "kiosk_chain" in hands.tables():
            _tips(hands)
        return True


def behind_a_view(hands: Hands, chance: Random) -> bool:
    """The entries lie in another table; a view of their name leaves one out."""
    row = chance.choice(entries(hands, chance))
    hands.do("ALTER TABLE entry RENAME TO hidden")
    where = f"NOT (kiosk_id = '{row['kiosk_id']}' AND seq = {row['seq']})"
    hands.do(f"CREATE VIEW entry AS SELECT * FROM hidden WHERE {where}")  # noqa: S608
    return True


def planted(sqlite: bool) -> Change:
    """A trigger that will change what comes next."""

    def change(hands: Hands, chance: Random) -> bool:
        table = chance.choice(["entry", "head", "receipt"])
        name = f"t{chance.randrange(99)}"
        if sqlite:
            act = f"DELETE FROM {table} WHERE epoch < 0"  # noqa: S608
            hands.do(f"CREATE TRIGGER {name} AFTER INSERT ON {table} BEGIN {act}; END")
        else:
            hands.do(f"CREATE RULE {name} AS ON UPDATE TO {table} DO INSTEAD NOTHING")
        return True

    return change


def hidden_by_index(hands: Hands, chance: Random) -> bool:
    """An index made anew without one row, then named again as it was. SQLite only."""
    name = chance.choice(["ix_entry_at", "ix_entry_kiosk_enterprise", "ix_entry_kiosk_site"])
    sql = hands.ask("SELECT sql FROM sqlite_master WHERE name = ?", name)[0]["sql"]
    row = chance.choice(entries(hands, chance))
    hands.reindex(name, f"{sql} WHERE rowid <> {row['k']}", sql)
    return True


def second_history(key: SigningKey, hands: Hands, chance: Random) -> str:
    """A head of the same place with another hash, signed by the kiosk for somebody else."""
    sql = "SELECT note FROM head"
    notes = [
        row["note"] for row in hands.ask(sql) if row["note"].split("\n")[1] == key.trusted.owner
    ]
    lines = chance.choice(notes).split("\n")
    head = Head(
        key.trusted.owner,
        int(lines[2].split(" ")[1]),
        int(lines[3].split(" ")[1]),
        bytes.fromhex(lines[4].split(" ")[1]),
        from_ms(int(lines[5].split(" ")[1])),
    )
    return sign_head(replace(head, hash=chance.randbytes(32)), key)


@dataclass(frozen=True, slots=True)
class PutBack:
    """The file as it was some time ago, with all that was signed until then."""

    old: Path

    def __call__(self, hands: Hands, _chance: Random) -> bool:
        """Write the old content over the present one."""
        hands.put_back(str(self.old))
        return True
