"""A file and a function stay small enough to be read at once."""

import ast
from collections.abc import Iterator
from pathlib import Path

MODULE_LINES = 300
HANDED_OUT = {"checkpoint/entrylog/export_kit/verify.py": 464}
"""One file by intent: it travels alone, and tells what is damaged, missing or can't be compared."""
FUNCTION_LINES = 50
CHECKED = ("checkpoint", "kiosk", "admin", "benchmarks", "fuzz", "training")


def _sources(root: Path) -> Iterator[tuple[str, str]]:
    for package in CHECKED:
        for path in sorted((root / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(root)), path.read_text(encoding="utf-8")


def test_modules(root: Path) -> None:
    long = {
        name: n
        for name, text in _sources(root)
        if (n := text.count("\n")) > HANDED_OUT.get(name, MODULE_LINES)
    }
    assert not long, f"over {MODULE_LINES} lines"


def test_functions(root: Path) -> None:
    long = {
        f"{name}:{node.lineno} {node.name}": lines
        for name, text in _sources(root)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    }
    assert not long, f"over {FUNCTION_LINES} lines"
