"""The work of a replay: what came of it, in words for the job's page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from admin.forms import fields, policy_words, times
from checkpoint.clock import from_ms
from checkpoint.domain.policy import Policy
from checkpoint.domain.policy_changes import differences
from checkpoint.services import policy as policies
from checkpoint.services import replaying
from checkpoint.services.job_runs import Outcome, Progress, Run
from checkpoint.services.office import Office


def replay(office: Office, run: Run, progress: Progress) -> Outcome:
    """Decide again on the passings of the days that were asked for."""
    draft = Policy.of(run.asked["fields"])
    since, until = _period(office.clock.now(), int(run.asked["days"]))
    found = replaying.replay(office, draft, (since, until), progress).to_json()
    changes = differences(policies.in_force(office), draft)
    told: dict[str, Any] = found | {
        "since": times.day(since),
        "until": times.day(until),
        "changes": [[str(part) for part in policy_words.change(one)] for one in changes],
        "examples": [each | _shown(each) for each in found["examples"]],
        "outcomes": [[*pair.split(">"), n] for pair, n in found["outcomes"].items()],
    }
    return Outcome(told)


def _period(now: datetime, days: int) -> tuple[datetime, datetime]:
    midnight = fields.begin_of(fields.today(now))
    match days:
        case 0:
            return midnight, now
        case 1:
            return fields.begin_of(fields.today(now) - timedelta(days=1)), midnight
        case _:
            return now - timedelta(days=days), now


def _shown(example: dict[str, Any]) -> dict[str, str]:
    return {"when": times.moment(from_ms(example["at"])), "warm": times.celsius(example["celsius"])}
