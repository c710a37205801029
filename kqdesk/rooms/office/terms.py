"""The words of 办公室. Imports nothing of the school."""

from enum import StrEnum


class PackState(StrEnum):
    """Where a rule pack stands; only active ones count."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"

    @property
    def label(self) -> str:
        """What people read."""
        return {"draft": "草案", "active": "启用", "retired": "停用"}[self.value]


UNSET = "未配置"  # what a page shows where the district has not given a number yet


class Scope(StrEnum):
    """Who speaks in a pack: a district's word goes before a reference figure."""

    DISTRICT = "district"
    REFERENCE = "reference"

    @property
    def label(self) -> str:
        """What people read."""
        return {"district": "本区规则", "reference": "测算参考"}[self.value]


class Certainty(StrEnum):
    """How sure a number of a pack is, and who has to say more."""

    SEED = "seed"
    FOUND = "found"
    UNVERIFIED = "unverified"
    PARAM = "param"

    @property
    def label(self) -> str:
        """What people read."""
        return {"seed": "文件写明", "found": "公开资料", "unverified": "待核实", "param": "待区里定"}[
            self.value
        ]


class Kind(StrEnum):
    """The shape of a pack's value."""

    INTEGER = "integer"
    PERCENT = "percent"
    YES_NO = "yes_no"
    CHOICE = "choice"
    TEXT = "text"
    TIME = "time"
    CODES = "codes"
    LEVELS = "levels"
    AMOUNTS = "amounts"
    BANDS = "bands"


SECTIONS = {
    "credit": "学分",
    "exam": "考试",
    "age": "年龄",
    "education": "原学历",
    "person": "常住人口",
    "attendance": "考勤",
    "certificate": "证书",
    "publicity": "公示",
    "cohort": "开班",
    "timetable": "排课",
    "trainer": "培训师",
    "subsidy": "奖补",
    "bank": "学分银行",
    "report": "统计",
}
"""The first word of a pack item's key, as people read it."""
