"""The private keys of the server, the bureau and the enterprises: files, several an owner.

`enterprise/ID/KEY.json`, `bureau/KEY.json`, `server/KEY.json`. The youngest key in force signs;
the others are still believed. A withdrawn key's file ends in `.withdrawn` and signs nothing.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from checkpoint.clock import Clock
from checkpoint.domain.place import BUREAU
from checkpoint.durable import make_folder, rename_file
from checkpoint.errors import KeyFault
from checkpoint.keys import Keyring, Purpose, SigningKey, sealing_ring
from checkpoint.keys.handover import sign_handover
from checkpoint.keys.keyring import ENTERPRISE_PASSES, SERVER_PURPOSES
from checkpoint.keys.private_file import read_secret, write_secret
from checkpoint.keys.sealing_ring import CURRENT, NEXT, SealingRing

SERVER = "server"
"""The owner of the keys that sign bundles, receipts and exports."""
_LIVE, _WITHDRAWN, _HANDOVER = ".json", ".withdrawn", ".handover"


@dataclass(frozen=True, slots=True)
class KeyFolder:
    """The folder, read anew each time: another process may rotate and withdraw."""

    folder: Path
    clock: Clock
    _held: dict[Path, SigningKey] = field(default_factory=dict, repr=False)
    _rings: dict[object, SealingRing] = field(default_factory=dict, repr=False)

    @property
    def server(self) -> SigningKey:
        """Signs bundles, receipts and exports."""
        return self.issuer(SERVER)

    @property
    def bureau(self) -> SigningKey:
        """Signs emergency vehicle passes."""
        return self.issuer(BUREAU)

    def enterprise(self, enterprise_id: str) -> SigningKey:
        """Signs the passes of one registered enterprise."""
        return self.issuer(enterprise_id)

    def issuer(self, owner: str) -> SigningKey:
        """The key with which an enterprise, the bureau or the server signs now.

        Made on first need. Where none is in force it is the youngest: the signer refuses it.
        """
        keys = self._live(owner)
        if not keys:
            with self._alone():
                keys = self._live(owner) or [self._make(owner)]
        now = self.clock.now()
        in_force = [key for key in keys if key.trusted.in_force(now)]
        return max(in_force or keys, key=lambda key: (key.trusted.since, key.key_id))

    def ring(self, owner: str) -> Keyring:
        """All public keys of an owner, withdrawn ones too; none are made."""
        names = (*self._names(owner, _LIVE), *self._names(owner, _WITHDRAWN))
        return Keyring(self._load(name).trusted for name in sorted(names))

    def live(self, owner: str) -> Keyring:
        """The public keys of an owner that were not withdrawn; none are made."""
        return Keyring(key.trusted for key in self._live(owner))

    def server_keyring(self) -> Keyring:
        """What a kiosk trusts for bundles and receipts; there is one key at least."""
        return Keyring([self.server.trusted]) + self.live(SERVER)

    def handovers(self) -> tuple[str, ...]:
        """The notes by which each server key names the next."""
        return tuple(read_secret(name)["note"] for name in self._names(SERVER, _HANDOVER))

    @property
    def sealing(self) -> SealingRing:
        """Seals personal fields and makes their blind indexes; read anew when its files change."""
        mark = self._sealing_mark()
        held = self._rings.get(mark)
        if held is None:
            self._rings.clear()
            with self._alone():
                held = SealingRing.load_or_make(self.folder)
                mark = self._sealing_mark()
            self._rings[mark] = held
        return held

    def _sealing_mark(self) -> tuple[tuple[int, int, int] | None, ...]:
        """What differs when a sealing key came or went. Asked for every field: texts, no paths."""
        folder = str(self.folder)
        return tuple(_mark(f"{folder}/{name}") for name in (CURRENT, NEXT))

    def begin_resealing(self) -> SealingRing:
        """Let a fresh key seal from now on; the one before is still believed."""
        with self._alone():
            sealing_ring.begin(self.folder)
        return self.sealing

    def end_resealing(self) -> None:
        """Destroy the sealing key before the present one: nothing is under it any more."""
        with self._alone():
            sealing_ring.end(self.folder)

    def destroy_sealing(self) -> None:
        """Destroy the sealing and index keys for good; may be repeated. Raises KeyFault."""
        with self._alone():
            sealing_ring.destroy(self.folder)
        self._rings.clear()

    def add(self, owner: str) -> SigningKey:
        """Another key for the owner, which signs from now on. Raises KeyFault.

        A server's key is named by the one before it first, so that kiosks can follow.
        """
        with self._alone():
            self._adopt(owner)
            return self._make(owner)

    def retire(self, owner: str, key_id: str) -> None:
        """Let a withdrawn key sign nothing more; may be repeated. Raises KeyFault."""
        path = self._home(owner) / f"{key_id}{_LIVE}"
        try:
            if path.exists():
                rename_file(path, path.with_suffix(_WITHDRAWN))
        except OSError as fault:
            raise KeyFault(f"{path}: {fault.strerror}", remedy="rename the file") from fault

    def _make(self, owner: str) -> SigningKey:
        older = self._live(owner)
        key = SigningKey.generate(owner, _purposes(owner), self.clock.now())
        if any(held.trusted.since >= key.trusted.since for held in older):
            raise KeyFault(
                f"a key of {owner!r} begins now or later", remedy="check the clock, try again"
            )
        home = self._made_home(owner)
        if older and owner == SERVER:
            last = max(older, key=lambda held: held.trusted.since)
            note = {"sibao_handover": 1, "note": sign_handover(key.trusted, last)}
            write_secret(home / f"{key.key_id}{_HANDOVER}", note)
        key.save(home / f"{key.key_id}{_LIVE}")
        return key

    def _live(self, owner: str) -> list[SigningKey]:
        names = self._names(owner, _LIVE)
        if not names and self._single(owner).exists():
            with self._alone():
                self._adopt(owner)
            names = self._names(owner, _LIVE)
        return [self._load(name) for name in names]

    def _load(self, path: Path) -> SigningKey:
        held = self._held.get(path)
        if not isinstance(held, SigningKey):
            held = self._held[path] = SigningKey.load(path)
        return held

    def _names(self, owner: str, suffix: str) -> list[Path]:
        return sorted(self._home(owner).glob(f"*{suffix}"))

    def _home(self, owner: str) -> Path:
        shared = owner in (SERVER, BUREAU)
        return self.folder / owner if shared else self.folder / "enterprise" / owner

    def _made_home(self, owner: str) -> Path:
        home = self._home(owner)
        for folder in (home.parent, home):
            make_folder(folder)
        return home

    def _single(self, owner: str) -> Path:
        home = self._home(owner)
        return home.with_name(f"{home.name}{_LIVE}")

    def _adopt(self, owner: str) -> None:
        """Put the one file that an owner had in earlier versions among its keys."""
        single = self._single(owner)
        if single.exists():
            key_id = SigningKey.load(single).key_id
            rename_file(single, self._made_home(owner) / f"{key_id}{_LIVE}")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time makes keys, so that none reads a half-written file."""
        make_folder(self.folder)
        handle = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _mark(path: str) -> tuple[int, int, int] | None:
    """What differs when a file was replaced."""
    try:
        told = os.stat(path)  # noqa: PTH116 - see above
    except OSError:
        return None
    return told.st_ino, told.st_mtime_ns, told.st_mode


def _purposes(owner: str) -> frozenset[Purpose]:
    if owner == SERVER:
        return SERVER_PURPOSES
    return frozenset({Purpose.EMERGENCY_VEHICLE}) if owner == BUREAU else ENTERPRISE_PASSES
