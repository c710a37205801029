"""The command line over an empty folder, for journeys."""

from tests.cli.conftest import kqdesk, roster, school

__all__ = ["kqdesk", "roster", "school"]
