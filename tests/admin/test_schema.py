"""Whatever the APIs' own description allows, and much that it does not, gets a proper answer."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from checkpoint.domain.token_scope import TokenScope
from tests.admin.plant import Plant
from tests.admin.test_system_api import system

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
SYSTEMS = "/api/v1/enterprise/"


def _ask(plant: Plant, of_systems: bool, examples: int, headers: dict[str, str]) -> set[str]:
    """Send many requests to one of the two APIs; the operations that were asked."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", plant.app)
    asked = set()
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if (SYSTEMS in operation.path) != of_systems:
            continue
        asked.add(operation.label)

        @given(case=operation.as_strategy())
        @settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        def proper(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(checks=CHECKS, headers=headers)

        proper()
    return asked


def test_every_answer_to_kiosks_is_one_that_is_described(plant: Plant) -> None:
    assert len(_ask(plant, False, 20, {})) == 6


@pytest.mark.parametrize("scopes", [(), *((scope,) for scope in TokenScope)])
def test_every_answer_to_own_systems_is_one_that_is_described(
    plant: Plant, scopes: tuple[TokenScope, ...]
) -> None:
    """With a token of one scope, and with one of all (no scope named)."""
    settings_ = plant.app.config["SIBAO"]
    plant.app.config["SIBAO"] = settings_.model_copy(update={"api_per_minute": 100_000})
    bearer = {"Authorization": f"Bearer {system(plant, *scopes).text}"}
    routes = [r for r in plant.app.url_map.iter_rules() if r.endpoint.startswith("systems.")]
    assert len(_ask(plant, True, 4 if scopes else 25, bearer)) == len(routes)
