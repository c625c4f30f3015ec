"""Enrolment: once, with the right server, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkpoint.clock import FixedClock
from checkpoint.errors import KeyFault, SettingError, WireError
from checkpoint.keys import Keyring, Purpose, SigningKey
from checkpoint.wire.enrolment import EnrolmentCode
from kiosk.bundle import BUNDLE, standalone
from kiosk.enrolment import DRAFT, Enrolment, code_of, enrol, first_bundle
from kiosk.ports import Transport
from tests.kiosk.gatehouse import KIOSK, NOW, SERVER, SINCE, FakeServer

CODE = EnrolmentCode("http://127.0.0.1:8000", "ABCD-1234", SERVER.key_id)


class Phone:
    """Dials the one server there is, and remembers with which key."""

    def __init__(self, server: FakeServer) -> None:
        self.server = server
        self.keys: list[SigningKey | None] = []

    def __call__(self, address: str, key: SigningKey | None) -> Transport:
        self.keys.append(key)
        return self.server


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


def files(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


def test_a_code_becomes_a_gate(tmp_path: Path, server: FakeServer) -> None:
    phone = Phone(server)
    place = enrol(CODE, tmp_path, phone, FixedClock(NOW))
    assert place == Enrolment("http://127.0.0.1:8000", KIOSK, "E001", "S1", "G1")
    assert Enrolment.load(tmp_path) == place
    key = SigningKey.load(tmp_path / "keys" / "kiosk.json")
    assert key.trusted.owner == KIOSK
    assert key.trusted.purposes == {Purpose.HEAD}
    assert server.request is not None
    assert server.request.public_key == key.trusted.public
    assert server.request.code == "ABCD-1234"
    assert Keyring.load(tmp_path / "trust.json").keys == (SERVER.trusted,)
    first_bundle(tmp_path, place, phone, FixedClock(NOW))
    assert files(tmp_path) == {
        "keys/kiosk.json",
        "trust.json",
        "enrolled.json",
        BUNDLE,
        "bundle.json",
    }
    assert phone.keys[1] is not None, "the bundle is asked for with the kiosk's own key"


def test_a_refused_code_leaves_no_gate(tmp_path: Path, server: FakeServer) -> None:
    server.fault = WireError("refused with 409: the code is used", remedy="ask for a new code")
    with pytest.raises(WireError, match="the code is used"):
        enrol(CODE, tmp_path, Phone(server), FixedClock(NOW))
    assert Enrolment.load(tmp_path) is None
    assert files(tmp_path) == {str(DRAFT)}


def test_after_a_lost_answer_the_same_key_asks_again(tmp_path: Path, server: FakeServer) -> None:
    server.fault = WireError("the answer did not come")
    with pytest.raises(WireError):
        enrol(CODE, tmp_path, Phone(server), FixedClock(NOW))
    made = SigningKey.load(tmp_path / DRAFT).trusted.public
    server.fault = None
    enrol(CODE, tmp_path, Phone(server), FixedClock(NOW))
    assert SigningKey.load(tmp_path / "keys" / "kiosk.json").trusted.public == made
    assert str(DRAFT) not in files(tmp_path)


def test_another_server_is_noticed(tmp_path: Path, server: FakeServer) -> None:
    thief = SigningKey.generate("server", frozenset({Purpose.BUNDLE}), SINCE)
    server.keyring = Keyring([thief.trusted])
    with pytest.raises(WireError, match="does not have key"):
        enrol(CODE, tmp_path, Phone(server), FixedClock(NOW))
    assert Enrolment.load(tmp_path) is None


def test_a_key_smuggled_beside_the_right_one_is_not_believed(
    tmp_path: Path, server: FakeServer
) -> None:
    thief = SigningKey.generate("server", frozenset({Purpose.BUNDLE}), SINCE)
    server.keyring = Keyring([SERVER.trusted, thief.trusted])
    enrol(CODE, tmp_path, Phone(server), FixedClock(NOW))
    assert Keyring.load(tmp_path / "trust.json").keys == (SERVER.trusted,)


def test_a_stand_alone_gates_folder_is_left_alone(tmp_path: Path, server: FakeServer) -> None:
    standalone(tmp_path)
    before = files(tmp_path)
    with pytest.raises(SettingError, match="of another gate"):
        enrol(CODE, tmp_path, Phone(server), FixedClock(NOW))
    assert files(tmp_path) == before


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, server: FakeServer) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(KeyFault, match="Not a directory"):
        enrol(CODE, tmp_path / "file" / "gate", Phone(server), FixedClock(NOW))


def test_keys_never_land_in_a_source_tree(tmp_path: Path, server: FakeServer) -> None:
    (tmp_path / "__init__.py").write_text("", encoding="utf-8")
    with pytest.raises(SettingError, match="of a program"):
        enrol(CODE, tmp_path, Phone(server), FixedClock(NOW))
    assert [path.name for path in tmp_path.iterdir()] == ["__init__.py"]


def test_the_code_is_given_as_text_or_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "enrolment.txt"
    path.write_text(CODE.text() + "\n", encoding="utf-8")
    assert code_of(CODE.text()) == code_of(str(path)) == CODE


@pytest.mark.parametrize("text", ["", "nonsense", "http://example.test/", "sibao://x/enrol", "\0"])
def test_what_is_no_code_is_told(text: str) -> None:
    with pytest.raises(WireError) as caught:
        code_of(text)
    assert "sibao://" in caught.value.remedy


def test_a_broken_enrolment_is_told(tmp_path: Path) -> None:
    (tmp_path / "enrolled.json").write_text('{"server": 1}', encoding="utf-8")
    with pytest.raises(SettingError, match=r"enrolled\.json"):
        Enrolment.load(tmp_path)
