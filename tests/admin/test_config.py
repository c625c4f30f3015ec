"""The server's settings: read once, and each wrong value is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from admin import config
from checkpoint.errors import SettingError


def _file(folder: Path, text: str) -> Path:
    path = folder / "admin.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_command_line_goes_before_the_environment_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _file(tmp_path, 'data = "here"\nport = 8001\nthreads = 3\n')
    monkeypatch.setenv("SIBAO_ADMIN_PORT", "8002")
    settings = config.load(path)
    assert (settings.data, settings.port, settings.threads) == (tmp_path / "here", 8002, 3)
    assert config.load(path, port=8003).port == 8003


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('port = "many"', r"port = 'many': .*integer"),
        ('port = "8000"', r"port = '8000': .*integer"),
        ("threads = true", r"threads = True: .*integer"),
        ("demo = 1", r"demo = 1: .*boolean"),
        ("port = 70000", r"port = 70000.*65535"),
        ("prot = 8000", r"prot = 8000: unknown key; known are .*port"),
        ('language = "fr"', r"language = 'fr'.*'zh' or 'en'"),
        ('public_url = "http://plant.example"', r"public_url.*only https"),
        ('demo = true\nhost = "0.0.0.0"', r"host = '0\.0\.0\.0'"),
        ("port = ", "is not TOML"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SettingError, match=words) as caught:
        config.load(_file(tmp_path, text))
    assert caught.value.remedy


def test_a_password_in_a_database_url_is_not_shown(tmp_path: Path) -> None:
    url = "postgresql://alice:s3cret@127.0.0.1/" + "x" * 1100
    with pytest.raises(SettingError) as caught:
        config.load(_file(tmp_path, f'database_url = "{url}"'))
    assert "s3cret" not in caught.value.diagnostics()


def test_a_missing_file_and_an_unknown_variable_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SettingError, match=r"admin\.toml: No such file"):
        config.load(tmp_path / "admin.toml")
    monkeypatch.setenv("SIBAO_ADMIN_PROT", "1")
    with pytest.raises(SettingError, match="SIBAO_ADMIN_PROT: unknown key 'prot'"):
        config.load(None)


def test_others_may_not_read_the_cookie_key(tmp_path: Path) -> None:
    settings = config.load(None, data=tmp_path)
    assert settings.secret_key() == settings.secret_key()
    (tmp_path / "keys" / "cookies.key").chmod(0o644)
    with pytest.raises(SettingError, match="others can read it"):
        settings.secret_key()
