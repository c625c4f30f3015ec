"""`serve` says in one line that it can't, before it says that it does."""

from __future__ import annotations

import socket
from pathlib import Path

from click.testing import CliRunner

from admin.cli import main
from tests.admin.plant import Plant


def test_a_busy_port_is_one_line_and_exit_2(plant: Plant, tmp_path: Path) -> None:
    assert plant.ids
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = str(busy.getsockname()[1])
        done = CliRunner().invoke(main, ["serve", "--data", str(tmp_path / "data"), "--port", port])
    assert done.exit_code == 2
    (line,) = done.output.splitlines()
    assert f"port = {port}: Address already in use" in line
    assert "--port" in line
