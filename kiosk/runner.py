"""The gate in motion: one loop, a thread for the server, a watchdog, an orderly end."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import checkpoint
from checkpoint.clock import Clock
from checkpoint.domain.observation import ClockQuality, Direction
from checkpoint.errors import DeviceFault, JournalFault, LogFault
from checkpoint.wire.bundle import Bundle
from kiosk.config import Settings
from kiosk.gate.clock_quality import ClockJudge
from kiosk.gate.decision import InForce
from kiosk.gate.faults import Code, fault_of
from kiosk.gate.gate import Gate
from kiosk.gate.reference import ReferenceDesk
from kiosk.gate.unheard import UnheardEmergency
from kiosk.journal import Journal
from kiosk.journal.erasing import Wanted
from kiosk.ports import Camera, Connection, Display, Fault, Frame
from kiosk.sync import Sync

IDLE_S = 0.01
"""The pause of a turn without a picture."""
CAMERA_AGAIN_S = 1.0
GLANCE_S = 0.5
PRUNE_S = 24 * 3600.0
JOIN_S = 3.0
HANGS_S = 10
HOPELESS_S = 60
EXIT_HUNG = 70


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the bundle comes from: what is in force and how old the server's word on it is."""

    bundle: Callable[[], Bundle]
    age_s: Callable[[], int | None]


@dataclass(frozen=True, slots=True)
class Station:
    """All that runs, made by bootstrap. `sync` is None for a gate without a server."""

    settings: Settings
    gate: Gate
    journal: Journal
    camera: Camera
    display: Display
    standing: Standing
    clock_judge: ClockJudge
    sync: Sync | None
    desk: ReferenceDesk
    unheard: UnheardEmergency


class Runner:
    """Turns the gate until it is told to stop, or the film is over."""

    def __init__(self, station: Station, clock: Clock, *, until_end: bool = False) -> None:
        self._s, self._clock, self._until_end = station, clock, until_end
        self._stop = threading.Event()
        self._lockstep = station.settings.camera.pace == "lockstep"
        self._lead = timedelta()
        self._film: tuple[datetime, float] | None = None
        self._past = station.journal.newest_at()
        self._camera_at = self._glance_at = self._prune_at = clock.monotonic()
        self._unsent = 0
        self._why = "told to stop"
        self._told: frozenset[str] = frozenset()
        if station.camera.simulated:
            station.gate.simulated = ("camera", *station.gate.simulated)

    def stop(self) -> None:
        """End after this turn. May be called from a signal handler."""
        self._stop.set()

    def run(self) -> None:
        """The whole life of the gate, from the BOOT entry to the last head."""
        station = self._s
        self._take(self._clock.now())
        station.gate.begin(self._clock.now(), checkpoint.__version__)
        station.unheard.recall()
        thread = None
        if station.sync:
            thread = threading.Thread(target=station.sync.run, name="sync", daemon=True)
            thread.start()
        watchdog = Watchdog(hangs=station.unheard.look)
        try:
            while not self._stop.is_set():
                watchdog.beat()
                self.turn()
                station.unheard.heard()
        finally:
            watchdog.close()
            station.gate.end(self._moment(None), self._why)
            if station.sync and thread:
                station.sync.stop()
                thread.join(JOIN_S)
                self._last_try(station.sync, thread)

    def _last_try(self, sync: Sync, thread: threading.Thread) -> None:
        """A server that answered shall have the last entries too; a silent one can wait."""
        if not thread.is_alive() and (self._until_end or sync.state.online):
            sync.last_try()

    def turn(self) -> None:
        """Newest picture, gatekeeper's acts, one step, show."""
        gate, display = self._s.gate, self._s.display
        frame = self._picture()
        now = self._moment(frame)
        self._take(now)
        self._glance(now)
        desk, policy = self._s.desk, self._bundle(now).policy
        view = gate.step(frame, desk.hear(display.acts(), now), now)
        desk.turn(now, idle=gate.idle)
        display.show(replace(view, reference=desk.view(policy, now)))
        self._tell(view.faults)
        if frame is not None:
            display.preview(frame.image)
        elif gate.idle and self._s.camera.ended:
            self._film_over()
        if frame is None:
            self._stop.wait(IDLE_S)

    def _tell(self, faults: tuple[Fault, ...]) -> None:
        """A line on standard error for each fault that begins: not every gate has a screen."""
        for fault in faults:
            if fault.code not in self._told:
                remedy = f" → {fault.remedy}" if fault.remedy else ""
                with suppress(OSError):
                    sys.stderr.write(
                        f"{fault.operator_code} {fault.code}: {fault.message}{remedy}\n"
                    )
        self._told = frozenset(fault.code for fault in faults)

    def _picture(self) -> Frame | None:
        if self._clock.monotonic() < self._camera_at:
            return None
        faults, camera = self._s.gate.faults, self._s.camera
        try:
            camera.check()
            well = True
        except Exception as raised:  # noqa: BLE001 - no driver's bug may stop the gate
            faults.begin(fault_of(Code.CAMERA, raised), self._clock.now())
            well = False
        try:
            frame = camera.newest()
        except Exception as raised:  # noqa: BLE001 - no driver's bug may stop the gate
            self._camera_lost(raised)
            return None
        if frame is not None and well:
            faults.end(Code.CAMERA, self._clock.now())
        return frame

    def _camera_lost(self, raised: Exception) -> None:
        self._s.gate.faults.begin(fault_of(Code.CAMERA, raised), self._clock.now())
        self._camera_at = self._clock.monotonic() + CAMERA_AGAIN_S

    def _moment(self, frame: Frame | None) -> datetime:
        """The time of this turn: at lockstep the film's own, which goes on when it is over."""
        if not self._lockstep:
            return self._clock.now()
        if frame is not None:
            self._lead = self._clock.now() - frame.at if self._film is None else self._lead
            self._film = (frame.at + self._lead, self._clock.monotonic())
        if self._film is None:
            return self._clock.now()
        at, since = self._film
        return at + timedelta(seconds=self._clock.monotonic() - since)

    def _take(self, now: datetime) -> None:
        """What is in force may have been replaced by the other thread."""
        bundle = self._bundle(now)
        past = max(bundle.issued_at, self._past or bundle.issued_at)
        quality = ClockQuality.UNSYNCHRONISED
        if not self._lockstep:
            quality = self._s.clock_judge.quality(past)
        if quality is ClockQuality.SUSPECT:
            message = f"the clock says {self._clock.now():%Y-%m-%d %H:%M:%S} UTC, which can't be"
            remedy = "set the time; the server's next answer confirms it"
            self._s.gate.faults.begin(Fault(Code.CLOCK, message, remedy), now)
        else:
            self._s.gate.faults.end(Code.CLOCK, now)
        checked = self._s.desk.state(bundle.policy, now)
        self._s.gate.take(InForce(bundle, self._s.standing.age_s(), quality, checked), now)

    def _bundle(self, now: datetime) -> Bundle:
        """What the server gave, with the policy whose time has come."""
        return self._s.standing.bundle().at(now)

    def _glance(self, now: datetime) -> None:
        """Now and then: how the gate stands to its server, and what may be pruned."""
        elapsed, station = self._clock.monotonic(), self._s
        if elapsed < self._glance_at:
            return
        self._glance_at = elapsed + GLANCE_S
        with suppress(JournalFault):
            if elapsed >= self._prune_at:
                self._prune_at = elapsed + PRUNE_S
                station.journal.prune(station.settings.keep_days)
            station.journal.forget(_forgotten(self._bundle(now), self._clock.now()))
            if station.sync:
                self._unsent = station.journal.unsent_count()
        if station.sync:
            state = station.sync.state
            age = station.standing.age_s()
            station.gate.connection = Connection(
                True, state.online, self._unsent, age, state.last_receipt
            )
            self._tell_of_log(state.log, now)
            fault = state.fault
            notice = Fault(Code.SERVER, fault.message, fault.remedy) if fault else None
            station.gate.notices = (notice,) if notice else ()

    def _tell_of_log(self, fault: LogFault | None, now: datetime) -> None:
        """A server that went back on what it signed is an entry in this gate's chain."""
        if fault:
            self._s.gate.faults.begin(Fault(Code.SERVER_LOG, fault.message, fault.remedy), now)
        else:
            self._s.gate.faults.end(Code.SERVER_LOG, now)

    def _film_over(self) -> None:
        """Nobody is half-way and the film has ended: stop, or turn the gate round and rewind."""
        gate, camera = self._s.gate, self._s.camera
        if self._until_end:
            self._why = "the film ended"
            self._stop.set()
        elif self._s.settings.camera.loop:
            try:
                camera.rewind()
            except DeviceFault as fault:
                self._camera_lost(fault)
            else:
                gate.turn_round(Direction.OUT if gate.direction is Direction.IN else Direction.IN)


def _forgotten(bundle: Bundle, now: datetime) -> Wanted:
    """What the policy and the bureau's erasures want forgotten, network or not."""
    days = timedelta(days=bundle.policy.retention.entries_days)
    return Wanted(now - days, bundle.erased)


class Watchdog:
    """Says so when the gate hangs in a driver, and ends the process when it stays so.

    What was shown is on disk by then; a supervisor starts the gate again. `hangs` is called at
    each tick at which the gate has not moved.
    """

    def __init__(
        self,
        tick_s: float = 1.0,
        give_up: Callable[[], None] | None = None,
        hangs: Callable[[], None] = lambda: None,
    ) -> None:
        self._tick_s, self._hangs = tick_s, hangs
        self._give_up = give_up or (lambda: os._exit(EXIT_HUNG))
        self._beaten, self._closed = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self._thread.start()

    def beat(self) -> None:
        """The gate moves."""
        self._beaten.set()

    def close(self) -> None:
        """Watch no longer."""
        self._closed.set()

    def _watch(self) -> None:
        silent = 0
        while not self._closed.wait(self._tick_s):
            silent = 0 if self._beaten.is_set() else silent + 1
            self._beaten.clear()
            if silent:
                self._hangs()
            if silent == HANGS_S:
                sys.stderr.write(f"the gate has not moved for {HANGS_S} s → a device hangs\n")
            if silent >= HOPELESS_S:
                self._give_up()
                return
