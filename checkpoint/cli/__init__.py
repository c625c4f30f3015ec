"""The core's commands: verify, agree, audit, certificate, keygen, issue."""

from __future__ import annotations

import sys
from typing import Any

import click

from checkpoint import __version__
from checkpoint.cli.agree import agree_command
from checkpoint.cli.audit import audit_command
from checkpoint.cli.certificate import certificate_command
from checkpoint.cli.issue import issue_command, keygen_command
from checkpoint.cli.verify import verify_command
from checkpoint.errors import SibaoError


class _Group(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SibaoError as fault:
            click.echo(fault.diagnostics(), err=True)
            sys.exit(4)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sibao")
def main() -> None:
    """Passes and evidence: verify a pass, audit an entry log, make keys, issue a pass.

    A fault (an unreadable file, a wrong option) is one line on standard error and exit 4, or 2
    from the option parser.
    """


for command in (
    *(verify_command, agree_command, audit_command, certificate_command),
    *(keygen_command, issue_command),
):
    main.add_command(command)
