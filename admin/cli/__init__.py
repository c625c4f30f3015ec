"""The server's commands: one group or command a subject."""

from __future__ import annotations

import sys
from typing import Any

import click

from admin.cli.account import account
from admin.cli.backup import backup_command, restore
from admin.cli.certificates import certificates
from admin.cli.data import db, demo, export
from admin.cli.evidence import heads_command, prove_command
from admin.cli.keys import keys
from admin.cli.passes import passes
from admin.cli.privacy import erase, person, retain
from admin.cli.serve import serve
from admin.cli.sunset import sunset
from checkpoint import __version__
from checkpoint.errors import SibaoError


class _Group(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SibaoError as fault:
            click.echo(fault.diagnostics(), err=True)
            sys.exit(2)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sibao")
def main() -> None:
    """The server: pages for bureau, enterprises and inspectors, and the kiosks' API.

    A fault (a wrong setting, a database that does not answer) is one line on standard error
    and exit 2.
    """


for command in (
    *(serve, demo, db, export, account, keys, certificates, passes),
    *(retain, erase, person, sunset),
    *(backup_command, restore),
    *(prove_command, heads_command),
):
    main.add_command(command)
