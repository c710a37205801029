"""The words of 个人信息保护. Imports nothing of the school."""

from enum import StrEnum

KEPT_NOW = "now"  # purpose of a self-check answer given by a person


class Purpose(StrEnum):
    """What personal data is used for; each purpose has its own notice."""

    ROSTER = "roster"
    STUDY = "study"
    PHOTO = "photo"
    SUBSIDY = "subsidy"
    REPORT = "report"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "roster": "花名册和学历排摸", "study": "报名学习和学籍", "photo": "证件照和影像", "subsidy": "奖补和银行账户",
            "report": "上报和转交",
        }[self.value]  # fmt: skip


class Basis(StrEnum):
    """On what ground the data may be handled (个人信息保护法 第十三条)."""

    CONSENT = "consent"
    DUTY = "duty"
    CONTRACT = "contract"

    @property
    def label(self) -> str:
        """What people read."""
        return {"consent": "本人同意", "duty": "履行法定职责", "contract": "订立、履行合同所必需"}[self.value]


class ConsentWay(StrEnum):
    """How somebody agreed."""

    PAPER = "paper"
    SPOKEN = "spoken"
    GUARDIAN = "guardian"

    @property
    def label(self) -> str:
        """What people read."""
        return {"paper": "纸质签字", "spoken": "当面口头", "guardian": "监护人签字"}[self.value]


class ConsentState(StrEnum):
    """How a person stands to the notice that counts today."""

    GIVEN = "given"
    OUTDATED = "outdated"
    MISSING = "missing"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """What people read."""
        return {"given": "已同意", "outdated": "同意的是旧版", "missing": "还没有", "withdrawn": "已撤回"}[
            self.value
        ]


class RequestKind(StrEnum):
    """What a person may ask for (个人信息保护法 第四十四至四十七条)."""

    ACCESS = "access"
    CORRECT = "correct"
    ERASE = "erase"

    @property
    def label(self) -> str:
        """What people read."""
        return {"access": "查阅、复制", "correct": "更正", "erase": "删除"}[self.value]


class RequestState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    PROPOSED = "proposed"
    DONE = "done"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """What people read."""
        return {"open": "待办", "proposed": "待第二人同意", "done": "已办结", "refused": "已答复不办"}[
            self.value
        ]


class CleanupState(StrEnum):
    """Where a yearly clean-up stands."""

    PROPOSED = "proposed"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """What people read."""
        return {"proposed": "待第二人同意", "done": "已删除", "dropped": "已放弃"}[self.value]


class BreachState(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """What people read."""
        return {"open": "处置中", "closed": "已结案"}[self.value]


class Holds(StrEnum):
    """What a self-check says of one item."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    ASK = "ask"  # a person has to say

    @property
    def label(self) -> str:
        """What people read."""
        return {"yes": "符合", "partly": "部分符合", "no": "不符合", "ask": "待人工确认"}[self.value]


class Category(StrEnum):
    """A kind of data with its own time to be kept; ``retention.<value>`` is its item in the rule packs."""

    ROSTER = "roster"
    LEARNER_FILE = "learner_file"
    CERTIFICATE = "certificate"
    VOUCHER = "voucher"
    PHOTO = "photo"
    SCAN = "scan"
    PROOF = "proof"
    REQUEST = "request"
    BREACH = "breach"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "roster": "没有报过名的花名册人员", "learner_file": "学籍、考勤、成绩", "certificate": "证书和学分",
            "voucher": "奖补、课酬凭证", "photo": "证件照", "scan": "签到表扫描件", "proof": "证件和证明的扫描件",
            "request": "个人信息请求", "breach": "安全事件记录",
        }[self.value]  # fmt: skip

    @property
    def item(self) -> str:
        """The rule pack's key of how long."""
        return f"retention.{self.value}"
