"""The words of 培训师. Imports nothing."""

from enum import StrEnum


class TrainerSource(StrEnum):
    """来源类别 of 共富培训师库."""

    VILLAGE_MASTER = "village_master"
    LOCAL_TALENT = "local_talent"
    NATIONAL_MASTER = "national_master"
    PROVINCIAL_MASTER = "provincial_master"
    SCHOOL_STAFF = "school_staff"
    IN_SERVICE = "in_service"
    FIRM_TECHNICIAN = "firm_technician"
    RETIRED_CADRE = "retired_cadre"
    VOLUNTEER = "volunteer"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "village_master": "兴村名师",
            "local_talent": "乡土人才",
            "national_master": "国家级大师",
            "provincial_master": "省级大师",
            "school_staff": "本校教职工",
            "in_service": "在职教师",
            "firm_technician": "企业技师",
            "retired_cadre": "退休干部",
            "volunteer": "志愿者",
        }[self.value]


class PayLevel(StrEnum):
    """级别 for pay ceilings; the ceilings themselves come from the rule pack."""

    MIDDLE = "middle"
    ASSOCIATE = "associate"
    FULL = "full"
    NATIONAL = "national"

    @property
    def label(self) -> str:
        """What people read."""
        return {"middle": "中级及以下", "associate": "副高", "full": "正高", "national": "院士·全国知名专家"}[
            self.value
        ]


class TaxBasis(StrEnum):
    """Whether the agreed pay is before or after tax."""

    AFTER_TAX = "after_tax"
    BEFORE_TAX = "before_tax"

    @property
    def label(self) -> str:
        """What people read."""
        return {"after_tax": "税后", "before_tax": "税前"}[self.value]


class PaperKind(StrEnum):
    """资格 of a trainer, by what it proves."""

    TEACHING = "teaching"
    SKILL = "skill"
    HERITAGE = "heritage"
    TITLE = "title"
    OTHER = "other"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "teaching": "教师资格证",
            "skill": "职业资格（技能等级）",
            "heritage": "非遗传承人",
            "title": "职称",
            "other": "其他",
        }[self.value]
