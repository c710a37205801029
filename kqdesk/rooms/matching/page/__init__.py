"""The 匹配 page: the four lists, the vacancies, and the trial class."""

from kqdesk.rooms.matching.page.screen import PAGE, SOURCE, MatchingPage

__all__ = ["PAGE", "SOURCE", "MatchingPage"]
