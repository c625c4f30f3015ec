"""The one place that knows which classes make a gate: by name, from the registry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checkpoint.clock import Clock
from checkpoint.durable import make_folder
from checkpoint.entrylog import Link
from checkpoint.errors import SettingError, WireError
from checkpoint.keys import Keyring, SigningKey
from checkpoint.wire.bundle import Bundle
from kiosk.bundle import ISSUERS, TRUST, BundleStore, standalone
from kiosk.config import Settings
from kiosk.config.together import onlookers, refuse_idle
from kiosk.drivers import registry
from kiosk.drivers.cameras import driver_for
from kiosk.enrolment import KEY, Dial, Enrolment
from kiosk.gate.boarding import Boarding
from kiosk.gate.clock_quality import ClockJudge
from kiosk.gate.decision import InForce
from kiosk.gate.devices import Asked, Devices
from kiosk.gate.gate import Gate
from kiosk.gate.recorder import Recorder
from kiosk.gate.reference import ReferenceDesk
from kiosk.gate.unheard import UnheardEmergency
from kiosk.journal import Journal
from kiosk.journal.sealing import sealing_key
from kiosk.ports import Display, Transport
from kiosk.runner import Standing, Station
from kiosk.sync import Sync, Uplink

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Voice:
    """Where durable entries and lines for the operator go."""

    entry: Callable[[Link], None]
    warn: Tell


@dataclass(frozen=True, slots=True)
class Backing:
    """What a gate stands on: its bundle, its server or none, its clock's judge."""

    standing: Standing
    uplink: Uplink | None
    clock_judge: ClockJudge


def dial_by(driver: str, clock: Clock) -> Dial:
    """How to reach a server. Raises SettingError for an unknown driver."""
    transport = registry.load(registry.TRANSPORTS, driver)

    def dial(server: str, key: SigningKey | None) -> Transport:
        made: Transport = transport(server, key, clock)
        return made

    return dial


def _make(folder: Path) -> None:
    try:
        make_folder(folder)
    except OSError as fault:
        raise SettingError(
            f"folder = {folder}: {fault.strerror}", remedy="name a folder that can be made"
        ) from fault


@contextmanager
def station(settings: Settings, clock: Clock, voice: Voice) -> Iterator[Station]:
    """A gate ready to run; everything is let go of at the end, the journal last.

    Raises SettingError, DeviceFault, JournalFault, KeyFault or WireError with a remedy.
    """
    refuse_idle(settings)
    with ExitStack() as stack:
        _make(settings.folder)
        backing = _backing(settings, clock, voice, stack)
        key = SigningKey.load(settings.folder / KEY)
        sealing = sealing_key(settings.folder)
        owner = key.trusted.owner
        journal = stack.enter_context(Journal.open(settings.folder, owner, key, sealing, clock))
        devices = _devices(settings, clock, stack)
        camera = stack.enter_context(_made("camera", settings, clock))
        display = stack.enter_context(_display(settings, clock, backing.standing.bundle()))
        in_force = InForce(backing.standing.bundle().at(clock.now()), backing.standing.age_s())
        sync = Sync(journal, backing.uplink, settings.sync, clock) if backing.uplink else None

        def told(entry: Link) -> None:
            voice.entry(entry)
            if sync:
                sync.wake()

        boarding = Boarding(settings.gate.boarding_quiet_s)
        recorder = Recorder(journal, in_force, told, boarding)
        gate = Gate(settings.gate, devices, recorder)
        measure = Asked(devices, gate.faults).reading
        desk = ReferenceDesk(recorder, devices.thermometer, measure)
        unheard = UnheardEmergency(settings, recorder, display, devices.barrier, clock)
        yield Station(
            *(settings, gate, journal, camera, display),
            *(backing.standing, backing.clock_judge, sync, desk, unheard),
        )


def _backing(settings: Settings, clock: Clock, voice: Voice, stack: ExitStack) -> Backing:
    place, judge = Enrolment.load(settings.folder), ClockJudge(clock)
    if place is None:
        if not settings.standalone and not (settings.folder / ISSUERS).exists():
            raise SettingError(
                f"{settings.folder} is not enrolled",
                remedy="run `python -m kiosk enroll CODE`, or set standalone = true",
            )
        bundle = standalone(settings.folder)
        return Backing(Standing(lambda: bundle, lambda: None), None, judge)
    dial = dial_by(settings.transport.driver, clock)
    keyring = Keyring.load(settings.folder / TRUST)
    transport = dial(place.server, SigningKey.load(settings.folder / KEY))
    stack.enter_context(transport)
    store = BundleStore(settings.folder, place.kiosk_id, keyring, clock)
    _first(store, transport, voice.warn)

    def bundle_in_force() -> Bundle:
        if store.held is None:
            raise WireError("no bundle has come yet", remedy="start the server")
        return store.held

    uplink = Uplink(transport, store.keyring, store.pull, judge.server_says)
    return Backing(Standing(bundle_in_force, store.age_s), uplink, judge)


def _first(store: BundleStore, transport: Transport, warn: Tell) -> None:
    """What the server has now, before anybody is judged; without it the cached bundle will do."""
    try:
        held = store.load()
    except WireError as fault:
        warn(fault.diagnostics())
        held = None
    try:
        store.pull(transport)
    except WireError:
        if held is None:
            raise


def _devices(settings: Settings, clock: Clock, stack: ExitStack) -> Devices:
    reader, thermometer, mask, barrier, scanner, plate, turn = (
        stack.enter_context(_made(role, settings, clock))
        for role in ("reader", "thermometer", "mask", "barrier", "scanner", "plate", "turn")
    )
    sees = settings.camera.driver != "none"
    blind = frozenset(onlookers(settings))
    return Devices(reader, thermometer, mask, barrier, scanner, plate, turn, sees, blind)


def _made(role: str, settings: Settings, clock: Clock) -> Any:
    tables = {
        "camera": registry.CAMERAS,
        "reader": registry.READERS,
        "thermometer": registry.THERMOMETERS,
        "mask": registry.MASKS,
        "barrier": registry.BARRIERS,
        "scanner": registry.SCANNERS,
        "plate": registry.PLATES,
        "turn": registry.TURNS,
    }
    section = getattr(settings, role)
    try:
        driver = registry.load(tables[role], section.driver)
    except SettingError as fault:
        raise SettingError(f"{role}.driver: {fault.message}", remedy=fault.remedy) from fault
    timed = role in {"camera", "thermometer", "barrier", "scanner", "plate", "turn"}
    return driver(section, clock) if timed else driver(section)


def _display(settings: Settings, clock: Clock, bundle: Bundle) -> Display:
    if not settings.display.enabled:
        from kiosk.display.null import NullDisplay  # noqa: PLC0415 - loads a web server

        return NullDisplay()
    from kiosk.display.web import WebDisplay  # noqa: PLC0415

    return WebDisplay(settings.display, zone=bundle.site.zone, clock=clock)


def camera_at(settings: Settings, source: str) -> Settings:
    """The settings with another source for the camera, and the driver that fits it."""
    update = {"source": source, "driver": driver_for(source)}
    camera = settings.camera.model_copy(update=update)
    return settings.model_copy(update={"camera": camera})


def headless(settings: Settings) -> Settings:
    """The settings without a display."""
    display = settings.display.model_copy(update={"enabled": False})
    return settings.model_copy(update={"display": display})
