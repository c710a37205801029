"""What the tabs of the survey share: the page with its chosen round."""

from typing import TYPE_CHECKING, Any

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
