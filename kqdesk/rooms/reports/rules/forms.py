"""Which fields a form may ask for, by what the form is about. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kqdesk.rooms.reports.rules.figures import FIGURES
from kqdesk.rooms.reports.terms import Breakdown, Scope


@dataclass(frozen=True)
class FieldGroup:
    """Fields that belong together. ``listed``: name of the list whose rows repeat; "" for single fields."""

    title: str
    fields: tuple[str, ...]
    listed: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """As they are written between the braces."""
        return tuple(f"{self.listed}.{name}" for name in self.fields) if self.listed else self.fields


SCHOOL = FieldGroup("学校", ("学校名称", "学校代码", "校长", "学校地址", "学校电话", "打印日期", "打印年份"))
PERSON = (
    "姓名", "性别", "民族", "出生日期", "证件类型", "证件号码", "电话", "备用电话", "文化程度", "户籍地址", "现住址", "镇街", "村社",
    "工作单位", "岗位", "照片",
)  # fmt: skip
COHORT = (
    "班级", "班级编号", "班级类型", "课程", "层次", "上课地点", "班主任", "培训师", "开班日期", "结班日期", "人数",
)  # fmt: skip
ENROLMENT = ("学号", "学籍状态", "报名日期", "科学选项")
RESULTS = (
    "语文成绩", "语文等第", "数学成绩", "数学等第", "科学成绩", "科学等第", "公民道德成绩", "公民道德等第", "面授学时", "学分合计",
    "技能证书职业", "技能证书等级", "技能证书编号", "技能证书发证机构", "技能证书发证日期", "学历证书编号", "学历证书日期", "结业证书编号",
)  # fmt: skip
STATISTICS = (
    "统计期间",
    "期间起",
    "期间止",
    "数据截至",
    "期初在册数",
    "期末在册数",
    "教职工数",
    "专任教师数",
)
FIGURE_FIELDS: Mapping[str, str] = {key: kind.title.replace("、", "") for key, kind in FIGURES.items()}
"""Figure → its field: a name a cell of Excel may have."""
_ROW_FIGURES = (
    "adult_schooling",
    "college",
    "skill_training",
    "social_training",
    "elderly_education",
    "learners",
    "completed",
)
ROW_FIELDS: Mapping[str, str] = {key: FIGURE_FIELDS[key] for key in _ROW_FIGURES}
"""Figures that stand in the rows by township, project, kind and category."""
ROW_LISTS: Mapping[str, Breakdown] = {
    "镇街": Breakdown.TOWNSHIP, "工程": Breakdown.PROJECT, "班型": Breakdown.KIND, "门类": Breakdown.CATEGORY,
}  # fmt: skip
_LIST_PERSON = tuple(name for name in PERSON if name != "照片")
GROUPS: Mapping[Scope, tuple[FieldGroup, ...]] = {
    Scope.LEARNER: (
        SCHOOL,
        FieldGroup("学员", PERSON),
        FieldGroup("班级", COHORT),
        FieldGroup("学籍", ENROLMENT),
        FieldGroup("成绩与证书", RESULTS),
        FieldGroup("每次考试一行", ("序号", "日期", "考试", "科目", "分数", "等第"), "考试"),
        FieldGroup("每本技能证书一行", ("序号", "职业", "等级", "编号", "发证机构", "发证日期"), "技能证书"),
    ),
    Scope.COHORT: (
        SCHOOL,
        FieldGroup("班级", COHORT),
        FieldGroup("每个学员一行", ("序号", *_LIST_PERSON, *ENROLMENT, *RESULTS), "学员"),
    ),
    Scope.SITTING: (
        SCHOOL,
        FieldGroup("考试", ("考试名称", "考试日期", "考试层次", "考点", "组织单位", "考生人数")),
        FieldGroup(
            "每个考生一行",
            (
                "序号",
                "准考证号",
                "姓名",
                "性别",
                "证件号码",
                "班级",
                "考场",
                "座号",
                "语文",
                "数学",
                "科学",
                "公民道德",
                "总分",
            ),
            "考生",
        ),
    ),
    Scope.STATISTICS: (
        SCHOOL,
        FieldGroup("期间", STATISTICS),
        FieldGroup("指标", tuple(FIGURE_FIELDS.values())),
        FieldGroup("目标", tuple(f"{name}目标" for name in FIGURE_FIELDS.values())),
        FieldGroup("每个指标一行", ("序号", "名称", "单位", "完成", "目标", "完成率", "口径"), "指标"),
        *(FieldGroup(f"每个{name}一行", ("序号", "名称", *ROW_FIELDS.values()), name) for name in ROW_LISTS),
    ),
}


def field_names(scope: Scope) -> tuple[str, ...]:
    """R-REP-01: every field a form of this scope may ask for; anything else is named before the form is kept."""
    return tuple(name for group in GROUPS[scope] for name in group.names)


def lists_of(scope: Scope) -> tuple[str, ...]:
    """The lists whose rows repeat."""
    return tuple(group.listed for group in GROUPS[scope] if group.listed)


def file_name(title: str, parts: Sequence[str], kind: str) -> str:
    """登记表 2026-S1 陈学一.docx, without signs that no disk takes."""
    words = " ".join(part for part in (title, *parts) if part)
    return "".join("_" if sign in '\\/:*?"<>|\r\n\t' else sign for sign in words)[:120].strip() + f".{kind}"


def distinct(names: Sequence[str]) -> list[str]:
    """The same names, later equal ones numbered: two 陈学一 in one cohort get two files."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        stem, _, kind = name.rpartition(".")
        out.append(name if seen[name] == 1 else f"{stem}（{seen[name]}）.{kind}")
    return out
