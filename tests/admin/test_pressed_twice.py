"""A button pressed twice does its work once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.admin.plant import Plant

FORMS = [
    ("bob /enterprise/roster/{worker_a}/pass", {"since": "2026-03-02", "until": "2026-03-31"}),
    ("bob /enterprise/visitors/new", {"name": "王五", "host": "Bob", "day": "2026-03-03"}),
    (
        "alice /bureau/passes/new",
        {"plate": "京A12345", "name": "赵六", "until": "2026-03-03", "enterprise_id": ""},
    ),
]


@pytest.mark.parametrize(("place", "form"), FORMS)
def test_a_pass_is_issued_once(plant: Plant, place: str, form: dict[str, Any]) -> None:
    username, path = place.format(**plant.ids).split()
    visitor = plant.visitor(username)
    first, second = (visitor.post(path, **form).headers["Location"] for _ in range(2))
    assert first == second
    plant.clock.advance(11)
    later = visitor.post(path, **form).headers["Location"]
    assert later != first
    assert visitor.post(f"{later}/revoke", why="lost").status_code == 302
    assert visitor.post(path, **form).headers["Location"] != later
