"""The words of 一班一档. Imports nothing, so anyone may import it."""

from enum import StrEnum


class Paper(StrEnum):
    """One paper of a class file. Some the program knows by itself, others are put in."""

    APPROVAL = "approval"
    NOTICE = "notice"
    TIMETABLE = "timetable"
    PLAN = "plan"
    ROSTER = "roster"
    SIGN_IN = "sign_in"
    PHOTOS = "photos"
    LESSON_NOTES = "lesson_notes"
    MARKS = "marks"
    SATISFACTION = "satisfaction"
    COMPLETION = "completion"
    PAY = "pay"
    SUMMARY = "summary"

    @property
    def label(self) -> str:
        """What people read."""
        return _LABELS[self.value]

    @property
    def is_put_in(self) -> bool:
        """Somebody puts a file in; the others are made from the records."""
        return self in PUT_IN


_LABELS = {
    "approval": "开班申请批复",
    "notice": "招生通知",
    "timetable": "课程表",
    "plan": "教学计划",
    "roster": "花名册",
    "sign_in": "签到表",
    "photos": "上课照片",
    "lesson_notes": "教案课件",
    "marks": "成绩",
    "satisfaction": "满意度",
    "completion": "结业名单",
    "pay": "课酬发放表",
    "summary": "小结",
}
PUT_IN = frozenset(
    {
        Paper.APPROVAL, Paper.NOTICE, Paper.PLAN, Paper.PHOTOS, Paper.LESSON_NOTES, Paper.SATISFACTION, Paper.SUMMARY,
    }
)  # fmt: skip


class Standing(StrEnum):
    """How one paper of a class stands."""

    THERE = "there"
    PARTLY = "partly"
    MISSING = "missing"
    WAIVED = "waived"

    @property
    def label(self) -> str:
        """What people read."""
        return {"there": "齐", "partly": "不全", "missing": "缺", "waived": "不适用"}[self.value]
