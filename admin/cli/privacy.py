"""`retain`, `erase`, `person`: personal data whose time is over, and one person's on request."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import click

from admin.cli.options import opened, placed, settings_of
from admin.cli.progress import progress_bar
from admin.printing.own_record import own_record_zip
from checkpoint.durable import replace_file
from checkpoint.entrylog.erasure import Ground
from checkpoint.errors import Refused, StorageFault
from checkpoint.services import SYSTEM, Office, erasing, own_record, retaining
from checkpoint.services.erasing import ErasureForm

GROUNDS = (Ground.REQUEST, Ground.CONSENT, Ground.UNLAWFUL)


@click.command()
@placed
@click.option("--dry-run", is_flag=True, help="Only say how much is due.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for a script.")
def retain(data: Path | None, config: Path | None, dry_run: bool, as_json: bool) -> None:
    """Erase personal data whose time is over, by the policy's retention.

    The running server does it by itself once a day. May be cut short and run again.
    """
    with opened(settings_of(data, config)) as (_app, office), progress_bar(quiet=as_json) as tell:
        done = retaining.due(office) if dry_run else retaining.retain(office, SYSTEM, tell)
    if as_json:
        click.echo(json.dumps(asdict(done) | {"dry_run": dry_run}))
    else:
        said = ", ".join(f"{count} {name}" for name, count in asdict(done).items() if count)
        click.echo(f"{'due' if dry_run else 'erased'}: {said or 'nothing'}")


@click.command()
@placed
@click.option("--holder", "holder_id", help="The holder's number, 16 hex digits.")
@click.option("--id-number", is_flag=True, help="Ask for an ID number, for all rosters.")
@click.option(
    "--ground",
    type=click.Choice([ground.value for ground in GROUNDS]),
    required=True,
    help="Why: the person asked, withdrew consent, or it should not have been kept.",
)
@click.option("--yes", is_flag=True, help="Don't ask whether it is meant.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for a script.")
def erase(  # noqa: PLR0913, PLR0917 - one parameter an option
    data: Path | None,
    config: Path | None,
    holder_id: str | None,
    id_number: bool,
    ground: str,
    yes: bool,
    as_json: bool,
) -> None:
    """Erase one person for good, everywhere; the log stays whole and says that it was done.

    An ID number is asked for and never an argument: those are seen by others on the machine.
    """
    with opened(settings_of(data, config)) as (_app, office):
        forms = _meant(office, holder_id, ask=id_number)
        if not yes:
            click.confirm(f"Erase {len(forms)} roster lines and all their entries?", abort=True)
        entries = passes = 0
        with progress_bar(quiet=as_json) as tell:
            for form in forms:
                wanted = replace(form, ground=Ground(ground))
                done = erasing.erase_person(office, SYSTEM, wanted, tell)
                entries, passes = entries + done.entries, passes + done.passes
    told = {"holders": len(forms), "entries": entries, "passes": passes}
    words = f"erased: {entries} entries, {passes} passes, {len(forms)} roster lines"
    click.echo(json.dumps(told) if as_json else words)


@click.command()
@placed
@click.option("--holder", "holder_id", help="The holder's number, 16 hex digits.")
@click.option("--id-number", is_flag=True, help="Ask for an ID number; its first roster is taken.")
@click.option("--why", required=True, help="For the action record.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The ZIP to write (mode 0600): record.json, and record.html to read.",
)
def person(  # noqa: PLR0913, PLR0917 - one parameter an option
    data: Path | None,
    config: Path | None,
    holder_id: str | None,
    id_number: bool,
    why: str,
    out: Path,
) -> None:
    """Write a person's own record: everything held of them, and who looked at it and why."""
    with opened(settings_of(data, config)) as (app, office), app.test_request_context():
        (form, *others) = _meant(office, holder_id, ask=id_number)
        told = own_record.own_record(office, SYSTEM, form, why)
        try:
            replace_file(out, own_record_zip(told))
        except OSError as fault:
            raise StorageFault(
                f"{out}: {fault.strerror}", remedy="name a file in a folder with room"
            ) from fault
    more = "".join(f"\nalso: --holder {other.holder_id}" for other in others)
    click.echo(f"{out}: {len(told['entries'])} entries{more}")


def _meant(office: Office, holder_id: str | None, *, ask: bool) -> tuple[ErasureForm, ...]:
    if (holder_id is None) == (not ask):
        raise Refused("give --holder or --id-number", remedy="one of the two")
    if holder_id is not None:
        return (erasing.holder_home(office, holder_id),)
    return erasing.holders_of(office, click.prompt("ID number", hide_input=True))
