"""The words of 考勤. Imports nothing, so anyone may import it."""

from enum import StrEnum


class Mark(StrEnum):
    """What a learner's presence at a lesson was; no row means 未登记."""

    PRESENT = "present"
    LATE = "late"
    LEFT_EARLY = "left_early"
    EXCUSED = "excused"
    ABSENT = "absent"

    @property
    def label(self) -> str:
        """What people read."""
        return {"present": "到", "late": "迟到", "left_early": "早退", "excused": "请假", "absent": "旷课"}[
            self.value
        ]


KEYS = {"1": Mark.PRESENT, "2": Mark.LATE, "3": Mark.LEFT_EARLY, "4": Mark.EXCUSED, "5": Mark.ABSENT}

WALK_IN = "点名时补登"
"""``person.origin`` of somebody who came without being on the roll; she is merged with her roster entry later."""


class Half(StrEnum):
    """Part of a day for the ceiling of paid hours, by the minute a lesson begins in."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"

    @property
    def label(self) -> str:
        """What people read."""
        return {"morning": "上午", "afternoon": "下午", "evening": "晚上"}[self.value]


class PayState(StrEnum):
    """Where a pay sheet stands; an approved one is frozen."""

    DRAWN = "drawn"
    APPROVED = "approved"
    VOID = "void"

    @property
    def label(self) -> str:
        """What people read."""
        return {"drawn": "待批准", "approved": "已批准", "void": "已作废"}[self.value]


LEAVE_PROOF = "proof"
"""Attachment of a leave: the note or the picture somebody handed in."""

PAY_RECEIPT = "receipt"
"""Attachment of a pay sheet: the receipt list with its signatures, scanned."""

SCAN = "scan"
"""Attachment of a lesson: a page of its signed sheet, scanned or photographed."""


class ScanState(StrEnum):
    """What became of a scanned page."""

    READ = "read"
    LOOK = "look"
    LOCKED = "locked"
    AGAIN = "again"
    BLANK = "blank"
    FOREIGN = "foreign"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "read": "已读出", "look": "要看图登记", "locked": "已锁定", "again": "重复", "blank": "空白表",
            "foreign": "没登记", "refused": "不是签到表",
        }[self.value]  # fmt: skip
