"""A request 申请 to the bureau: what may follow what. Pure."""

from __future__ import annotations

from enum import StrEnum


class RequestState(StrEnum):
    """How far a request is. Stored, never renamed."""

    REQUESTED = "requested"
    """it waits for the bureau"""
    ASKED_BACK = "asked_back"
    """it waits for the enterprise"""
    REFUSED = "refused"
    GRANTED = "granted"
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """What bureau (the first three) and enterprise do with a request."""

    ASK_BACK = "ask_back"
    REFUSE = "refuse"
    GRANT = "grant"
    ANSWER = "answer"
    WITHDRAW = "withdraw"


OPEN = frozenset({RequestState.REQUESTED, RequestState.ASKED_BACK})
_NEXT: dict[tuple[RequestState, Step], RequestState] = {
    (RequestState.REQUESTED, Step.ASK_BACK): RequestState.ASKED_BACK,
    (RequestState.REQUESTED, Step.REFUSE): RequestState.REFUSED,
    (RequestState.REQUESTED, Step.GRANT): RequestState.GRANTED,
    (RequestState.REQUESTED, Step.WITHDRAW): RequestState.WITHDRAWN,
    (RequestState.ASKED_BACK, Step.ANSWER): RequestState.REQUESTED,
    (RequestState.ASKED_BACK, Step.REFUSE): RequestState.REFUSED,
    (RequestState.ASKED_BACK, Step.WITHDRAW): RequestState.WITHDRAWN,
}


def after(state: RequestState, step: Step) -> RequestState | None:
    """The state that a step leads to; None where it is not possible."""
    return _NEXT.get((state, step))
