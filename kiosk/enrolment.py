"""One-time enrolment: a code in, a key, a place at a gate and a first bundle out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from checkpoint.clock import Clock
from checkpoint.durable import make_folder, replace_file
from checkpoint.errors import SettingError, SibaoError, WireError
from checkpoint.keys import Keyring, Purpose, SigningKey, TrustedKey
from checkpoint.wire.enrolment import EnrolmentAnswer, EnrolmentCode, EnrolmentRequest
from kiosk.bundle import ISSUERS, TRUST, BundleStore
from kiosk.ports import Transport

ENROLLED = "enrolled.json"
KEY = Path("keys") / "kiosk.json"
DRAFT = Path("keys") / "enrolling.json"
_CODE_LIMIT = 4096

Dial = Callable[[str, SigningKey | None], Transport]
"""Makes the transport to a server, signing with a key when there is one."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Where an enrolled kiosk belongs. Kept as enrolled.json in its folder."""

    server: str
    kiosk_id: str
    enterprise_id: str
    site_id: str
    gate_id: str

    @classmethod
    def load(cls, folder: Path) -> Enrolment | None:
        """The enrolment of a folder, None where there is none. Raises SettingError."""
        path = folder / ENROLLED
        try:
            return cls(**{k: str(v) for k, v in json.loads(path.read_bytes()).items()})
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, AttributeError) as fault:
            raise SettingError(
                f"{path} can't be read: {fault}", remedy="restore it, or enrol into a fresh folder"
            ) from fault


def code_of(text: str) -> EnrolmentCode:
    """The code in a text, or in the file that the text names. Raises WireError."""
    path = Path(text)
    if "://" not in text:
        try:
            with path.open(encoding="utf-8") as file:
                text = file.read(_CODE_LIMIT)
        except (OSError, ValueError) as fault:
            raise WireError(
                f"{path} is no enrolment code and no file that holds one: {fault}",
                remedy="paste the whole line that begins with sibao:// or name its file",
            ) from fault
    return EnrolmentCode.parse(text)


def enrol(code: EnrolmentCode, folder: Path, dial: Dial, clock: Clock) -> Enrolment:
    """Exchange the code; the folder is then a gate's.

    Raises WireError when the server does not answer, refuses the code or is another one, and
    SettingError when the folder can't be used; it is then no gate's. The key that was made is
    kept for another try with the same code: the answer may have been lost on its way.
    """
    _refuse_foreign(folder)
    draft = _drafted(folder, clock)
    request = EnrolmentRequest.model_construct(
        code=code.code, public_key=draft.trusted.public, software="sibao-kiosk"
    )
    with dial(code.server, None) as transport:
        answer = transport.enrol(request)
    keyring = _keyring(answer, code)
    key = replace(draft, trusted=replace(draft.trusted, owner=answer.kiosk_id))
    place = Enrolment(
        code.server, answer.kiosk_id, answer.enterprise_id, answer.site_id, answer.gate_id
    )
    _write(folder, place, key, keyring)
    return place


def first_bundle(folder: Path, place: Enrolment, dial: Dial, clock: Clock) -> None:
    """Fetch the first bundle. Raises WireError; the gate fetches it when it starts."""
    key = SigningKey.load(folder / KEY)
    store = BundleStore(folder, place.kiosk_id, Keyring.load(folder / TRUST), clock)
    with dial(place.server, key) as transport:
        store.pull(transport)


def _drafted(folder: Path, clock: Clock) -> SigningKey:
    purposes = frozenset({Purpose.HEAD})
    return SigningKey.load_or_make(folder / DRAFT, "unnamed", purposes, clock.now())


def _keyring(answer: EnrolmentAnswer, code: EnrolmentCode) -> Keyring:
    """The server's key that the code names, and no other: the rest came unproven."""
    named = Keyring.from_json(answer.keyring).by_id(code.server_key_id)
    keys = [key for key in named if _key_id(key) == key.key_id and Purpose.BUNDLE in key.purposes]
    if not keys:
        raise WireError(
            f"the server at {code.server} does not have key {code.server_key_id}",
            remedy="it is another server: check the address, and don't trust this one",
        )
    return Keyring(keys)


def _key_id(key: TrustedKey) -> str:
    return hashlib.sha256(key.public).hexdigest()[:8]


_SOURCES = (("__init__.py", "a program"), ("pyproject.toml", "a program"))


def _refuse_foreign(folder: Path) -> None:
    for name, what in ((ISSUERS, "another gate"), ("journal.db", "another gate"), *_SOURCES):
        if (folder / name).exists():
            raise SettingError(
                f"{folder} holds {name} of {what}", remedy="enrol into a folder of its own"
            )


def _write(folder: Path, place: Enrolment, key: SigningKey, keyring: Keyring) -> None:
    """All files; enrolled.json is the last, and without it the others count for nothing."""
    made = (folder / KEY, folder / TRUST, folder / ENROLLED)
    try:
        make_folder(folder)
        (folder / KEY).unlink(missing_ok=True)
        key.save(folder / KEY)
        replace_file(folder / TRUST, json.dumps(keyring.to_json(), indent=1).encode())
        replace_file(folder / ENROLLED, json.dumps(asdict(place), indent=1).encode())
        (folder / DRAFT).unlink(missing_ok=True)
    except (OSError, SibaoError) as fault:
        for path in made:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        raise _unwritable(folder, fault) from fault


def _unwritable(folder: Path, fault: Exception) -> SettingError:
    return SettingError(f"{folder} can't be written: {fault}", remedy="make room there, try again")
