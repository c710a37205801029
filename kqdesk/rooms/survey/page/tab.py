"""What the tabs of the survey share: the page with its chosen round, and a table that fills the tab."""

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kqdesk.desk.tabs import Tab

if TYPE_CHECKING:
    from kqdesk.rooms.survey.page.screen import SurveyPage


class SurveyTab(Tab):
    """A tab that asks the page which round is shown."""

    @property
    def survey(self) -> "SurveyPage":
        """The page this tab stands on."""
        page: Any = self.page
        found: SurveyPage = page
        return found

    def fill_with(self, body: QWidget) -> None:
        """The tab is this one widget, edge to edge."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(body)
