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
    LEAVE = "leave"

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
            "leave": "培训师请假",
        }[self.value]


class ChangeKind(StrEnum):
    """What happened to a lesson after it stood on the calendar."""

    MOVED = "moved"
    SUBSTITUTED = "substituted"
    CANCELLED = "cancelled"
    REVIVED = "revived"
    PLANNED = "planned"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "moved": "调课",
            "substituted": "代课",
            "cancelled": "停课",
            "revived": "恢复上课",
            "planned": "自动排课",
        }[self.value]


class Lock(StrEnum):
    """What of a lesson may not be changed by dragging or by 自动排课."""

    TIME = "time"
    SITE = "site"
    TRAINER = "trainer"

    @property
    def label(self) -> str:
        """What people read."""
        return {"time": "时间", "site": "地点", "trainer": "培训师"}[self.value]


class Weeks(StrEnum):
    """Which weeks of a weekly series are taught on, counted from its first week."""

    EVERY = "every"
    ODD = "odd"
    EVEN = "even"

    @property
    def label(self) -> str:
        """What people read."""
        return {"every": "每周", "odd": "单周", "even": "双周"}[self.value]


REASONS = ("培训师生病", "场地临时占用", "停电停水", "台风暴雨", "企业加班", "农忙", "节日活动", "学员要求")
"""Offered when a lesson changes; anything else may be typed."""
