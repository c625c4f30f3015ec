"""One phone, two gates of one plant, a real server between them: a living code lets pass once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from checkpoint.domain.decision import Outcome
from checkpoint.domain.health_pass import KeyAlgorithm, PassKind
from checkpoint.domain.reason import Reason
from checkpoint.keys import Keyring
from checkpoint.services import SYSTEM, authorizing, enrolment, phone
from checkpoint.services.forms import PassForm
from kiosk.bundle import BundleStore
from kiosk.config import SyncSettings
from kiosk.drivers.transport import HttpTransport
from kiosk.gate.decision import InForce
from kiosk.journal import Journal
from kiosk.journal.sealing import sealing_key
from kiosk.ports import GateView
from kiosk.sync import Sync, Uplink
from tests.admin.plant import NOW, Kiosk, Plant, build, opened
from tests.e2e.visiting import serving
from tests.fixtures.phone import Phone
from tests.kiosk.gatehouse import House

PHONE = Phone.make(KeyAlgorithm.ES256)


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    made = opened(tmp_path / "data", build(tmp_path / "data"))
    yield made
    made.office.close()


class Gate:
    """A gate with its own disk, that speaks HTTP to the server."""

    def __init__(self, plant: Plant, url: str, folder: Path) -> None:
        self.plant = plant
        ids, office = plant.ids, plant.office
        place = authorizing.add_gate(office, SYSTEM, ids["a"], ids["site_a"], folder.name)
        code = enrolment.make_code(office, SYSTEM, ids["a"], place.gate_id, url)
        kiosk = Kiosk.enrol(plant.app.test_client(), code)
        folder.mkdir()
        key, clock = kiosk.key, plant.clock
        self.transport = HttpTransport(url, key, clock)
        self.journal = Journal.open(folder, key.trusted.owner, key, sealing_key(folder), clock)
        given = Keyring.from_json(kiosk.place.keyring)
        store = BundleStore(folder, kiosk.place.kiosk_id, given, clock)
        store.pull(self.transport)
        uplink = Uplink(self.transport, store.keyring, store.pull, lambda at: None)
        self.sync = Sync(self.journal, uplink, SyncSettings(), clock, luck=lambda: 1.0)
        assert store.held is not None
        self.house = House(self.journal, clock, in_force=InForce(store.held, 0))

    def see(self, code: str) -> set[Reason]:
        view: GateView = self.house.see(code)
        return set(view.decision.reasons) if view.decision else set()

    def close(self) -> None:
        self.journal.close()
        self.transport.close()


@pytest.fixture
def gate(plant: Plant, tmp_path: Path) -> Iterator[Callable[[str], Gate]]:
    gates: list[Gate] = []
    with serving(plant.app) as url:

        def made(name: str) -> Gate:
            gates.append(Gate(plant, url, tmp_path / name))
            return gates[-1]

        yield made
        for each in gates:
            each.close()


@pytest.fixture
def pass_text(plant: Plant) -> str:
    """张三's phone has its pass."""
    form = PassForm(PassKind.WORKER, NOW + timedelta(days=9), holder_id=plant.ids["worker_a"])
    link = phone.make_link(plant.office, SYSTEM, plant.ids["a"], form)
    return phone.register(plant.office, PHONE.asks(link)).text


def test_the_second_gate_says_replayed(
    gate: Callable[[str], Gate], pass_text: str, plant: Plant
) -> None:
    north, south = gate("north"), gate("south")
    south.sync.turn()
    code = PHONE.code(pass_text, plant.clock.now())
    assert north.see(code) == {Reason.OK}
    north.sync.turn()
    plant.clock.advance(2)
    south.sync.turn()
    assert Reason.REPLAYED in south.see(code)
    assert [entry.outcome for entry in south.house.entries] == [Outcome.DENY]
    assert south.house.barrier.opened == 0
    assert south.sync.state.fault is None


def test_the_next_code_of_the_same_phone_passes_at_the_second_gate(
    gate: Callable[[str], Gate], pass_text: str, plant: Plant
) -> None:
    north, south = gate("north"), gate("south")
    north.see(PHONE.code(pass_text, plant.clock.now()))
    north.sync.turn()
    plant.clock.advance(30)
    south.sync.turn()
    assert south.see(PHONE.code(pass_text, plant.clock.now())) == {Reason.OK}


def test_a_gate_that_starts_is_told_what_was_used_before(
    gate: Callable[[str], Gate], pass_text: str, plant: Plant
) -> None:
    north = gate("north")
    code = PHONE.code(pass_text, plant.clock.now())
    north.see(code)
    north.sync.turn()
    plant.clock.advance(15)
    late = gate("late")
    late.sync.turn()
    assert Reason.REPLAYED in late.see(code)


def test_without_network_a_gate_has_its_own_memory_only(
    gate: Callable[[str], Gate], pass_text: str, plant: Plant
) -> None:
    north, south = gate("north"), gate("south")
    code = PHONE.code(pass_text, plant.clock.now())
    assert north.see(code) == {Reason.OK}
    assert south.see(code) == {Reason.OK}
    north.house.empty(15)
    assert Reason.REPLAYED in north.see(code)
