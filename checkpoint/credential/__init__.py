"""The pass as a signed text: `SB1:` + base45 of a COSE_Sign1 CWT."""

from checkpoint.credential.issue import issue
from checkpoint.credential.trust import Trust
from checkpoint.credential.verify import verify

__all__ = ["Trust", "issue", "verify"]
