"""The six roles; who may do what stands in one table (``resources/rights.toml``), never in code."""

from enum import StrEnum


class Role(StrEnum):
    """What a person who signs in is to the school; a person may hold several."""

    HEADMASTER = "headmaster"
    CLERK = "clerk"
    TRAINER = "trainer"
    LIAISON = "liaison"
    DISTRICT = "district"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        """The word the papers use."""
        return _LABELS[self.value]


_LABELS = {
    "headmaster": "校长",
    "clerk": "教务",
    "trainer": "任课教师",
    "liaison": "村联络员",
    "district": "区管理员",
    "auditor": "审计",
}
