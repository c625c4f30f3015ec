"""The watch over ID numbers sees one."""

import pytest

from tests.fixtures.privacy import SHOWN, note, numbers, pytest_runtest_makereport

SEEDED = "11010519491231002X"
"""The example of GB 11643-1999, annex A."""


def test_it_knows_a_number_by_its_check_character() -> None:
    text = f"name=x id={SEEDED.lower()} other=110105194912310021 order=1{SEEDED}9"
    assert numbers(text.encode()) == [SEEDED]


def judged(request: pytest.FixtureRequest, logged: str) -> pytest.TestReport:
    """The report of a test that passed and logged this."""
    report = pytest.TestReport(
        "test_it", ("", 0, ""), {}, "passed", None, "call", [("Captured log call", logged)]
    )
    hook = pytest_runtest_makereport(request.node)
    next(hook)
    with pytest.raises(StopIteration) as end:
        hook.send(report)
    assert end.value.value == report
    return report


def test_a_test_that_logs_a_number_fails(request: pytest.FixtureRequest) -> None:
    assert judged(request, "worker added").passed
    report = judged(request, f"worker {SEEDED} added")
    assert report.failed
    assert "Captured log call" in str(report.longrepr)
    assert SEEDED not in str(report.longrepr)


def test_a_number_in_an_address_is_remembered_for_the_report(
    request: pytest.FixtureRequest,
) -> None:
    note("an address", f"/roster?search={SEEDED}".encode())
    assert SHOWN == ["an address"]
    assert judged(request, "").failed
    assert SHOWN == []
