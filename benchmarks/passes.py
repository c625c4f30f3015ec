"""How fast passes are issued and verified, and how large they are.

Beside each pass the bare library signs or verifies a message of the same length in the same
run: its ratio holds from machine to machine better than seconds do. Hostile texts are timed as
well: the slowest is what one scan can cost a gate.

    python -m benchmarks.passes --passes 2000
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import click
import qrcode
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from qrcode.constants import ERROR_CORRECT_M
from rich.console import Console
from rich.table import Table

from checkpoint.credential import issue, verify
from checkpoint.credential.envelope import from_text
from checkpoint.credential.foreign import verify_foreign
from fuzz import hostile
from fuzz.ground import NOW, Ground
from fuzz.state import State, vaccination

MESSAGE = b"m" * 140
ROUND = 10
"""Calls between two looks at the clock; ours and the bare ones take turns."""
MOST_MS = 50.0
"""What refusing one text may cost."""
DESIGNED = {"bytes": 135, "characters": 207, "version": 8}
"""What a worker's pass was meant to be."""

Call = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Rate:
    """Calls per second, of ours and of the bare library beside it."""

    ours: float
    bare: float

    def row(self) -> dict[str, float]:
        """Rounded, with how many bare calls one of ours takes the time of."""
        return {
            "per_second": round(self.ours),
            "bare_per_second": round(self.bare),
            "ratio": round(self.bare / self.ours, 2),
        }


def rate(ours: Call, bare: Call, count: int) -> Rate:
    """Time both in turns; the best round of each counts, as what else runs is not its fault."""
    spent: dict[Call, list[float]] = {ours: [], bare: []}
    for _ in range(max(1, count // ROUND)):
        for call, times in spent.items():
            began = time.perf_counter()
            for _ in range(ROUND):
                call()
            times.append((time.perf_counter() - began) / ROUND)
    return Rate(1 / min(spent[ours]), 1 / min(spent[bare]))


def rates(ground: Ground, state: State, count: int) -> dict[str, dict[str, float]]:
    """Issuing and verifying a worker's pass, and verifying a foreign certificate."""
    text, known = next(iter(ground.passes.items()))
    private = Ed25519PrivateKey.generate()
    public, signature = private.public_key(), private.sign(MESSAGE)
    living = next(iter(ground.living))
    foreign = state.text(vaccination())

    def bare_verify() -> None:
        public.verify(signature, MESSAGE)

    return {
        "issue": rate(
            lambda: issue(known, ground.plant), lambda: private.sign(MESSAGE), count
        ).row(),
        "verify": rate(lambda: verify(text, ground.trust, NOW), bare_verify, count).row(),
        "verify a phone's code": rate(
            lambda: verify(living, ground.trust, NOW), bare_verify, count
        ).row(),
        "verify HC1": rate(
            lambda: verify_foreign(foreign, state.trusted, NOW), bare_verify, count
        ).row(),
    }


def sizes(ground: Ground) -> dict[str, dict[str, int]]:
    """Bytes, characters and the QR version at level M by kind."""
    found = {"worker, as designed": DESIGNED}
    for text, known in (ground.passes | ground.living).items():
        code = qrcode.QRCode(error_correction=ERROR_CORRECT_M)
        code.add_data(text)
        name = f"{known.kind.value} by {known.issuer}" + (" on a phone" if known.holder_key else "")
        size = {"bytes": len(from_text(text, text[:4])), "characters": len(text)}
        found[name] = size | {"version": code.best_fit()}
    return found


def refusals(ground: Ground, state: State) -> dict[str, float]:
    """Milliseconds of each hostile text, the dearest first."""
    ours = hostile.texts(ground) | hostile.signed(ground)
    found = [
        *((name, _cost(partial(verify, text, ground.trust, NOW))) for name, text in ours.items()),
        *(
            (name, _cost(partial(verify_foreign, text, state.trusted, NOW)))
            for name, text in hostile.foreign(state).items()
        ),
    ]
    return dict(sorted(found, key=lambda item: -item[1]))


def _cost(judge: Call) -> float:
    """Milliseconds, the best of three: what else runs meanwhile is not its fault."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        judge()
        times.append((time.perf_counter() - began) * 1000)
    return round(min(times), 3)


def show(measured: dict[str, Any]) -> None:
    """Print the tables."""
    titles = {"rates": "Passes", "sizes": "Size of a pass, QR code at level M"}
    for part, title in titles.items():
        rows = measured[part]
        table = Table("", *next(iter(rows.values())), title=title)
        for name, row in rows.items():
            table.add_row(name, *(f"{value:,}" for value in row.values()))
        Console().print(table)
    slowest = list(measured["refusals"].items())
    table = Table("text", "ms", title=f"The slowest of {len(slowest)} hostile texts")
    for name, spent in slowest[:5]:
        table.add_row(name, f"{spent}" + (" !" if spent > MOST_MS else ""))
    Console().print(table)


@click.command()
@click.option("--passes", default=2_000, type=click.IntRange(ROUND), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
def main(passes: int, *, as_json: bool) -> None:
    """Time issuing, verifying and refusing; tell the sizes."""
    ground, state = Ground.of(1), State()
    measured: dict[str, Any] = {
        "rates": rates(ground, state, passes),
        "sizes": sizes(ground),
        "refusals": refusals(ground, state),
    }
    if as_json:
        print(json.dumps(measured))
    else:
        show(measured)


if __name__ == "__main__":
    main()
