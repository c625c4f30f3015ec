"""What a policy says of foreign certificates: nothing by default, and never more below."""

from __future__ import annotations

import pytest

from checkpoint.domain.policy import ForeignWorth, Policy
from checkpoint.errors import PolicyError


def test_an_enterprise_may_take_fewer_foreign_certificates_and_never_more() -> None:
    bureau = Policy(foreign_certificates=ForeignWorth.REFER)
    assert bureau.tightened(foreign_certificates="off").foreign_certificates is ForeignWorth.OFF
    with pytest.raises(PolicyError, match="foreign_certificates"):
        bureau.tightened(foreign_certificates="admit")
    with pytest.raises(PolicyError, match="foreign_certificates"):
        bureau.tightened(foreign_certificates="perhaps")


def test_a_policy_takes_no_foreign_certificates_unless_it_says_so() -> None:
    assert Policy().foreign_certificates is ForeignWorth.OFF
    with pytest.raises(PolicyError, match="foreign_certificates"):
        Policy(foreign_certificates=True)  # type: ignore[arg-type]
