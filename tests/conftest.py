"""Fixtures that every test may ask for; each lives in its own file of tests/fixtures."""

pytest_plugins = (
    "tests.fixtures.browser",
    "tests.fixtures.network",
    "tests.fixtures.postgres",
    "tests.fixtures.privacy",
)
