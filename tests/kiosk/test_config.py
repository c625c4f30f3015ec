"""Settings: each wrong value is told with its key, what was found and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from checkpoint.domain.observation import Direction, Mask
from checkpoint.errors import SettingError
from kiosk.config import Section, Settings, load


def written(folder: Path, text: str) -> Path:
    path = folder / "kiosk.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_small_file_suffices(tmp_path: Path) -> None:
    settings = load(written(tmp_path, 'folder = "data"\n[camera]\nsource = 1\n'))
    assert settings.folder == tmp_path / "data"
    assert settings.camera.source == "1"
    assert settings.gate.direction is Direction.IN
    assert settings.thermometer.driver == "keypad"
    assert not settings.standalone


def test_relative_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    assert load(written(tmp_path, '[camera]\nsource = "film.mp4"')).camera.source == str(
        tmp_path / "film.mp4"
    )
    for source in ("rtsp://10.0.0.9/live", "/srv/film.mp4", "0"):
        assert load(written(tmp_path, f'[camera]\nsource = "{source}"')).camera.source == source


def test_the_environment_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIBAO_KIOSK_GATE__DIRECTION", "out")
    monkeypatch.setenv("SIBAO_KIOSK_MASK__FIXED", "none")
    settings = load(written(tmp_path, '[gate]\ndirection = "in"\nopen_s = 9\n'))
    assert settings.gate.direction is Direction.OUT
    assert settings.gate.open_s == 9
    assert settings.mask.fixed is Mask.NONE


WRONG = {
    '[gate]\nopen_s = "soon"': ("gate.open_s", "'soon'", "number"),
    "[gate]\nopen_s = 0": ("gate.open_s", "0", "greater than or equal to 0.5"),
    "[gate]\nverdict_s = nan": ("gate.verdict_s", "nan", "finite"),
    '[gate]\ndirection = "sideways"': ("gate.direction", "'sideways'", "'in' or 'out'"),
    "[gate]\ncolour = 1": ("gate.colour", "unknown key", "direction"),
    "colour = 1": ("colour", "unknown key", "camera"),
    "camera = 3": ("camera", "3", "dictionary"),
    '[camera]\npace = "fast"': ("camera.pace", "'fast'", "'real' or 'lockstep'"),
    "[display]\nport = 70000": ("display.port", "70000", "65535"),
    '[thermometer]\ncelsius = "warm"': ("thermometer.celsius", "'warm'", "number"),
    '[barrier]\naddress = "udp://x"': ("barrier.address", "'udp://x'", "not a valid address"),
    '[barrier]\naddress = "tcp://x:99999"': ("barrier.address", "tcp://HOST:PORT"),
    '[turn]\naddress = "tcp://:502"': ("turn.address", "'tcp://:502'", "not a valid address"),
    '[thermometer]\nport = "com://1"': ("thermometer.port", "'com://1'", "not a valid line"),
    "[sync]\nbatch = 1000": ("sync.batch", "1000", "256"),
    "keep_days = 3": ("keep_days", "3", "30"),
    'standalone = "perhaps"': ("standalone", "'perhaps'", "boolean"),
}


@pytest.mark.parametrize(("text", "words"), WRONG.items())
def test_a_wrong_value_names_key_value_and_what_is_allowed(
    tmp_path: Path, text: str, words: tuple[str, ...]
) -> None:
    with pytest.raises(SettingError) as caught:
        load(written(tmp_path, text))
    line = caught.value.diagnostics()
    assert "\n" not in line
    assert "kiosk.toml" in line
    assert all(word in line for word in words), line


def test_every_wrong_value_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingError) as caught:
        load(written(tmp_path, "[gate]\nopen_s = 0\nverdict_s = -1"))
    assert "gate.open_s" in caught.value.message
    assert "gate.verdict_s" in caught.value.message


def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIBAO_KIOSK_GATES__OPEN_S", "3")
    with pytest.raises(SettingError, match="SIBAO_KIOSK_GATES__OPEN_S"):
        load(None)


def test_a_missing_file_and_bad_toml_are_named(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="No such file"):
        load(tmp_path / "none.toml")
    with pytest.raises(SettingError, match="is not TOML"):
        load(written(tmp_path, "[gate\n"))
    (tmp_path / "kiosk.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingError, match="is not TOML"):
        load(tmp_path / "kiosk.toml")


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Settings().gate.open_s = 3  # type: ignore[misc]


def test_every_setting_says_what_it_is_for() -> None:
    described = [f for s in Section.__subclasses__() for f in s.model_fields.values()]
    described += [Settings.model_fields[name] for name in ("folder", "standalone", "keep_days")]
    assert all(field.description for field in described)
