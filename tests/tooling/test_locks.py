"""The lock files are whole, agree with each other and name nothing that they must not."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.txt", "requirements-kiosk.txt", "requirements-dev.txt")
ALONE = ("requirements-weights.txt", "requirements-plates.txt")
ALL_LOCKS = (*LOCKS, "requirements-build.txt", "requirements-fuzz.txt", *ALONE)
NOT_AT_A_GATE = {"sqlalchemy", "alembic", "psycopg", "flask-security", "gunicorn", "spectree"}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pins(lock: str) -> dict[str, str]:
    lines = (ROOT / lock).read_text().splitlines()
    pins = [re.match(r"([\w.-]+)(?:\[[^]]*\])?==([\w.]+)", line) for line in lines]
    return {_plain(pin[1]): pin[2] for pin in pins if pin}


def _asked(source: str) -> set[str]:
    lines = (ROOT / source).read_text().splitlines()
    names = [re.match(r"[\w.-]+", line) for line in lines if not line.startswith(("-", "#"))]
    return {_plain(name[0]) for name in names if name}


@pytest.mark.parametrize("lock", ALL_LOCKS)
def test_all_that_is_asked_for_is_locked(lock: str) -> None:
    missing = _asked(lock.replace(".txt", ".in")) - set(_pins(lock))
    assert not missing, "run make lock"


@pytest.mark.parametrize("lock", ALL_LOCKS)
def test_every_pin_has_hashes(lock: str) -> None:
    pins = re.split(r"\n(?=\w)", (ROOT / lock).read_text())
    assert not [pin for pin in pins if "==" in pin and "--hash=sha256:" not in pin]


@pytest.mark.parametrize("lock", ALL_LOCKS)
def test_no_lock_names_where_packages_come_from(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.findall(r"://|--(?:extra-)?index|--find-links|--trusted", text)


@pytest.mark.parametrize("lock", LOCKS)
def test_one_opencv_only(lock: str) -> None:
    """A second distribution of OpenCV would overwrite the first one's files."""
    assert [name for name in _pins(lock) if name.startswith("opencv")] == ["opencv-python"]


def test_packages_taken_for_a_file_come_without_others() -> None:
    """Their dependencies would overwrite ours."""
    setup = (ROOT / "setup/venv.sh").read_text()
    for lock in ALONE:
        assert set(_pins(lock)) == _asked(lock.replace(".txt", ".in"))
        assert f"--no-deps -r {lock}" in setup


def test_a_gate_runs_the_same_versions() -> None:
    whole, gate = _pins("requirements.txt"), _pins("requirements-kiosk.txt")
    assert gate.items() <= whole.items()


def test_the_tests_run_the_same_versions() -> None:
    assert _pins("requirements.txt").items() <= _pins("requirements-dev.txt").items()


def test_the_training_sees_pictures_by_the_same_versions() -> None:
    whole, training = _pins("requirements.txt"), _pins("requirements-training.in")
    shared = whole.keys() & training.keys()
    assert {"numpy", "opencv-python"} <= shared
    assert {name: training[name] for name in shared} == {name: whole[name] for name in shared}


def test_a_gate_has_no_server() -> None:
    assert not NOT_AT_A_GATE & set(_pins("requirements-kiosk.txt"))


def test_every_dependency_has_its_reason() -> None:
    page = (ROOT / "docs/decisions/0001-dependencies.md").read_text(encoding="utf-8").lower()
    asked = set().union(
        *(
            _asked(f"requirements{part}.in")
            for part in ("", "-dev", "-fuzz", "-weights", "-training", "-plates")
        )
    )
    assert not sorted(name for name in asked if f"`{name}" not in page)
