"""`checkpoint agree`: our verdicts on foreign certificates against a file of published vectors."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import click

from checkpoint.credential.foreign.agreement import NOT_JUDGED, Judgement, judge
from checkpoint.errors import SibaoError


def _read(path: Path) -> list[Judgement]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as fault:
        raise SibaoError(f"{path}: {fault}", remedy="give a readable vectors file") from fault
    return [item for place, line in enumerate(lines, 1) for item in _judged(path, place, line)]


def _judged(path: Path, place: int, line: str) -> list[Judgement]:
    try:
        return list(judge([json.loads(line)]))
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise SibaoError(
            f"{path} line {place} is no vector: {fault!r}",
            remedy='each line is {"file", "text", "context", "expected"} in JSON',
        ) from fault


def _print(judgements: list[Judgement]) -> None:
    fields = Counter(judgement.field for judgement in judgements)
    agreeing = Counter(judgement.field for judgement in judgements if judgement.agrees)
    click.echo(f"{'field':<26}{'expected':>9}{'agree':>7}{'disagree':>10}")
    for field, count in sorted(fields.items()):
        agree = agreeing[field]
        click.echo(f"{field:<26}{count:>9}{agree:>7}{count - agree:>10}")
    for field, why in NOT_JUDGED.items():
        click.echo(f"{field:<26}not judged: {why}")
    for item in judgements:
        if not item.agrees:
            ours = f"no, {item.why}" if item.why else "yes"
            wanted = "yes" if item.expected else "no"
            click.echo(f"{item.file}: {item.field} expects {wanted}, we say {ours}")


@click.command("agree")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print every judgement as JSON.")
def agree_command(file: Path, as_json: bool) -> None:
    """Judge the published `HC1:` vectors of FILE (JSON Lines) and compare, field by field.

    Each disagreement is listed with our reason. Exit 0 when we agree on everything, else 1.
    """
    judgements = _read(file)
    if as_json:
        rows = [asdict(judgement) | {"agrees": judgement.agrees} for judgement in judgements]
        click.echo(json.dumps({"judgements": rows, "not_judged": NOT_JUDGED}, ensure_ascii=False))
    else:
        _print(judgements)
    sys.exit(0 if all(judgement.agrees for judgement in judgements) else 1)
