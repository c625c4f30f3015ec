"""What is in force at this gate: the signed bundle, cached, replaced as one object."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from checkpoint.clock import Clock, from_ms, to_ms
from checkpoint.credential import Trust
from checkpoint.domain.place import BUREAU, Enterprise, Gate, Site
from checkpoint.domain.policy import Policy
from checkpoint.domain.warrant import Warrant
from checkpoint.durable import replace_file
from checkpoint.errors import KeyFault, WireError
from checkpoint.keys import Keyring, Purpose, SigningKey
from checkpoint.keys.keyring import ENTERPRISE_PASSES
from checkpoint.screening import RULES
from checkpoint.wire.bundle import Bundle, open_bundle

if TYPE_CHECKING:
    from kiosk.ports import Transport

BUNDLE = "bundle.cose"
CONFIRMED = "bundle.json"
TRUST = "trust.json"
ISSUERS = "issuers.json"
LOCAL = "local"
_NOTE_EVERY = timedelta(minutes=5)
CONFIRMABLE = timedelta(hours=7)
"""How long after its making a bundle may be said to be still in force: a server signs the longest
one anew every six hours. That word is not signed, so nobody in the server's place can make a
bundle younger than its signed time says."""
_SINCE = datetime(2020, 1, 1, tzinfo=UTC)
_LIFE = timedelta(days=7305)


class BundleStore:
    """The bundle of an enrolled gate, in its folder. `held` is None before the first one.

    The server's keys come with it: what a believed bundle names is trusted from then on, and
    nothing else.
    """

    def __init__(self, folder: Path, kiosk_id: str, keyring: Keyring, clock: Clock) -> None:
        self._folder, self._kiosk_id, self._keyring, self._clock = folder, kiosk_id, keyring, clock
        self.held: Bundle | None = None
        self._trust_due = False
        self._etag = ""
        self._confirmed: datetime | None = None
        self._noted: datetime | None = None

    def load(self) -> Bundle | None:
        """Take the cached bundle, None when there is none.

        Raises WireError when it is not what the server signed for this kiosk; it is then not
        believed, and the next pull fetches it whole.
        """
        path = self._folder / BUNDLE
        if not path.exists():
            return None
        try:
            held = self._opened(path.read_bytes())
        except (OSError, WireError) as fault:
            raise WireError(
                f"the cached bundle {path} is not believed: {fault}",
                remedy="connect the gate to its server; it fetches another one by itself",
            ) from fault
        self._believe(held)
        self._etag, confirmed = self._note_of(held)
        self._confirmed = self._noted = min(confirmed, self._clock.now(), _latest(held))
        self.held = held
        return held

    def pull(self, transport: Transport) -> bool:
        """Ask the server for the bundle; whether another one is in force now.

        Raises WireError, and changes nothing, when no answer came or it is not to be believed;
        also when a believed one could not be cached, which is in force all the same.
        """
        answer = transport.bundle(self._etag if self.held else "")
        if answer is None:
            if self.held is None:
                raise WireError(
                    "the server has no bundle for this kiosk", remedy="check its enrolment"
                )
            self._confirm(self._etag, self.held)
            return False
        blob, etag = answer
        fresh = self._opened(blob)
        if self.held and fresh.version < self.held.version:
            raise WireError(
                f"the server offers bundle {fresh.version}, older than {self.held.version}",
                remedy="check that the server was not restored from an old backup",
            )
        changed = self.held is None or fresh.version != self.held.version
        self.held = fresh
        self._believe(fresh)
        self._keep(BUNDLE, blob)
        self._keep_trust()
        self._noted = None
        self._confirm(etag, fresh)
        return changed

    def keyring(self) -> Keyring:
        """The server's keys that are trusted now."""
        return self._keyring

    def age_s(self) -> int | None:
        """Seconds since the server last said that this bundle is in force; None without one.

        A bundle that was made more than `CONFIRMABLE` ago ages whatever is said of it.
        """
        if self._confirmed is None:
            return None
        return max(0, int((self._clock.now() - self._confirmed).total_seconds()))

    def _opened(self, blob: bytes) -> Bundle:
        bundle = open_bundle(blob, self._keyring)
        if bundle.kiosk_id != self._kiosk_id:
            raise WireError(
                f"the bundle is for kiosk {bundle.kiosk_id!r}, not {self._kiosk_id!r}",
                remedy="enrol the kiosk again",
            )
        held = (bundle.policy, *(later.policy for later in bundle.coming))
        unknown = sorted({rule for policy in held for rule in policy.rules} - RULES.keys())
        if unknown:
            raise WireError(f"the policy has unknown rules {unknown}", remedy="update the kiosk")
        return bundle

    def _believe(self, bundle: Bundle) -> None:
        """Take the server's keys from a believed bundle."""
        named = bundle.server_keys
        if named.keys and set(named.keys) != set(self._keyring.keys):
            self._keyring, self._trust_due = named, True

    def _keep_trust(self) -> None:
        """After the bundle: until then the old keys and its handovers still lead to it."""
        if self._trust_due:
            self._keep(TRUST, json.dumps(self._keyring.to_json(), indent=1).encode())
            self._trust_due = False

    def _confirm(self, etag: str, held: Bundle) -> None:
        now = self._clock.now()
        self._keep_trust()
        self._etag, self._confirmed = etag, min(now, _latest(held))
        if self._noted is None or now - self._noted >= _NOTE_EVERY:
            note = {"etag": etag, "confirmed_at": to_ms(now)}
            self._keep(CONFIRMED, json.dumps(note).encode())
            self._noted = now

    def _note_of(self, held: Bundle) -> tuple[str, datetime]:
        try:
            note = json.loads((self._folder / CONFIRMED).read_bytes())
            return str(note["etag"]), max(held.issued_at, from_ms(int(note["confirmed_at"])))
        except (OSError, ValueError, KeyError, TypeError, OverflowError):
            return "", held.issued_at

    def _keep(self, name: str, blob: bytes) -> None:
        try:
            replace_file(self._folder / name, blob)
        except OSError as fault:
            raise WireError(
                f"{self._folder / name}: {fault.strerror}", remedy="free disk space"
            ) from fault


def _latest(held: Bundle) -> datetime:
    return held.issued_at + CONFIRMABLE


def cached(folder: Path) -> Bundle:
    """The bundle that lies in an enrolled gate's folder, verified by the server's keys there.

    Raises KeyFault and WireError where either is missing or not to be believed.
    """
    keyring = Keyring.load(folder / TRUST)
    try:
        blob = (folder / BUNDLE).read_bytes()
    except OSError as fault:
        raise WireError(
            f"{folder / BUNDLE}: {fault.strerror}", remedy="name an enrolled gate's folder"
        ) from fault
    return open_bundle(blob, keyring)


def standalone(folder: Path) -> Bundle:
    """What is in force at a gate without a server: its own issuer, the bureau's default policy.

    Makes what is missing: keys/kiosk.json (signs heads), keys/issuer.json (signs the passes of
    enterprise `local`), keys/bureau.json (signs emergency passes), and issuers.json, the public
    keyring of both issuers. The keys are in force from 2020 on for twenty years, so that old
    times can be replayed. Raises KeyFault.
    """
    keys = folder / "keys"
    _made(keys / "kiosk.json", LOCAL, frozenset({Purpose.HEAD}))
    issuer = _made(keys / "issuer.json", LOCAL, ENTERPRISE_PASSES)
    bureau = _made(keys / "bureau.json", BUREAU, frozenset({Purpose.EMERGENCY_VEHICLE}))
    keyring = Keyring([issuer.trusted, bureau.trusted])
    try:
        keyring.save(folder / ISSUERS)
    except OSError as fault:
        raise KeyFault(f"{folder / ISSUERS}: {fault.strerror}", remedy="free disk space") from fault
    warrant = Warrant(LOCAL, LOCAL, LOCAL, _SINCE, _SINCE + _LIFE)
    return Bundle(
        version=1,
        issued_at=issuer.trusted.since,
        kiosk_id=LOCAL,
        enterprise=Enterprise(LOCAL, LOCAL, ""),
        site=Site(LOCAL, LOCAL, LOCAL),
        gate=Gate(LOCAL, LOCAL, LOCAL),
        policy=Policy(),
        trust=Trust(keyring),
        warrants=(warrant,),
    )


def _made(path: Path, owner: str, purposes: frozenset[Purpose]) -> SigningKey:
    if not path.exists():
        try:
            SigningKey.generate(owner, purposes, _SINCE, _LIFE).save(path)
        except KeyFault:
            with suppress(OSError):
                path.unlink(missing_ok=True)
            raise
    return SigningKey.load(path)
