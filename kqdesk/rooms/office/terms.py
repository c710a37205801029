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
    RULE = "rule"


class Beneficiary(StrEnum):
    """Who gets what a rule of a pack gives."""

    PERSON = "person"
    ENTERPRISE = "enterprise"
    SCHOOL = "school"
    TRAINER = "trainer"

    @property
    def label(self) -> str:
        """What people read."""
        return {"person": "个人", "enterprise": "企业", "school": "学校", "trainer": "培训师"}[self.value]


class AmountKind(StrEnum):
    """How a rule says how much."""

    FIXED = "fixed"
    RATE = "rate"
    BAND = "band"
    QUOTA = "quota"

    @property
    def label(self) -> str:
        """What people read."""
        return {"fixed": "定额", "rate": "按比例", "band": "按等级", "quota": "按名额"}[self.value]


class Step(StrEnum):
    """A step that its person signs with her own key: what she did to a row, in the two-person work of a school."""

    ENTER = "enter"
    CHECK = "check"
    SETTLE = "settle"
    LOCK = "lock"
    CORRECT = "correct"
    CONFIRM = "confirm"
    DRAW = "draw"
    APPROVE = "approve"
    REVOKE = "revoke"
    ACTIVATE = "activate"
    PROPOSE = "propose"
    AGREE = "agree"

    @property
    def label(self) -> str:
        """What people read."""
        return _STEPS[self.value]


_STEPS = {
    "enter": "录入", "check": "复核", "settle": "裁定", "lock": "锁定", "correct": "更正", "confirm": "确认更正", "draw": "制证",
    "approve": "批准", "revoke": "撤销", "activate": "启用", "propose": "提出", "agree": "同意",
}  # fmt: skip


class Standing(StrEnum):
    """What a look at a signed step and the row it was given for says."""

    GOOD = "good"
    LATER = "later"  # the same step was signed again since; that one counts
    GONE = "gone"  # the row is no more (thrown away lawfully; the audit knows by whom)
    CHANGED = "changed"
    FORGED = "forged"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "good": "签名有效", "later": "已有更新的签名", "gone": "记录已不在", "changed": "签名之后内容被改动",
            "forged": "签名不是本人的",
        }[self.value]  # fmt: skip

    @property
    def is_fault(self) -> bool:
        """Whether somebody must look into it."""
        return self in (Standing.CHANGED, Standing.FORGED)


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
    "activity": "活动",
    "matching": "匹配",
    "policy": "政策",
    "past": "历史台账",
    "timetable": "排课",
    "trainer": "培训师",
    "subsidy": "奖补",
    "bank": "学分银行",
    "classfile": "一班一档",
    "report": "统计",
    "followup": "回访",
    "satisfaction": "满意度",
    "target": "年度目标",
    "retention": "保存期限",
    "privacy": "个人信息",
}
"""The first word of a pack item's key, as people read it."""
