"""The server's settings: one frozen object, read once from a TOML file and the environment.

A variable `SIBAO_ADMIN_PORT=8080` overrides `port` of the file. Relative paths are relative
to the folder of the TOML file.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, IPvAnyNetwork, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from checkpoint.durable import make_folder, new_file
from checkpoint.errors import SettingError
from checkpoint.settings import (
    named,
    refuse_mistyped,
    refuse_unknown_variables,
    toml_table,
)

PREFIX = "SIBAO_ADMIN_"


class Settings(BaseSettings):
    """All settings of one server."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
        env_prefix=PREFIX,
        hide_input_in_errors=True,
    )

    data: Path = Path("var/admin")
    """the data folder: database, keys, exports"""
    database_url: Annotated[str, Field(max_length=1024)] = ""
    """`sqlite:///…` or `postgresql://…`; empty takes `sibao.db` in the data folder"""
    heads: Path | None = None
    """the folder of heads kept outside of the database; none takes `DATA-heads` beside `data`"""
    host: Annotated[str, Field(min_length=1, max_length=255)] = "127.0.0.1"
    """the address to listen on"""
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    """the port to listen on"""
    threads: Annotated[int, Field(ge=1, le=256)] = 8
    """requests served at the same time"""
    public_url: Annotated[str, Field(max_length=255)] = "http://127.0.0.1:8000"
    """how kiosks and browsers reach the server; `https` unless it is on this machine"""
    secret_key_file: Path | None = None
    """the key that signs cookies; made on the first start, mode 0600, in the data folder's keys"""
    session_minutes: Annotated[int, Field(ge=5, le=1440)] = 60
    """how long a sign-in lasts without being used"""
    session_hours: Annotated[int, Field(ge=1, le=168)] = 12
    """how long a sign-in lasts at most"""
    second_factor_for: tuple[Literal["bureau", "enterprise", "inspector"], ...] = ("bureau",)
    """whose accounts need a second factor; `[]` for nobody, the demo asks for none"""
    second_factor_grace_days: Annotated[int, Field(ge=0, le=90)] = 14
    """how many days after the first sign-in one may still do without"""
    api_per_minute: Annotated[int, Field(ge=1, le=100_000)] = 600
    """how often one access token of an enterprise's own system may ask"""
    webhook_networks: tuple[IPvAnyNetwork, ...] = ()
    """networks of the plants' own, as `10.8.0.0/16`, where webhooks may go, over http as well"""
    language: Literal["zh", "en"] = "zh"
    """the language shown first: `zh` or `en`"""
    demo: bool = False
    """whether pages say that this is the demo district; allowed on this machine only"""

    @field_validator("public_url")
    @classmethod
    def _reachable_safely(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
            raise ValueError("give a scheme and a host, as https://sibao.example")
        if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
            raise ValueError("only https is allowed for another machine than this one")
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def database(self) -> str:
        """The URL of the database."""
        return self.database_url or f"sqlite:///{(self.data / 'sibao.db').absolute()}"

    @property
    def keys(self) -> Path:
        """The folder of the keys."""
        return self.data / "keys"

    @property
    def secure_cookies(self) -> bool:
        """Whether browsers may send cookies over https only."""
        return self.public_url.startswith("https:")

    def secret_key(self) -> str:
        """The key that signs cookies, made where there is none yet.

        Raises SettingError when it can't be read, or others could read it.
        """
        path = self.secret_key_file or self.keys / "cookies.key"
        try:
            make_folder(path.parent)
            if not path.exists():
                with suppress(FileExistsError):
                    new_file(path, secrets.token_urlsafe(48).encode())
            if path.stat().st_mode & 0o077:
                raise SettingError(
                    f"secret_key_file = {path}: others can read it", remedy=f"chmod 600 {path}"
                )
            key = path.read_text(encoding="ascii").strip()
        except (OSError, ValueError) as fault:
            raise SettingError(
                f"secret_key_file = {path}: {fault}", remedy="name a file that can be read and made"
            ) from fault
        if len(key) < 32:
            raise SettingError(
                f"secret_key_file = {path}: fewer than 32 characters",
                remedy="remove it; the next start makes a fresh one",
            )
        return key


def is_loopback(host: str) -> bool:
    """Whether an address or name is this machine itself."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def load(path: Path | None = None, **given: Any) -> Settings:
    """The settings of the command line, the environment, and a TOML file, in this order.

    Raises SettingError naming the key, the value found and what is allowed.
    """
    refuse_unknown_variables(PREFIX, Settings)
    table = toml_table(path) if path else {}
    origin = str(path) if path else "environment"
    refuse_mistyped(table, Settings, origin)
    if path:
        for key in ("data", "heads", "secret_key_file"):
            if isinstance(table.get(key), str):
                table[key] = str(path.parent / table[key])
    variables = {name.removeprefix(PREFIX).lower() for name in os.environ}
    below = {key: value for key, value in table.items() if key not in variables}
    above = {key: value for key, value in given.items() if value is not None}
    try:
        settings = Settings(**below | above)
    except ValidationError as fault:
        raise named(fault, Settings, origin, {"database_url"}) from fault
    if settings.demo and not is_loopback(settings.host):
        raise SettingError(
            f"{origin}: host = {settings.host!r}: the demo has known passwords",
            remedy="take 127.0.0.1, or set demo = false",
        )
    return settings
