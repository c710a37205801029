"""The words of 课程目录. Imports nothing."""

from enum import StrEnum


class Category(StrEnum):
    """十大门类 of 共富夜校, verbatim; the values are the district's code list GF01…GF10."""

    RED_ROOTS = "GF01"
    TRADE_SKILLS = "GF02"
    DEGREE_UPGRADE = "GF03"
    HERITAGE = "GF04"
    SUPPORT = "GF05"
    ENTERPRISE = "GF06"
    FAMILY = "GF07"
    VILLAGE_WAYS = "GF08"
    HEALTH = "GF09"
    SMART_LIFE = "GF10"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "GF01": "红色根脉",
            "GF02": "技术技能",
            "GF03": "学历提升",
            "GF04": "非遗传承",
            "GF05": "助弱扶特",
            "GF06": "创新创业",
            "GF07": "家风家教",
            "GF08": "乡风民俗",
            "GF09": "生命健康",
            "GF10": "智能生活",
        }[self.value]


class Project(StrEnum):
    """六大工程 of Keqiao: a counted cohort belongs to exactly one."""

    DUAL_UPGRADE = "dual_upgrade"
    MARKET = "market"
    FARMERS = "farmers"
    NEW_TRADES = "new_trades"
    CITIZENS = "citizens"
    HIGH_TALENT = "high_talent"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "dual_upgrade": "社会人员学历技能双提升",
            "market": "轻纺市场经营户素质提升",
            "farmers": "新型职业农民技能素养提升",
            "new_trades": "新业态人员职业能力提升",
            "citizens": "市民品质生活提升",
            "high_talent": "高层次人才提升",
        }[self.value]


class DualLevel(StrEnum):
    """层次 of the 双证 programme."""

    JUNIOR = "junior"
    SENIOR = "senior"

    @property
    def label(self) -> str:
        """What people read."""
        return {"junior": "成人初中", "senior": "成人高中"}[self.value]


class Subject(StrEnum):
    """文化课科目. Senior learners take one of the two sciences, so a transcript has four rows, not five."""

    CHINESE = "chinese"
    MATHEMATICS = "mathematics"
    NATURAL_SCIENCE = "natural_science"
    SOCIAL_SCIENCE = "social_science"
    SCIENCE = "science"
    CIVICS = "civics"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "chinese": "语文",
            "mathematics": "数学",
            "natural_science": "自然科学",
            "social_science": "社会科学",
            "science": "科学",
            "civics": "公民道德与法律基础",
        }[self.value]


class SkillLevel(StrEnum):
    """职业技能等级: smaller is higher; the newer eight levels add three."""

    APPRENTICE = "apprentice"
    JUNIOR = "5"
    MIDDLE = "4"
    SENIOR = "3"
    TECHNICIAN = "2"
    SENIOR_TECHNICIAN = "1"
    SPECIAL = "special"
    CHIEF = "chief"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "apprentice": "学徒工",
            "5": "初级工（五级）",
            "4": "中级工（四级）",
            "3": "高级工（三级）",
            "2": "技师（二级）",
            "1": "高级技师（一级）",
            "special": "特级技师",
            "chief": "首席技师",
        }[self.value]


class Assessment(StrEnum):
    """考核方式 of a course: what decides that somebody has completed it."""

    ATTENDANCE = "attendance"
    WORK = "work"
    EXAM = "exam"
    NONE = "none"

    @property
    def label(self) -> str:
        """What people read."""
        return {"attendance": "按出勤", "work": "作品或实操", "exam": "考试", "none": "不考核"}[self.value]


class CreditRule(StrEnum):
    """学分 a course may earn: which of the separate units, counted by the rule pack."""

    NONE = "none"
    DUAL_HOURS = "dual_hours"
    BANK_HOURS = "bank_hours"

    @property
    def label(self) -> str:
        """What people read."""
        return {"none": "不计学分", "dual_hours": "学时计入双证学分", "bank_hours": "学时可存学分银行"}[
            self.value
        ]


class Award(StrEnum):
    """What paper somebody gets at the end."""

    NONE = "none"
    COMPLETION = "completion"
    SKILL = "skill"

    @property
    def label(self) -> str:
        """What people read."""
        return {"none": "不发证", "completion": "学校结业证书", "skill": "技能等级证书（评价机构发）"}[
            self.value
        ]


class Route(StrEnum):
    """报读途径: how one studies on after senior secondary."""

    OPEN_UNIVERSITY = "open_university"
    ADULT_EXAM = "adult_exam"
    SELF_STUDY = "self_study"
    SINGLE_EXAM = "single_exam"
    DUAL_SYSTEM = "dual_system"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The words of the papers."""
        return {
            "open_university": "开放教育",
            "adult_exam": "成人高考",
            "self_study": "自学考试",
            "single_exam": "单考单招",
            "dual_system": "双元制",
            "other": "其他",
        }[self.value]


class StudyLevel(StrEnum):
    """报读层次."""

    COLLEGE = "college"
    UPGRADE = "upgrade"
    BACHELOR = "bachelor"

    @property
    def label(self) -> str:
        """What people read."""
        return {"college": "专科（高起专）", "upgrade": "本科（专升本）", "bachelor": "本科（高起本）"}[
            self.value
        ]

    @property
    def education_code(self) -> str:
        """GB/T 4658 of who graduated from it."""
        return "31" if self is StudyLevel.COLLEGE else "21"
