"""Every plate reader of the registry keeps its port's promises."""

import pytest
from pydantic import ValidationError

from checkpoint.clock import FixedClock
from kiosk.config import PlateSettings
from kiosk.drivers import registry
from kiosk.ports import Glimpse, PlateReader, PlateReading
from tests.contract.conftest import START

pytestmark = pytest.mark.port("plate reader")


def _reader(name: str, **settings: str) -> PlateReader:
    made: PlateReader = registry.load(registry.PLATES, name)(
        PlateSettings(driver=name, **settings), FixedClock(START)
    )
    return made


@pytest.mark.parametrize("name", sorted(registry.PLATES))
def test_a_plate_reader_is_a_device(name: str) -> None:
    reader = _reader(name)
    with reader:
        assert reader.name == name
        assert reader.simulated is (name == "simulated")
        reader.check()
    reader.close()


def test_the_button_reads_nothing() -> None:
    assert _reader("button").look(Glimpse(START)) is None


def test_the_simulated_reader_reads_the_plate_of_the_settings() -> None:
    reader = _reader("simulated", reads="粤B·D12345")
    assert reader.look(Glimpse(START)) == PlateReading("粤BD12345", 1.0)


def test_the_settings_take_no_plate_that_is_none() -> None:
    with pytest.raises(ValidationError, match="is no plate"):
        PlateSettings(reads="ABC123")
