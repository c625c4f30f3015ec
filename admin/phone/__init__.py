"""The holder's phone: the page that shows the living code, and the link by which it gets it."""

from admin.phone import links
from admin.phone.page import blueprint, register

__all__ = ["blueprint", "links", "register"]
