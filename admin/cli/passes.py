"""`passes`: a roster's passes in one go, and whether every signature was logged."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress

from admin.cli.options import Shift, known_enterprise, opened, placed, settings_of
from admin.forms.fields import begin_of, end_of, today
from admin.printing import Paper, face_of, names_for, pdf
from checkpoint.clock import rfc3339
from checkpoint.domain.place import BUREAU
from checkpoint.services import SYSTEM, Office, phone_links
from checkpoint.services.forms import RosterForm
from checkpoint.services.issuing import in_need
from checkpoint.services.issuing_roster import issue_roster
from checkpoint.services.rows import HolderKind, IssuedMany, PhoneLinkRow
from checkpoint.services.signatures import tally

_PAPERS = {HolderKind.WORKER: Paper.SHEET, HolderKind.VEHICLE: Paper.PERMIT}


@click.group()
def passes() -> None:
    """Passes of an enterprise's roster, and the links by which phones get them."""


@passes.command()
@placed
@click.option("--enterprise", required=True, help="The enterprise's id.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in _PAPERS]),
    default=HolderKind.WORKER.value,
    show_default=True,
    help="Workers get cards on A4 sheets, vehicles A5 permits.",
)
@click.option("--all", "everybody", is_flag=True, help="For all who are not blocked.")
@click.option("--holder", "holders", multiple=True, help="Only for this holder id; repeatable.")
@click.option("--site", "sites", multiple=True, help="Only for this site's id; repeatable.")
@click.option(
    "--from", "begins", type=click.DateTime(["%Y-%m-%d"]), help="The first day. Default: today."
)
@click.option(
    "--days",
    type=click.IntRange(1, 366),
    default=30,
    show_default=True,
    help="The first day included.",
)
@click.option(
    "--shift",
    type=Shift(),
    help="When workers may come in, by the site's clock, like 22:00-06:00. Default: any time.",
)
@click.option("--again", is_flag=True, help="Also for those who hold a pass for as long already.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The PDF to write; it holds personal data (mode 0600).",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for a script.")
def issue(  # noqa: PLR0913, PLR0917 - one parameter an option
    data: Path | None,
    config: Path | None,
    enterprise: str,
    kind: str,
    everybody: bool,
    holders: tuple[str, ...],
    sites: tuple[str, ...],
    begins: datetime | None,
    days: int,
    shift: tuple[int, int] | None,
    again: bool,
    out: Path,
    as_json: bool,
) -> None:
    """Issue passes to a roster in one go and write them as a PDF to print.

    Safe to repeat: who holds a pass until then or longer gets no other one.
    """
    if everybody == bool(holders):
        raise click.UsageError("give --all, or --holder once or more")
    if not out.absolute().parent.is_dir():
        raise click.UsageError(f"{out.parent} is no folder to write to")
    with opened(settings_of(data, config)) as (_app, office):
        known_enterprise(office, enterprise)
        now = today(office.clock.now())
        first = begins.date() if begins else now
        if first < now:
            raise click.UsageError(f"--from {first} is past: give today or a later day")
        form = RosterForm(
            end_of(first + timedelta(days=days - 1)),
            HolderKind(kind),
            begin_of(first) if first > now else None,
            holder_ids=None if everybody else holders,
            sites=sites,
            shift=shift,
            again=again,
        )
        columns = (*Progress.get_default_columns(), MofNCompleteColumn())
        err = Console(stderr=True)
        with Progress(*columns, console=err, transient=True, disable=as_json) as bar:
            made = _issue(office, enterprise, form, bar)
            if made.passes:
                _print(office, made, _PAPERS[form.kind], bar, out)
    answer = {"file": str(out), "issued": len(made.passes), "held": made.held}
    told = f"{len(made.passes)} passes issued, {made.held} held one already"
    where = f": {out}" if made.passes else ""
    click.echo(json.dumps(answer) if as_json else told + where)


def _issue(office: Office, enterprise: str, form: RosterForm, bar: Progress) -> IssuedMany:
    task = bar.add_task("signing", total=None)

    def tick(done: int, of: int) -> None:
        bar.update(task, completed=done, total=of)

    return issue_roster(office, SYSTEM, enterprise, form, tick)


def _print(office: Office, made: IssuedMany, paper: Paper, bar: Progress, out: Path) -> None:
    names = names_for(office, made.passes[0].health_pass.enterprise_id)
    faces = [face_of(one, names) for one in bar.track(made.passes, description="drawing codes")]
    bar.add_task("typesetting", total=None)
    document = pdf(paper, faces, office.clock.now())
    out.touch(mode=0o600)
    out.chmod(0o600)
    out.write_bytes(document)


@passes.command("needed")
@placed
@click.option("--enterprise", required=True, help="The enterprise's id, or bureau.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for a script.")
def needed(data: Path | None, config: Path | None, enterprise: str, as_json: bool) -> None:
    """Who needs a new pass: a key that was withdrawn signed the one that they hold.

    Blocked holders are left out, and those who hold another pass that gates admit.
    """
    with opened(settings_of(data, config)) as (_app, office):
        for row in in_need(office, known_enterprise(office, enterprise, BUREAU)):
            named = row.plate or row.name
            told = {"pass": row.pass_id, "holder": row.holder_id, "kind": row.kind.value}
            plain = f"{row.holder_id}  {row.pass_id}  {row.kind.value}  {named}"
            click.echo(json.dumps(told | {"name": named}, ensure_ascii=False) if as_json else plain)


@passes.command("tally")
@placed
@click.option("--json", "as_json", is_flag=True, help="One JSON object for a script.")
def tally_up(data: Path | None, config: Path | None, as_json: bool) -> None:
    """Compare issued passes with logged signatures, one by one; exit 2 where they differ."""
    with opened(settings_of(data, config)) as (_app, office):
        found = tally(office)
    if as_json:
        click.echo(json.dumps({"equal": found.equal, **asdict(found)}))
    else:
        click.echo(f"{found.issued} passes issued, {found.logged} signatures logged")
        for pass_id in found.unlogged:
            click.echo(f"{pass_id}: a pass without its signature logged", err=True)
        for subject in found.unknown:
            click.echo(f"{subject}: a signature of no pass, or logged twice", err=True)
    sys.exit(0 if found.equal else 2)


@passes.command()
@placed
@click.option("--enterprise", required=True, help="The enterprise's id, or `bureau`.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for a script.")
def links(data: Path | None, config: Path | None, enterprise: str, as_json: bool) -> None:
    """Links for phones that nobody has used: holder's id, kind, when it runs out."""
    with opened(settings_of(data, config)) as (_app, office):
        for row in phone_links.unused(office, known_enterprise(office, enterprise, BUREAU)):
            told = f"{row.holder_id}  {row.kind.value}  until {rfc3339(row.expires_at)}"
            click.echo(json.dumps(_link_fields(row)) if as_json else told)


@passes.command("withdraw-link")
@placed
@click.argument("holder_id")
@click.option("--enterprise", required=True, help="The enterprise's id, or `bureau`.")
@click.option("--why", required=True, help="For the action record.")
def withdraw_link(
    data: Path | None, config: Path | None, holder_id: str, enterprise: str, why: str
) -> None:
    """End the unused phone link of HOLDER_ID: no phone gets a pass by it."""
    with opened(settings_of(data, config)) as (_app, office):
        issuer = known_enterprise(office, enterprise, BUREAU)
        phone_links.withdraw(office, SYSTEM, issuer, holder_id, why)
        click.echo(f"{holder_id}: the unused phone link is withdrawn")


def _link_fields(row: PhoneLinkRow) -> dict[str, str]:
    return {
        "holder_id": row.holder_id,
        "kind": row.kind.value,
        "made_at": rfc3339(row.made_at),
        "expires_at": rfc3339(row.expires_at),
    }
