"""How long data stays, what law keeps from erasing, who may be the second person. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from kqdesk.rooms.privacy.terms import Category
from kqdesk.security.roles import Role

FOREVER = "forever"
LEADERS = frozenset({Role.HEADMASTER, Role.DISTRICT})

TABLES: Mapping[str, Category] = {
    "enrolment": Category.LEARNER_FILE,
    "attendance_mark": Category.LEARNER_FILE,
    "online_study": Category.LEARNER_FILE,
    "candidate": Category.LEARNER_FILE,
    "score": Category.LEARNER_FILE,
    "exemption": Category.LEARNER_FILE,
    "course_result": Category.LEARNER_FILE,
    "past_record": Category.LEARNER_FILE,
    "completion_certificate": Category.CERTIFICATE,
    "skill_certificate": Category.CERTIFICATE,
    "diploma": Category.CERTIFICATE,
    "credit_entry": Category.CERTIFICATE,
    "credit_account": Category.CERTIFICATE,
    "pay_line": Category.VOUCHER,
    "subsidy_claim": Category.VOUCHER,
}
"""Which tables belong to which kind of data; a table that is not here goes with its person unless its row is sealed."""
WITH_PERSON = frozenset({"consent"})
"""Proof that stays as long as the person's row stays."""
IDENTITY = frozenset(
    {
        "name",
        "name_pinyin",
        "name_initials",
        "sex",
        "birth_date",
        "id_kind",
        "id_number",
        "state",
        "merged_into_id",
    }
)
"""Columns of a person that stay where a certificate or a learner's file must stay: whose it is."""
ATTACHMENTS: Mapping[str, Category] = {
    "photo": Category.PHOTO,
    "scan": Category.SCAN,
    "proof": Category.PROOF,
}
"""Purposes of attachments that have a time of their own."""


@dataclass(frozen=True)
class Term:
    """How long a kind of data stays. ``years`` None = 未配置, 0 = for ever; ``shown`` and ``source`` for people."""

    category: Category
    years: int | None
    shown: str
    source: str
    is_unverified: bool = False

    @property
    def is_forever(self) -> bool:
        """Never to be erased while this counts."""
        return self.years == 0


def years_of(code: str) -> int:
    """The pack's choice as years; 0 = for ever."""
    return 0 if code == FOREVER else int(code)


def due_on(term: Term, last: date) -> date | None:
    """The day from which the data must go; None while there is no such day (for ever, 未配置).

    R-PRI-03: kept from its last change for the years of its kind, then erased (个人信息保护法 第十九条).
    """
    if not term.years:
        return None
    try:
        return last.replace(year=last.year + term.years)
    except ValueError:  # 29 February
        return last.replace(year=last.year + term.years, month=3, day=1)


def keep_reason(term: Term | None, last: date, today: date, *, is_sealed: bool) -> str:
    """Why a row must stay although its person wants it erased; empty when it may go.

    R-PRI-04: what law tells to keep is kept and named, nothing else (个人信息保护法 第四十七条).
    """
    if term is not None and term.is_forever:
        return f"{term.category.label}按规定{term.shown}保存"
    until = due_on(term, last) if term is not None else None
    if term is not None and until is not None and today < until:
        return f"{term.category.label}按规定保存{term.shown}，到 {until}"
    if is_sealed and until is None:
        return "已批准、锁定或上报，按规定保存"
    return ""


def second_person_fault(first: str, second: str, roles: Collection[Role | None]) -> str | None:
    """Why this person may not agree to an erasure; None when she may. ``roles``: of both.

    R-PRI-05: personal data is erased by two persons, one of them the headmaster or the district.
    """
    if first == second:
        return "删除要两个人办：一人提出，另一人同意。您已经提出，请另一位操作人来同意。"
    if LEADERS.isdisjoint(role for role in roles if role is not None):
        return "删除要由校长（或区里）和另一位操作人两个人办，您两位里还没有校长。请校长来同意。"
    return None
