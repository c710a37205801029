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
