"""The 排摸 page: progress, writing answers down, the 需求清单, the rounds."""

from kqdesk.rooms.survey.page.screen import PAGE, SurveyPage

__all__ = ["PAGE", "SurveyPage"]
