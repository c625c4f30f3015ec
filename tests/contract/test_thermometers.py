"""Thermometers that are wired to something: settled, corrected, never made up."""

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Event
from typing import ClassVar

import pytest
import smbus2
from hypothesis import given
from hypothesis import strategies as st

from checkpoint.clock import Clock, FixedClock
from checkpoint.domain.observation import Reading
from checkpoint.errors import DeviceFault
from kiosk.config import ThermometerSettings
from kiosk.drivers import registry
from kiosk.drivers.thermometers import watched
from kiosk.drivers.thermometers.correction import skin_c
from kiosk.drivers.thermometers.mlx90614 import Mlx90614Probe, pec
from kiosk.drivers.thermometers.watched import Sample, WatchedThermometer
from kiosk.ports import Glimpse, Thermometer
from tests.contract.conftest import START
from tests.contract.probes import Bus, gun, kernel_files
from tests.contract.thermal_array import ArrayWire

pytestmark = pytest.mark.port("thermometer")

WIRED = ("iio", "mlx90614", "mlx90640", "serial")
PATIENCE = range(1000)


class Wires(ArrayWire, Bus):
    """One bus with a sensor of each kind on it."""


@pytest.fixture(autouse=True)
def bus(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wire of every test; a healthy sensor is on it."""
    monkeypatch.setattr(smbus2, "SMBus", Wires)
    for name, value in (("object_c", 36.5), ("ambient_c", 20.0), ("broken", "")):
        monkeypatch.setattr(Bus, name, value)


@contextmanager
def _wired(name: str, folder: Path, clock: Clock) -> Iterator[Thermometer]:
    driver = registry.load(registry.THERMOMETERS, name)
    if name == "serial":
        with gun() as (settings, _), driver(settings, clock) as made:
            yield made
        return
    kernel_files(folder, 36.5)
    with driver(ThermometerSettings(folder=str(folder)), clock) as made:
        yield made


def test_every_thermometer_is_held_to_its_contract() -> None:
    assert set(registry.THERMOMETERS) == {*WIRED, "film", "keypad", "simulated"}


@pytest.mark.driver("serial")
@pytest.mark.parametrize("name", WIRED)
def test_is_a_real_device(name: str, clock: FixedClock, tmp_path: Path) -> None:
    with _wired(name, tmp_path, clock) as thermometer:
        assert (thermometer.name, thermometer.simulated) == (name, False)
        thermometer.check()
        assert thermometer.measure(Glimpse(START)) is None, "nothing has settled yet"
        thermometer.close()


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("iio", ThermometerSettings(folder="/sys/no-such-sensor")),
        ("mlx90614", ThermometerSettings(bus=9)),
        ("mlx90640", ThermometerSettings(bus=9)),
        ("serial", ThermometerSettings(port="/dev/no-such-line")),
    ],
)
def test_an_absent_one_is_said_with_a_remedy(
    name: str, settings: ThermometerSettings, clock: FixedClock
) -> None:
    with (
        registry.load(registry.THERMOMETERS, name)(settings, clock) as thermometer,
        pytest.raises(DeviceFault, match=r"thermometer\.") as caught,
    ):
        thermometer.check()
    assert caught.value.remedy


@pytest.mark.parametrize("broken", ["unplugged", "noise", "error"])
def test_what_the_bus_damages_is_no_temperature(
    broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    probe = Mlx90614Probe(ThermometerSettings())
    assert probe.sample().object_c == pytest.approx(36.5, abs=0.011)
    monkeypatch.setattr(Bus, "broken", broken)
    with pytest.raises(DeviceFault, match="0x5a"):
        probe.sample()


def test_the_error_code_is_the_datasheets() -> None:
    """The example of the MLX90614 datasheet, section 8.4.3.1: Tobj1 read as 0x3AD2."""
    assert pec(bytes((0xB4, 0x07, 0xB5, 0xD2, 0x3A))) == 0x30


class Fed:
    """A probe that says what the test feeds it, one sample at a time."""

    feed: ClassVar[Queue[Sample | DeviceFault]] = Queue()
    taken = False

    def __init__(self, settings: ThermometerSettings) -> None:
        self._first = True

    def sample(self) -> Sample:
        """The next one; the one before is then done with."""
        if self._first:
            self._first = False
            return Sample(-300.0)
        if self.taken:
            self.feed.task_done()
        said = self.feed.get()
        self.taken = True
        if isinstance(said, DeviceFault):
            raise said
        return said

    def close(self) -> None:
        """Nothing to let go of."""


class FedThermometer(WatchedThermometer):
    name = "fed"
    probe = Fed


class Bench:
    """A thermometer, its clock, and what it is fed a tenth of a second apart."""

    def __init__(self, settings: ThermometerSettings, clock: FixedClock) -> None:
        Fed.feed = Queue()
        self.clock, self.thermometer = clock, FedThermometer(settings, clock)

    def say(self, *values: float | DeviceFault, ambient_c: float | None = 20.0) -> None:
        for value in values:
            self.clock.advance(0.1)
            said = value if isinstance(value, DeviceFault) else Sample(value, ambient_c)
            Fed.feed.put(said)
            while Fed.feed.unfinished_tasks:
                Event().wait(0.0005)

    def reading(self) -> Reading | None:
        return self.thermometer.measure(Glimpse(self.clock.now()))


@pytest.fixture
def bench(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr(watched, "PERIOD_S", 0.0)
    made = Bench(ThermometerSettings(distance_mm=300), clock)
    yield made
    for _ in range(2):
        Fed.feed.put(Sample(0.0))
    made.thermometer.close()


def test_a_reading_counts_once_it_has_settled(bench: Bench) -> None:
    bench.say(22.0, 29.0, 34.1, 35.9)
    assert bench.reading() is None
    bench.say(36.2, 36.2, 36.21, 36.19, 36.2, 36.22, 36.18, 36.2, 36.21)
    reading = bench.reading()
    assert reading is not None
    assert (reading.raw_c, reading.sensor, reading.distance_mm) == (3620, "fed", 300)
    assert reading.ambient_c == 2000
    assert 3620 < reading.corrected_c < 3670, "skin reflects 2 % of colder surroundings"


@pytest.mark.parametrize("level", [20.0, 29.9, 43.1, 60.0])
def test_a_wall_or_a_kettle_is_nobody(bench: Bench, level: float) -> None:
    bench.say(*(level + 0.02 * (n % 3) for n in range(12)))
    assert bench.reading() is None


def test_a_second_reading_is_a_second_measurement(bench: Bench) -> None:
    steady = [36.5, 36.52, 36.51, 36.5, 36.49, 36.51, 36.5, 36.52, 36.5]
    bench.say(*steady)
    assert bench.reading() is not None
    assert bench.reading() is None
    bench.say(*steady)
    assert bench.reading() is None, "the second and a half of the settings has not passed"
    bench.say(*steady, *steady)
    assert bench.reading() is not None


def test_silence_is_a_fault_and_ends_by_itself(bench: Bench) -> None:
    bench.say(36.5, DeviceFault("no answer", remedy="plug it in"))
    with pytest.raises(DeviceFault, match="no answer"):
        bench.thermometer.check()
    with pytest.raises(DeviceFault, match="no answer"):
        bench.reading()
    bench.say(36.5)
    bench.thermometer.check()
    assert bench.reading() is None, "what came before the silence is forgotten"


def test_no_number_is_a_fault(bench: Bench) -> None:
    bench.say(math.nan)
    with pytest.raises(DeviceFault, match="no number"):
        bench.thermometer.check()


def test_the_very_same_for_ever_is_a_fault(bench: Bench) -> None:
    bench.say(*[36.5] * 18)
    bench.thermometer.check()
    bench.say(*[36.5] * 2)
    with pytest.raises(DeviceFault, match="the very same"):
        bench.thermometer.check()
    bench.say(36.52)
    bench.thermometer.check()


@given(true_c=st.floats(25, 42), ambient_c=st.floats(-30, 40), emissivity=st.floats(0.9, 1))
def test_the_correction_undoes_what_skin_reflects(
    true_c: float, ambient_c: float, emissivity: float
) -> None:
    t, a = true_c + 273.15, ambient_c + 273.15
    seen = (emissivity * t**4 + (1 - emissivity) * a**4) ** 0.25 - 273.15
    settings = ThermometerSettings(emissivity=emissivity)
    assert skin_c(seen, ambient_c, settings) == pytest.approx(true_c, abs=1e-6)


def _heard(thermometer: Thermometer) -> Reading | None:
    pause = Event()
    for _ in PATIENCE:
        reading = thermometer.measure(Glimpse(START))
        if reading is not None:
            return reading
        pause.wait(0.01)
    return None


def test_a_gun_says_each_measure_once(clock: FixedClock) -> None:
    with gun() as (settings, far):
        driver = registry.load(registry.THERMOMETERS, "serial")
        with driver(settings, clock) as thermometer:
            os.write(far, b"BODY:36.7C\r\n")
            reading = _heard(thermometer)
            assert reading is not None
            assert (reading.raw_c, reading.corrected_c) == (3670, 3670)
            assert thermometer.measure(Glimpse(START)) is None


@pytest.mark.parametrize(
    "line", [b"LOW\r\n", b"BODY:12.3C\n", b"BODY:99.9C\n", b"\xff\xfe\n", b"\n"]
)
def test_a_gun_without_a_body_before_it_says_nothing(line: bytes, clock: FixedClock) -> None:
    with gun() as (settings, far):
        driver = registry.load(registry.THERMOMETERS, "serial")
        with driver(settings, clock) as thermometer:
            os.write(far, line + b"36.6\n")
            reading = _heard(thermometer)
            assert reading is not None
            assert reading.raw_c == 3660, "only the line that came after it counts"


@pytest.mark.driver("serial")
def test_an_old_measure_was_somebody_elses(clock: FixedClock) -> None:
    with gun() as (settings, far):
        driver = registry.load(registry.THERMOMETERS, "serial")
        with driver(settings, clock) as thermometer:
            os.write(far, b"36.7\n")
            pause = Event()
            while thermometer._said is None:  # the line has come
                pause.wait(0.001)
            clock.advance(1.1)
            assert thermometer.measure(Glimpse(START)) is None


@pytest.mark.driver("serial")
def test_a_babbling_line_is_a_fault(clock: FixedClock) -> None:
    with gun() as (settings, far):
        driver = registry.load(registry.THERMOMETERS, "serial")
        with driver(settings, clock) as thermometer:
            os.write(far, b"U" * 1000)
            with pytest.raises(DeviceFault, match=r"thermometer\.port"):
                _check_until_it_raises(thermometer)


def _check_until_it_raises(thermometer: Thermometer) -> None:
    pause = Event()
    for _ in PATIENCE:
        thermometer.check()
        pause.wait(0.01)


@pytest.mark.parametrize("pattern", ["(", r"\d+", "(?P<fahrenheit>x)"])
def test_a_pattern_without_a_temperature_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"celsius|expression"):
        ThermometerSettings(line=pattern)
