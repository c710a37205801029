"""The command line over an empty folder, for journeys."""

from tests.cli.conftest import kqdesk, made, roster, school

__all__ = ["kqdesk", "made", "roster", "school"]
