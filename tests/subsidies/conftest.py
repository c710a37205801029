"""The hub and the desk that exchanges with it, as the officers' pages are tried with."""

from tests.supervision.conftest import district, home, hub_folder  # noqa: F401 -- fixtures
