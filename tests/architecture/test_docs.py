"""What a person can meet is written down: a new one without its words fails here."""

import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import click
import pytest
from pydantic import BaseModel

from checkpoint.domain.reason import Reason

Read = Callable[[str], str]


@pytest.fixture
def read(root: Path) -> Read:
    """The text of a page of docs/."""
    return lambda name: (root / "docs" / name).read_text(encoding="utf-8")


def _unwritten(names: list[str], page: str) -> list[str]:
    assert names, "nothing to look for: has it moved?"
    return [name for name in names if f"`{name}`" not in page]


def test_every_reason(read: Read) -> None:
    assert not _unwritten([reason.value for reason in Reason], read("reasons.md"))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        nested = list(_models(field.annotation))
        if not nested:
            yield f"{prefix}{name}"
        for inner in nested:
            yield from _keys(inner, f"{prefix}{name}.")


@pytest.mark.parametrize("package", ["kiosk", "admin"])
def test_every_setting(package: str, read: Read) -> None:
    settings = importlib.import_module(f"{package}.config").Settings
    assert not _unwritten(list(_keys(settings)), read("operations.md"))


def _commands(command: click.Command, name: str) -> Iterator[str]:
    if isinstance(command, click.Group):
        for word, inner in sorted(command.commands.items()):
            yield from _commands(inner, f"{name} {word}")
    else:
        yield name


@pytest.mark.parametrize("package", ["checkpoint", "kiosk", "admin"])
def test_every_command(package: str, read: Read) -> None:
    main = importlib.import_module(f"{package}.__main__").main
    commands = list(_commands(main, f"python -m {package}"))
    page = read("operations.md")
    assert not [name for name in commands if not re.search(rf"{re.escape(name)}\b", page)]


def test_every_driver(read: Read) -> None:
    registry = importlib.import_module("kiosk.drivers.registry")
    tables = [
        value
        for name, value in vars(registry).items()
        if name.isupper() and isinstance(value, Mapping)
    ]
    assert not _unwritten([name for table in tables for name in table], read("operations.md"))


def test_every_path_of_the_api(read: Read, tmp_path: Path) -> None:
    config = importlib.import_module("admin.config")
    app = importlib.import_module("admin.app").create_app(config.Settings(data=tmp_path))
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")}
    paths = [re.sub(r"<(?:[^:<>]*:)?([^<>]+)>", r"{\1}", rule) for rule in sorted(rules)]
    page = read("api.md")
    assert paths
    assert not [path for path in paths if not re.search(rf"{re.escape(path)}(?![\w/{{])", page)]


def test_every_link_leads_somewhere(root: Path) -> None:
    pages = [*root.glob("*.md"), *root.glob("docs/**/*.md")]
    dead = [
        f"{page.relative_to(root)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)\s#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert pages
    assert not dead
