"""Words of 报表."""

from enum import StrEnum

TEMPLATE = "template"
"""Purpose of the attachment that holds a template's file."""


class Scope(StrEnum):
    """What one filled form is about."""

    LEARNER = "learner"
    COHORT = "cohort"
    SITTING = "sitting"

    @property
    def label(self) -> str:
        """As the page says it."""
        return {"learner": "每人一份", "cohort": "每班一份", "sitting": "每场考试一份"}[self.value]

    @property
    def example(self) -> str:
        """What such forms are."""
        return {
            "learner": "报名登记表、毕业生登记表、学籍表",
            "cohort": "班级花名册、结业名册、报送名单",
            "sitting": "成绩册、登分表、考生名册",
        }[self.value]
