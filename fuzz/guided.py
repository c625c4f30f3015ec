"""Coverage-guided fuzzing of the verifiers, by atheris (requirements-fuzz.txt).

    python -m fuzz.guided text --seconds 60
    python -m fuzz.guided signed --seconds 60

`text` shows any text. `signed` signs any body with a key that the verifier trusts: else the
signature would keep every changed body away from the parser behind it. What is found lies as a
file in the folder of findings; `python -m fuzz.guided text FILE` shows it again.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris
import click

with atheris.instrument_imports(include=["base45", "checkpoint", "fuzz"]):
    from fuzz.targets import TARGETS, seeds


@click.command()
@click.argument("target", type=click.Choice(sorted(TARGETS)))
@click.argument("finding", required=False, type=click.Path(exists=True, dir_okay=False))
@click.option("--seconds", default=60, type=click.IntRange(1), show_default=True)
@click.option("--folder", default="var/fuzz", type=click.Path(path_type=Path), show_default=True)
def main(target: str, finding: str | None, seconds: int, folder: Path) -> None:
    """Fuzz one target, or show it one finding again. Ends with an error at the first fault."""
    corpus, findings = folder / target / "corpus", folder / target / "findings"
    for place in (corpus, findings):
        place.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(target)):
        (corpus / f"seed-{number}").write_bytes(seed)
    limits = [f"-max_total_time={seconds}", "-timeout=1", "-rss_limit_mb=512", "-max_len=4400"]
    shown = [finding] if finding else [*limits, f"-artifact_prefix={findings}/", str(corpus)]
    atheris.Setup([sys.argv[0], "-print_final_stats=1", *shown], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
