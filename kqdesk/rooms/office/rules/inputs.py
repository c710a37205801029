"""What a rule of a pack may ask: every input by name, its kind, its words. A rule that asks anything else is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kqdesk.rooms.office.terms import Beneficiary

P, E, S, T = Beneficiary.PERSON, Beneficiary.ENTERPRISE, Beneficiary.SCHOOL, Beneficiary.TRAINER


class InputKind(StrEnum):
    """What an input's value is: bool, date, int, 分 (int), a code of its choices, words."""

    YES_NO = "yes_no"
    DATE = "date"
    INTEGER = "integer"
    MONEY = "money"
    CHOICE = "choice"
    TEXT = "text"


@dataclass(frozen=True)
class Input:
    """One thing a rule may ask of a claimant. ``whose``: the beneficiaries it can be known of."""

    name: str
    label: str
    kind: InputKind
    whose: frozenset[Beneficiary]
    choices: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""


SKILL_LEVELS = {
    "apprentice": "学徒工", "5": "初级工（五级）", "4": "中级工（四级）", "3": "高级工（三级）", "2": "技师（二级）",
    "1": "高级技师（一级）", "special": "特级技师", "chief": "首席技师",
}  # fmt: skip
DEGREES = {"college": "大学专科", "bachelor": "大学本科"}
EMPLOYERS = {
    "enterprise": "企业",
    "agency": "机关",
    "institution": "事业单位",
    "self_employed": "个体经营",
    "none": "无单位",
}
POSTS = {
    "front_line": "一线职工",
    "team_leader": "班组长",
    "workshop_head": "车间主任",
    "above": "车间主任以上",
}
STATUSES = {"disabled": "残疾人", "low_income": "低收入", "veteran": "退役军人", "none": "没有"}
PROVINCES = {"33": "浙江省", "other": "外省"}
_K = InputKind
_ROWS: tuple[tuple[str, str, InputKind, tuple[Beneficiary, ...], Mapping[str, str], str], ...] = (
    ("union_member", "是工会会员", _K.YES_NO, (P,), {}, ""),
    ("union_province", "工会所在省", _K.CHOICE, (P,), PROVINCES, ""),
    ("contract_from", "劳动合同起", _K.DATE, (P,), {}, ""),
    ("contract_to", "劳动合同止", _K.DATE, (P,), {}, ""),
    ("contract_open_ended", "无固定期限劳动合同", _K.YES_NO, (P,), {}, ""),
    ("employer_type", "单位性质", _K.CHOICE, (P,), EMPLOYERS, ""),
    ("post_level", "岗位", _K.CHOICE, (P,), POSTS, ""),
    ("degree_level", "取得的学历", _K.CHOICE, (P,), DEGREES, ""),
    ("degree_on", "学历毕业日期", _K.DATE, (P,), {}, ""),
    ("diploma_level", "取得的成人学历", _K.CHOICE, (P,), {"junior": "成人初中", "senior": "成人高中"}, ""),
    ("diploma_on", "成人学历发证日期", _K.DATE, (P,), {}, ""),
    ("skill_level", "技能证书等级", _K.CHOICE, (P,), SKILL_LEVELS, ""),
    ("skill_on", "技能证书发证日期", _K.DATE, (P,), {}, ""),
    ("education_before", "入学前学历（代码）", _K.TEXT, (P,), {}, ""),
    ("study_level", "报读层次", _K.CHOICE, (P,), {"college": "专科", "upgrade": "专升本", "bachelor": "高起本"}, ""),
    ("tuition_total", "学费总额", _K.MONEY, (P,), {}, "元"),
    ("tuition_paid_by_self", "本人交的学费", _K.MONEY, (P,), {}, "元"),
    ("insured_months", "累计参保月数", _K.INTEGER, (P,), {}, "个月"),
    ("age", "取得时的周岁", _K.INTEGER, (P,), {}, "周岁"),
    ("status_kind", "身份类别", _K.CHOICE, (P,), STATUSES, ""),
    ("status_on", "身份证明日期", _K.DATE, (P,), {}, ""),
    ("is_retired", "已领养老金", _K.YES_NO, (P,), {}, ""),
    ("is_in_school", "全日制在校生", _K.YES_NO, (P,), {}, ""),
    ("attendance_percent", "出勤率", _K.INTEGER, (P,), {}, "%"),
    ("achieved_on", "取得日期", _K.DATE, (P, E, S, T), {}, ""),
    ("claimed_on", "受理日期", _K.DATE, (P, E, S, T), {}, ""),
    ("reference_on", "当年发文之日", _K.DATE, (P, E, S, T), {}, ""),
    ("class_headcount", "班级人数", _K.INTEGER, (E, S), {}, "人"),
    ("class_hours", "班级已上学时", _K.INTEGER, (E, S), {}, "学时"),
    ("wages_total", "职工工资总额", _K.MONEY, (E,), {}, "元"),
    ("training_spend", "职工教育经费支出", _K.MONEY, (E,), {}, "元"),
    ("frontline_spend", "一线职工岗位技能培训支出", _K.MONEY, (E,), {}, "元"),
    ("carry_in", "上年结转", _K.MONEY, (E,), {}, "元"),
    ("target", "任务数", _K.INTEGER, (S,), {}, ""),
    ("actual", "完成数", _K.INTEGER, (S,), {}, ""),
    ("taught_hours", "已上学时", _K.INTEGER, (T,), {}, "学时"),
)  # fmt: skip
INPUTS: Mapping[str, Input] = {
    name: Input(name, label, kind, frozenset(whose), choices, unit)
    for name, label, kind, whose, choices, unit in _ROWS
}
"""Name → input; names are permanent, packs of the district say them."""

ACHIEVEMENTS = {
    "skill_certificate": ("技能等级证书", P),
    "college_degree": ("大专以上毕业", P),
    "diploma": ("成人初中、高中毕业", P),
    "completion": ("结业证书", P),
    "firm_class": ("企业组班", E),
    "fund_year": ("职工教育经费年度", E),
    "target_year": ("年度任务", S),
    "teaching_year": ("年度授课", T),
}
"""What earns the right to claim, and whose it is."""
EVIDENCE = {
    "application": "申请表", "id_card": "身份证复印件", "skill_certificate": "技能证书复印件", "diploma": "毕业证书复印件",
    "contract": "劳动合同", "union_card": "工会会员证明", "fee_receipt": "学费发票", "bank_card": "银行卡复印件",
    "status_paper": "身份证明（残疾证等）", "insurance": "参保证明", "class_file": "一班一档", "roster": "参训人员名册",
    "accounts": "财务凭证",
}  # fmt: skip
"""Papers a rule may ask for."""
ONCE_PER = {
    "rule": "一辈子一次",
    "occupation_level": "同一职业同一等级一次",
    "achievement": "每项成果一次",
    "year": "每年一次",
}
"""How often one beneficiary may claim under a rule."""
ORDERS = {"first_come": "先到先得", "ranked": "按排名"}
"""Who gets a place where places are few."""
USES = {"subsidy": "奖补", "eligibility": "资格", "tax_base": "税前扣除基数", "spend_share": "经费使用比例"}
"""What a rule is for."""
REGION_LEVELS = ("province", "city", "county", "township")
