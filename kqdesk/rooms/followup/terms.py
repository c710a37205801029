"""The words of 跟踪: how a call ended, what somebody does now, who answers a questionnaire, how far an honour came."""

from kqdesk.kernel.words import Word

PROOF = "proof"
"""Purpose of an honour's files: 事迹材料, 照片, 证明."""
FORM = "form"
"""Purpose of a questionnaire's files: scanned forms."""


class Completion(Word):
    """What somebody is followed up after."""

    ENROLMENT = "enrolment", "结业"
    DIPLOMA = "diploma", "学历证书"


class VisitWay(Word):
    """How somebody was reached."""

    PHONE = "phone", "电话"
    VISIT = "visit", "上门"
    PAPER = "paper", "书面"
    CHAT = "chat", "微信"


class Outcome(Word):
    """How a contact ended."""

    ANSWERED = "answered", "已答"
    NO_ANSWER = "no_answer", "没联系上"
    REFUSED = "refused", "不愿答"
    LOST = "lost", "失访"


class Work(Word):
    """就业情况."""

    EMPLOYED = "employed", "在单位上班"
    SELF_EMPLOYED = "self_employed", "创业（个体）"
    FLEXIBLE = "flexible", "灵活就业"
    FARMING = "farming", "务农"
    STUDYING = "studying", "在读"
    JOBLESS = "jobless", "没有工作"
    RETIRED = "retired", "退休"


class NextStudy(Word):
    """再学习: what somebody learns, or wants to learn, after the course."""

    NONE = "none", "没有打算"
    WISHES = "wishes", "想学，还没报"
    SKILL = "skill", "在学技能"
    COLLEGE = "college", "在读学历"


class CallState(Word):
    """Where one wave of one person's calls stands."""

    PLANNED = "planned", "没到时间"
    DUE = "due", "可以回访"
    OVERDUE = "overdue", "已超期"
    ANSWERED = "answered", "已答"
    REFUSED = "refused", "不愿答"
    LOST = "lost", "失访"
    MISSED = "missed", "错过了"


OPEN = (CallState.DUE, CallState.OVERDUE)
"""Somebody is still to be called."""


class Audience(Word):
    """Who answers a questionnaire."""

    LEARNER = "learner", "学员"
    EMPLOYER = "employer", "用人单位"


class AnswerWay(Word):
    """How an answer came in."""

    TYPED = "typed", "打字登记"
    SCANNED = "scanned", "扫描"
    WEB = "web", "手机填写"


class FormState(Word):
    """What became of one scanned form."""

    READ = "read", "读出"
    ASKED = "asked", "待定"
    BLANK = "blank", "空白"
    AGAIN = "again", "已登记过"
    FOREIGN = "foreign", "不是这里的"
    REFUSED = "refused", "读不了"


class HonourKind(Word):
    """学习之星 is a learner, 典型 may be anybody whose learning others should hear of."""

    STAR = "star", "学习之星"
    MODEL = "model", "学习典型"


class HonourState(Word):
    """How far an honour came."""

    NOMINATED = "nominated", "待审批"
    APPROVED = "approved", "已批准"
    POSTED = "posted", "公示中"
    AWARDED = "awarded", "已表彰"
    DECLINED = "declined", "没有通过"
    WITHDRAWN = "withdrawn", "已撤下"
