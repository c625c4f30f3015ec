"""Hostile passes: each is a reason, names nobody, and takes little memory to refuse."""

from __future__ import annotations

import resource
import tracemalloc
from collections.abc import Callable

import pytest

from checkpoint.credential import verify
from checkpoint.credential.foreign import verify_foreign
from checkpoint.domain.reason import Reason
from fuzz import hostile
from fuzz.ground import NOW, Ground
from fuzz.mutations import portion
from fuzz.state import State, vaccination
from fuzz.targets import TARGETS, seeds

MEMORY = 16 << 20
GROUND, STATE = Ground.of(15), State()
OURS = hostile.texts(GROUND) | {f"signed: {k}": v for k, v in hostile.signed(GROUND).items()}
THEIRS = hostile.foreign(STATE)


def _reasons(text: str) -> tuple[Reason, ...]:
    found = verify(text, GROUND.trust, NOW)
    assert found.health_pass is None
    return found.reasons


def _reasons_as_foreign(text: str) -> tuple[Reason, ...]:
    return verify_foreign(text, STATE.trusted, NOW).reasons


def _traced(judge: Callable[[str], object], text: str) -> int:
    """Bytes that judging takes at its peak, in Python's memory or the process's."""
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    try:
        judge(text)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - resident
    return max(peak, grown * 1024)


@pytest.mark.parametrize("name", OURS)
def test_a_hostile_pass_is_malformed_and_small(name: str) -> None:
    assert _reasons(OURS[name]) == (Reason.MALFORMED,)
    assert _traced(_reasons, OURS[name]) < MEMORY


@pytest.mark.parametrize("name", THEIRS)
def test_a_hostile_certificate_is_malformed_and_small(name: str) -> None:
    assert _reasons_as_foreign(THEIRS[name]) == (Reason.MALFORMED,)
    assert _traced(_reasons_as_foreign, THEIRS[name]) < MEMORY


def test_what_is_attacked_is_taken_while_it_is_whole() -> None:
    genuine = GROUND.passes | GROUND.living
    assert all(verify(text, GROUND.trust, NOW).valid for text in genuine)
    assert verify_foreign(STATE.text(vaccination()), STATE.trusted, NOW).valid


@pytest.mark.parametrize("number", range(3))
def test_mutated_passes_are_refused_the_same_way_each_time(number: int) -> None:
    found = portion(7, number, 300)
    assert found.total() == 300
    assert not any(reasons.endswith(" ok") for reasons in found)
    assert {"SB1:", "SB2:"} <= {reasons[:4] for reasons in found}
    assert found == portion(7, number, 300)


@pytest.mark.parametrize("target", TARGETS)
def test_a_fuzzed_target_takes_what_it_begins_with(target: str) -> None:
    for seed in seeds(target):
        TARGETS[target](seed)
        TARGETS[target](seed[: len(seed) // 2])
