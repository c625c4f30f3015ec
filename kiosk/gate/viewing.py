"""What a passing looks like on the display."""

from __future__ import annotations

from datetime import datetime

from checkpoint.domain.observation import Direction
from kiosk.gate.passing import Passing, lights
from kiosk.gate.recorder import Recorder
from kiosk.ports import GateView, Phase


def view_of(
    passing: Passing | None, phase: Phase, direction: Direction, recorder: Recorder, now: datetime
) -> GateView:
    """Who is at the gate and what was decided, and what the journal knows of the others."""
    bundle = recorder.in_force.bundle
    seen = passing or Passing()
    return GateView(
        phase=phase,
        direction=direction,
        at=now,
        lights=lights(passing, phase, bundle.policy),
        shown=seen.shown,
        readings=seen.readings,
        mask=seen.mask,
        plate_read=seen.plate.read,
        decision=seen.decision,
        second_look=seen.second_look,
        entry=seen.entry,
        inside=recorder.inside,
        place=f"{bundle.site.name} · {bundle.gate.name}",
        annullable=recorder.annullable(now),
        boarding=recorder.boarding.view(now, bundle),
    )
