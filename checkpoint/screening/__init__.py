"""The health check: rules and the decision over them."""

from checkpoint.screening.decide import decide
from checkpoint.screening.rules import RULES

__all__ = ["RULES", "decide"]
