"""Health certificates of other states: `HC1:`, the form of the EU DCC and the WHO's network."""

from checkpoint.credential.foreign.certificates import Certificates
from checkpoint.credential.foreign.verify import ForeignVerification, verify_foreign

__all__ = ["Certificates", "ForeignVerification", "verify_foreign"]
