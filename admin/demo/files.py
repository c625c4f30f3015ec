"""The files of the demo folder: settings, and where to look and how to sign in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from admin.demo import district

_LINE = re.compile(r"^ {2}(?P<username>[a-z]+) {2,}(?P<password>[\w-]+) ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Ports:
    """Where server and display listen on this machine."""

    server: int = 8000
    display: int = 8100


def admin_toml(ports: Ports) -> str:
    """The server's settings."""
    return f"""\
# The demo district's server. Only this machine reaches it.
data = "."
host = "127.0.0.1"
port = {ports.server}
public_url = "http://127.0.0.1:{ports.server}"
language = "zh"
demo = true
"""


def kiosk_toml(ports: Ports) -> str:
    """The settings of a gate that plays the film through the real decoder."""
    return f"""\
# The demo's first gate: a film of people coming to it. The display says SIMULATED.
folder = "kiosk"

[camera]
driver = "opencv"
source = "film.mp4"
loop = true

[thermometer]
driver = "film"

[mask]
driver = "film"

[barrier]
driver = "simulated"

# The film has one vehicle, and shows it from its side.
[plate]
driver = "simulated"
reads = "{district.BUS.plate}"

[display]
host = "127.0.0.1"
port = {ports.display}
"""


def webcam_toml(ports: Ports) -> str:
    """The settings of the same gate with a webcam; the gatekeeper types the temperature."""
    return f"""\
# The demo's first gate with this machine's webcam: the gatekeeper types the temperature; the
# camera judges the mask, and the gatekeeper where it is not sure.
folder = "kiosk"

[camera]
driver = "opencv"
source = "0"

[thermometer]
driver = "keypad"

[mask]
driver = "camera"

[barrier]
driver = "simulated"

[display]
host = "127.0.0.1"
port = {ports.display}
"""


def readme(ports: Ports, passwords: Mapping[str, str]) -> str:
    """Where to look and how to sign in, in both languages."""
    width = max(len(password) for password in passwords.values())
    lines = "\n".join(
        f"  {person.username:<6}  {passwords[person.username]:<{width}} "
        f" {person.about_zh} / {person.about_en}"
        for person in district.PEOPLE
    )
    return f"""\
{district.NAME} / {district.NAME_EN}
所有人名、证件号码和地点均为虚构。Every name, number and place is fictional.

管理后台 server    http://127.0.0.1:{ports.server}
门岗屏幕 display   http://127.0.0.1:{ports.display}

登录账号与密码 / usernames and passwords:
{lines}

密码是本次部署随机生成的，服务只在本机可用。
The passwords were made for this folder; the server is reachable from this machine only.
看什么 / what to see: carol 的“通行记录”会跟着影片更新 / carol's entries follow the film.
"""


def passwords_in(path: Path) -> dict[str, str]:
    """The passwords that an earlier run wrote down."""
    if not path.exists():
        return {}
    text = path.read_text(encoding="utf-8")
    return {form["username"]: form["password"] for form in _LINE.finditer(text)}


def write(path: Path, text: str, *, private: bool = False) -> bool:
    """Write a file unless it holds just this; whether it was written."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.touch(mode=0o600 if private else 0o644)
    path.write_text(text, encoding="utf-8")
    return True
