"""The words of 课表. Imports nothing."""

from enum import StrEnum


class LessonState(StrEnum):
    """Where a lesson stands; held ones count for hours and pay."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """What people read."""
        return {"planned": "待上", "held": "已上", "cancelled": "停课"}[self.value]


class ClashKind(StrEnum):
    """What two lessons, or a lesson and a day, cannot share."""

    TRAINER = "trainer"
    CLASSROOM = "classroom"
    COHORT = "cohort"
    LEARNER = "learner"
    HOLIDAY = "holiday"
    CAPACITY = "capacity"
    AVAILABILITY = "availability"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "trainer": "培训师冲突",
            "classroom": "教室冲突",
            "cohort": "班级冲突",
            "learner": "学员冲突",
            "holiday": "节假日",
            "capacity": "座位不足",
            "availability": "培训师不便",
        }[self.value]
