"""Words of 报表."""

from kqdesk.kernel.words import Word

TEMPLATE = "template"
"""Purpose of the attachment that holds a template's file."""


class Scope(Word):
    """What one filled form is about."""

    LEARNER = "learner", "每人一份"
    COHORT = "cohort", "每班一份"
    SITTING = "sitting", "每场考试一份"
    STATISTICS = "statistics", "全校统计"

    @property
    def example(self) -> str:
        """What such forms are."""
        return {
            "learner": "报名登记表、毕业生登记表、学籍表",
            "cohort": "班级花名册、结业名册、报送名单",
            "sitting": "成绩册、登分表、考生名册",
            "statistics": "教育事业统计表、年度目标完成表",
        }[self.value]


class Breakdown(Word):
    """By what a figure can be split. A class with two kinds stands under both; the rest parts the attendances."""

    MONTH = "month", "月份"
    SCHOOL = "school", "学校"
    TOWNSHIP = "township", "镇街"
    VILLAGE = "village", "村社"
    PROJECT = "project", "六大工程"
    KIND = "kind", "班级类型"
    CATEGORY = "category", "十大门类"
    LEVEL = "level", "层次"
    SEX = "sex", "性别"
    AGE = "age", "年龄段"
    HUKOU = "hukou", "户籍"


class Unit(Word):
    """What a figure counts. 人 are different people, 人次 are attendances: never added together."""

    PEOPLE = "people", "人"
    ATTENDANCES = "attendances", "人次"
    COHORTS = "cohorts", "个班"
    ACTIVITIES = "activities", "场"
    PAPERS = "papers", "本"
    YEARS = "years", "年"


class TargetOrigin(Word):
    """Who set a yearly target."""

    SCHOOL = "school", "本校填写"
    DISTRICT = "district", "区里下达"


class FrozenState(Word):
    """Where a frozen report stands."""

    FROZEN = "frozen", "未上报"
    SUBMITTED = "submitted", "已上报"


class YearKind(Word):
    """Which stretch of days somebody looks at."""

    CALENDAR = "calendar", "自然年"
    SCHOOL = "school", "学年"
    MONTH = "month", "月"
    FREE = "free", "自定"
