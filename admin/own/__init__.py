"""A person's own account: how one comes in, the second factors, the sign-ins, and the jobs."""

from admin.own import entrance, factors, guide, invitation, jobs
from admin.own.home import blueprint

__all__ = ["blueprint", "entrance", "factors", "guide", "invitation", "jobs"]
