"""The words of 活动. Imports nothing, so anyone may import it."""

from enum import StrEnum


class ActivityKind(StrEnum):
    """活动形式."""

    LECTURE = "lecture"
    TALKS = "talks"
    FORUM = "forum"
    COMPETITION = "competition"
    SHOW = "show"
    PRACTICE = "practice"
    PUBLICITY = "publicity"
    OTHER = "other"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "lecture": "讲座",
            "talks": "讲坛",
            "forum": "论坛",
            "competition": "竞赛",
            "show": "展示展演",
            "practice": "体验实践",
            "publicity": "宣传咨询",
            "other": "其他",
        }[self.value]


class CountedAs(StrEnum):
    """Which yearly target of the district an attendance counts for; all three are 人次."""

    SKILL = "skill_training"
    SOCIAL = "social_training"
    ELDERLY = "elderly_education"

    @property
    def label(self) -> str:
        """The words of the paper."""
        return {
            "skill_training": "职业院校职业技能培训",
            "social_training": "社会培训",
            "elderly_education": "老年教育培训",
        }[self.value]


class ActivityState(StrEnum):
    """Where an activity stands."""

    PLANNED = "planned"
    HELD = "held"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """What people read."""
        return {"planned": "待举办", "held": "待确认", "confirmed": "已确认", "cancelled": "已取消"}[
            self.value
        ]


class Evidence(StrEnum):
    """Purposes of the files of an activity: what shows that it was held."""

    PHOTO = "photo"
    SCAN = "scan"

    @property
    def label(self) -> str:
        """What people read."""
        return {"photo": "现场照片", "scan": "签到扫描"}[self.value]


class NoticeKind(StrEnum):
    """What a text for the group chat is about."""

    OPENING = "opening"
    CHANGE = "change"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """What people read."""
        return {"opening": "活动通知", "change": "活动调整", "cancelled": "活动取消"}[self.value]
