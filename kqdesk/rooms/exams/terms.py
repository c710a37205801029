"""The words of 考试. Imports nothing."""

from enum import StrEnum


class Organiser(StrEnum):
    """Who runs a sitting; district and city ones are imported, never minted here."""

    SCHOOL = "school"
    DISTRICT = "district"
    CITY = "city"

    @property
    def label(self) -> str:
        """What people read."""
        return {"school": "本校", "district": "区", "city": "市"}[self.value]


class SittingState(StrEnum):
    """Where a sitting stands; locked scores are never overwritten."""

    DRAFT = "draft"
    ARRANGED = "arranged"
    LOCKED = "locked"

    @property
    def label(self) -> str:
        """What people read."""
        return {"draft": "筹备", "arranged": "已编场", "locked": "成绩已锁定"}[self.value]


class ScoreFlag(StrEnum):
    """Why a candidate has no ordinary mark."""

    ABSENT = "absent"
    DEFERRED = "deferred"
    VIOLATION = "violation"

    @property
    def label(self) -> str:
        """What people read."""
        return {"absent": "缺考", "deferred": "缓考", "violation": "违纪"}[self.value]


class WaiverReason(StrEnum):
    """Why a candidate does not write one paper of the sitting."""

    PASSED = "passed"
    EXEMPT = "exempt"
    NOT_ENTERED = "not_entered"

    @property
    def label(self) -> str:
        """What people read."""
        return {"passed": "已有成绩", "exempt": "免考", "not_entered": "不报考"}[self.value]


class ExamPaper(StrEnum):
    """What is printed for a sitting."""

    TICKETS = "tickets"
    DOORS = "doors"
    SLIPS = "slips"
    FACES = "faces"
    RECORDS = "records"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "tickets": "准考证",
            "doors": "门贴",
            "slips": "桌签",
            "faces": "照片核对表",
            "records": "考场记录单",
        }[self.value]
