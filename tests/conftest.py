"""Fixtures that every test may ask for; each lives in its own file of tests/fixtures."""

from hypothesis import settings

pytest_plugins = (
    "tests.fixtures.browser",
    "tests.fixtures.network",
    "tests.fixtures.postgres",
    "tests.fixtures.privacy",
    "tests.fixtures.upgraded",
)

# How long an example takes is the machine's affair.
settings.register_profile("any_speed", deadline=None)
settings.load_profile("any_speed")
