"""A driver is what the configuration names, or a fault that says what it may name."""

import pytest

from checkpoint.errors import DeviceFault, SettingError
from kiosk.drivers import registry

TABLES = {
    name: table
    for name, table in vars(registry).items()
    if name.isupper() and not name.startswith("_")
}


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_driver_loads_and_is_named_by_its_key(table: str) -> None:
    for name in TABLES[table]:
        assert registry.load(TABLES[table], name).name == name


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_wrong_name_is_told_with_the_right_ones(table: str) -> None:
    with pytest.raises(SettingError, match="'no-such'") as caught:
        registry.load(TABLES[table], "no-such")
    assert all(name in caught.value.remedy for name in TABLES[table])


def test_a_missing_library_is_a_fault_and_no_other_driver_steps_in() -> None:
    table = {"serial": "kiosk.drivers.no_such_module:Serial"}
    with pytest.raises(DeviceFault, match="'serial'") as caught:
        registry.load(table, "serial")
    assert caught.value.remedy
