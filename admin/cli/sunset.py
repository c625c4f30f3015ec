"""`sunset`: the end of a whole deployment, confirmed by two officers."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import click

from admin.auth.confirming import confirmed
from admin.cli.options import opened, placed, settings_of
from admin.cli.progress import progress_bar
from admin.printing.certificate import certificate_pdf
from checkpoint.clock import rfc3339
from checkpoint.durable import replace_file
from checkpoint.entrylog.sunset import Certificate
from checkpoint.errors import Refused, StorageFault
from checkpoint.services import Actor, Office
from checkpoint.services import sunset as service
from checkpoint.services.sunset import Order, Plan, State

PDF = "certificate.pdf"


@click.command()
@placed
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Where the export and the certificate go.",
)
@click.option("--reason", help="For the certificate: 1 to 200 characters that name nobody.")
@click.option("--by", "first", help="An officer of the bureau; the password is asked for.")
@click.option("--and-by", "second", help="Another one.")
@click.option("--with-persons", is_flag=True, help="Let the export hold the personal data.")
@click.option("--despite-findings", is_flag=True, help="Go on though an audit finds something.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for a script.")
def sunset(  # noqa: PLR0913, PLR0917 - one parameter an option
    data: Path | None,
    config: Path | None,
    folder: Path,
    reason: str | None,
    first: str | None,
    second: str | None,
    with_persons: bool,
    despite_findings: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """End the whole deployment for good: export, erase everybody, destroy the keys, certify.

    Cut short, it goes on when it is run again with the same --to; nobody is asked again then.
    """
    settings = settings_of(data, config)
    with opened(settings) as (_app, office):
        begun = service.state(office)
        if dry_run:
            told = _planned(service.planned(office), begun, with_persons=with_persons)
            click.echo(json.dumps(told) if as_json else _plan_words(told))
            return
        if begun is None and not (reason and first and second):
            raise Refused("give --reason, --by and --and-by", remedy="two officers of the bureau")
        if begun is not None and begun.folder != folder.absolute():
            raise Refused(
                f"--to {folder}: the sunset was begun for {begun.folder}", remedy="give that one"
            )
        with progress_bar(quiet=as_json) as tell:
            if begun is None:
                officers = _officers(office, str(first), str(second))
                order = Order(officers, str(reason), folder, with_persons, despite_findings)
                service.begin(office, order, tell)
            _drop_unsent(settings.data)
            certificate, state = service.proceed(office, tell)
        _write_pdf(folder / PDF, certificate_pdf(certificate, state.note))
    click.echo(json.dumps(_told(certificate, folder)) if as_json else _words(certificate, folder))


def _officers(office: Office, first: str, second: str) -> tuple[Actor, Actor]:
    if first.strip().casefold() == second.strip().casefold():
        raise Refused("one officer can't confirm twice", remedy="let another one confirm as well")
    one, two = (
        confirmed(office, name, click.prompt(f"Password of {name}", hide_input=True, err=True))
        for name in (first, second)
    )
    return one, two


def _planned(plan: Plan, begun: State | None, *, with_persons: bool) -> dict[str, object]:
    with_persons = begun.with_persons if begun else with_persons
    since = rfc3339(begun.begun) if begun else None
    return asdict(plan) | {"export_with_persons": with_persons, "begun": since, "dry_run": True}


def _plan_words(told: dict[str, object]) -> str:
    classes = {name: told[name] for name in ("erased", "kept")}
    lines = [f"the sunset began at {told['begun']}"] if told["begun"] else []
    for name, counts in classes.items():
        assert isinstance(counts, dict)  # noqa: S101 - by `_planned`
        said = ", ".join(f"{count} {what}" for what, count in counts.items())
        lines.append(f"would be {name}: {said}")
    persons = "with" if told["export_with_persons"] else "without"
    lines.append(f"would be exported: all entries, {persons} persons")
    lines.append("would be destroyed: the sealing and index keys; nothing was changed")
    return "\n".join(lines)


def _drop_unsent(data: Path) -> None:
    """Exports that a page had made and a killed server could not send."""
    for left in data.glob("tmp*/export*"):
        shutil.rmtree(left.parent, ignore_errors=True)


def _write_pdf(path: Path, blob: bytes) -> None:
    try:
        replace_file(path, blob, mode=0o644)
    except OSError as fault:
        raise StorageFault(
            f"{path}: {fault.strerror}", remedy="make room, then run it again"
        ) from fault


def _told(certificate: Certificate, folder: Path) -> dict[str, object]:
    times = {"begun": rfc3339(certificate.begun), "ended": rfc3339(certificate.ended)}
    return asdict(certificate) | times | {"folder": str(folder)}


def _words(certificate: Certificate, folder: Path) -> str:
    erased = ", ".join(f"{count} {name}" for name, count in certificate.erased if count)
    return (
        f"the deployment ended at {rfc3339(certificate.ended)}; erased: {erased or 'nothing'}\n"
        f"audit before {certificate.before}, after {certificate.after}; "
        f"keys destroyed: {', '.join(certificate.destroyed)}\n"
        f"in {folder}: certificate.txt, certificate.pdf, trust.json, {certificate.export.name}\n"
        "left to do: stop the server, destroy backups, take the gates out of service"
    )
