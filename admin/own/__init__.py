"""A person's own account: how one comes in, the second factors, and the sign-ins."""

from admin.own import entrance, factors, invitation
from admin.own.home import blueprint

__all__ = ["blueprint", "entrance", "factors", "invitation"]
