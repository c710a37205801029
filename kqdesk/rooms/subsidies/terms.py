"""The words of 奖补. Imports nothing of the room, so anyone may import it."""

from kqdesk.kernel.words import Word
from kqdesk.rooms.office.terms import Beneficiary as Beneficiary

BATCHES = "subsidy_batch"
"""What a hub leases the running numbers of subsidy batches as."""
FORM = "form"
"""Purpose of the attachment that holds a finance office's form."""
UNSET = "未配置"


class Standing(Word):
    """How one line of a verdict stands."""

    MET = "met", "符合"
    UNMET = "unmet", "不符合"
    MISSING = "missing", "缺"
    UNCHECKED = "unchecked", "没有核对"


class ClaimState(Word):
    """Where a claim stands; the order is that of the way."""

    TAKEN = "taken", "已受理"
    BATCHED = "batched", "在批次里"
    FROZEN = "frozen", "已审核公示"
    SUBMITTED = "submitted", "已报区"
    ACCEPTED = "accepted", "区里同意"
    RETURNED = "returned", "区里退回"
    PAID = "paid", "已发放"


LIVING = tuple(state for state in ClaimState if state is not ClaimState.RETURNED)
"""States in which a claim stands against another claim for the same."""


class BatchState(Word):
    """Where a batch stands."""

    DRAFT = "draft", "待审核"
    FROZEN = "frozen", "公示中"
    SUBMITTED = "submitted", "已报区"
    ANSWERED = "answered", "区里已审"
    PAID = "paid", "已发放"


class QuotaLevel(Word):
    """Whose allocation a quota is; each is shared out among those below."""

    PROVINCE = "province", "省"
    CITY = "city", "市"
    COUNTY = "county", "县（市、区）"
    TOWNSHIP = "township", "镇（街道）"


class Check(Word):
    """What is looked at before a batch is frozen (audits found each of these)."""

    TERMS = "terms", "条件不符合"
    DUPLICATE = "duplicate", "本校重复申领"
    OTHER_SCHOOL = "other_school", "外校也在申领"
    EXCLUSIVE = "exclusive", "不能同时领"
    WINDOW = "window", "不在申领期"
    BEFORE_END = "before_end", "发证早于结班"
    TOO_EARLY = "too_early", "班太早"
    BIRTH = "birth", "出生日期不对"
    LATE_STATUS = "late_status", "证明晚于上课"
    TWO_PLACES = "two_places", "同时在两处签到"
    NO_CLASS_DAY = "no_class_day", "没课的日子签到"
    GONE = "gone", "已离开"
    OUT_OF_SCOPE = "out_of_scope", "超出办学范围"
    OWN_TRAINER = "own_trainer", "培训师当学员"
    SHARED_ACCOUNT = "shared_account", "账户多人用"
    ACCOUNT = "account", "收款账户"
    LOW_ATTENDANCE = "low_attendance", "出勤不够"
    PUBLIC_SERVANT = "public_servant", "机关事业人员"
    CLASS_EVIDENCE = "class_evidence", "班级佐证不全"
    PAPERS = "papers", "材料不齐"
    AMOUNT = "amount", "金额"
    QUOTA = "quota", "名额"

    @property
    def rule_id(self) -> str:
        """Its number in the rules register."""
        return f"R-SUB-{20 + list(Check).index(self)}"


class Employer(Word):
    """单位性质."""

    ENTERPRISE = "enterprise", "企业"
    AGENCY = "agency", "机关"
    INSTITUTION = "institution", "事业单位"
    SELF_EMPLOYED = "self_employed", "个体经营"
    NONE = "none", "无单位"


class PostLevel(Word):
    """岗位."""

    FRONT_LINE = "front_line", "一线职工"
    TEAM_LEADER = "team_leader", "班组长"
    WORKSHOP_HEAD = "workshop_head", "车间主任"
    ABOVE = "above", "车间主任以上"


class Status(Word):
    """身份类别 some rules ask for. Sensitive: never on lists."""

    DISABLED = "disabled", "残疾人"
    LOW_INCOME = "low_income", "低收入"
    VETERAN = "veteran", "退役军人"
    NONE = "none", "没有"
