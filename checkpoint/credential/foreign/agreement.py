"""Our verdicts against those that a vectors file expects, field by field.

The form is that of the dgc-testdata repository, whose README says what each field means:
`{"file", "text", "context": {"CERTIFICATE", "VALIDATIONCLOCK"}, "expected": {field: bool}}`, one
a line. Each field is judged by itself, with the steps that `verify_foreign` takes; so content
and key usage are judged even where the signature does not hold.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from checkpoint.credential.cose import MalformedError
from checkpoint.credential.foreign import shape, sign1, token, transport
from checkpoint.credential.foreign.certificate import Certificate
from checkpoint.credential.foreign.token import Token
from checkpoint.credential.foreign.verify import may_sign, objections_of_time
from checkpoint.errors import KeyFault

NOT_JUDGED = {
    "EXPECTEDPICTUREDECODE": "the file holds texts, no pictures",
    "EXPECTEDENCODE": "we issue no such certificates",
    "EXPECTEDVALIDJSON": "the file does not hold the issuer's JSON to compare with",
}

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Judgement:
    """One expected field of one vector: `found` is ours, with the reason where it is False."""

    file: str
    field: str
    expected: bool
    found: bool
    why: str

    @property
    def agrees(self) -> bool:
        """Whether ours is what the file expects."""
        return self.expected == self.found


def judge(vectors: Iterable[Mapping[str, Any]]) -> Iterator[Judgement]:
    """Every expected field that we judge, in order.

    Raises KeyError, TypeError or AttributeError on a vector of another form.
    """
    for vector in vectors:
        expected = vector["expected"]
        against = _objections(vector["text"], vector["context"])
        for field in sorted(expected.keys() - NOT_JUDGED.keys()):
            why = against.get(field, "not reached: " + against.get("", "no such field"))
            yield Judgement(vector["file"], field, expected[field], not why, why)


def _objections(text: str, context: Mapping[str, Any]) -> dict[str, str]:
    """By field: empty where it holds, else why not. Under `""`: what stopped the later ones."""
    against: dict[str, str] = {}

    def step(field: str, act: Callable[[], _T]) -> _T:
        try:
            outcome = act()
        except MalformedError as fault:
            against[field] = against[""] = str(fault)
            raise
        against[field] = ""
        return outcome

    try:
        body = step("EXPECTEDUNPREFIX", lambda: transport.unprefix(text))
        blob = step("EXPECTEDB45DECODE", lambda: transport.decode(body))
        cose = step("EXPECTEDCOMPRESSION", lambda: transport.inflate(blob))
        envelope = step("EXPECTEDVERIFY", lambda: sign1.parse(cose))
        signer = _certificate(context)
        against["EXPECTEDVERIFY"] = _objection_to_signature(envelope, signer)
        claims = step("EXPECTEDDECODE", lambda: token.read(envelope.payload))
    except MalformedError:
        return against
    faults = ", ".join(shape.faults(claims.content))
    against["EXPECTEDSCHEMAVALIDATION"] = against["EXPECTEDVALIDOBJECT"] = faults
    return against | _objections_of_signer(claims, signer, context)


def _objection_to_signature(envelope: sign1.Sign1, signer: Certificate | str) -> str:
    if isinstance(signer, str):
        return signer
    if envelope.key_id != signer.key_id:
        return "the key id is not the certificate's"
    return "" if envelope.is_signed_by(signer) else "the signature is not the certificate's"


def _objections_of_signer(
    claims: Token, signer: Certificate | str, context: Mapping[str, Any]
) -> dict[str, str]:
    if isinstance(signer, str):
        return dict.fromkeys(("EXPECTEDKEYUSAGE", "EXPECTEDEXPIRATIONCHECK"), signer)
    usage = "" if may_sign(signer, claims) else "the certificate may not sign this kind"
    try:
        clock = datetime.fromisoformat(context["VALIDATIONCLOCK"])
    except (KeyError, TypeError, ValueError):
        times = "no validation clock that can be read"
    else:
        at = clock if clock.tzinfo else clock.replace(tzinfo=UTC)
        hits = objections_of_time(claims, signer, at)
        times = ", ".join(reason.value for hit, reason in hits if hit)
    return {"EXPECTEDKEYUSAGE": usage, "EXPECTEDEXPIRATIONCHECK": times}


def _certificate(context: Mapping[str, Any]) -> Certificate | str:
    """The certificate of the context, or why there is none."""
    try:
        return Certificate.from_der(base64.b64decode(context["CERTIFICATE"]))
    except KeyError:
        return "the vector names no certificate"
    except (TypeError, ValueError, KeyFault) as fault:
        return f"the certificate can't be read: {fault}"
