"""One verb a function, one transaction each; the first argument is the Office.

`by` is the Actor who is written to the action record; a Scope limits what is read. They
raise NotFound for what does not exist or lies outside the scope, Refused for what the present
state forbids or a field that is wrong (the field is named, personal values never),
ClaimError and PolicyError for bad values of passes and policies.
"""

from checkpoint.services.actor import SYSTEM, Actor
from checkpoint.services.office import Office
from checkpoint.storage.scope import Page, Scope

__all__ = ["SYSTEM", "Actor", "Office", "Page", "Scope"]
