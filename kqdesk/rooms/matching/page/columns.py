"""Columns of the tab 匹配: offers, the people who fit one, one person's ways, people found."""

from kqdesk.desk.cells import Column, Pill
from kqdesk.rooms.matching.page.asking import Listed
from kqdesk.rooms.matching.page.reasons import ANSWER_TONES
from kqdesk.rooms.matching.queries import Fit, Way
from kqdesk.rooms.people.queries import PersonHit

OFFERS = (
    Column[Listed]("供给", lambda r: r.row.title, is_strong=True, tip=lambda r: r.row.title),
    Column[Listed]("合适", lambda r: f"{r.count:,}", kind="number", width=76, sort=lambda r: r.count),
    Column[Listed]("愿意来", lambda r: str(r.row.wants or ""), kind="number", width=76),
    Column[Listed]("已告知", lambda r: str(r.row.told or ""), kind="number", width=76),
    Column[Listed]("类别", lambda r: r.row.kind.label, width=92),
    Column[Listed]("院校（机构）", lambda r: r.row.provider, width=150, tip=lambda r: r.row.provider),
    Column[Listed]("途径、层次、门类", lambda r: r.row.path_words, width=150, tip=lambda r: r.row.path_words),
    Column[Listed]("上课时间", lambda r: r.row.times_words, width=120, tip=lambda r: r.row.times_words),
    Column[Listed]("报名", lambda r: r.row.valid_words, width=112, tip=lambda r: r.row.valid_words),
)  # fmt: skip
PEOPLE = (
    Column[Fit]("姓名", lambda r: r.name, width=84, is_strong=True),
    Column[Fit]("为什么", lambda r: r.why, tip=lambda r: "\n".join(one.sentence for one in r.reasons)),
    Column[Fit]("答复", lambda r: r.answer.label if r.answer else "", kind="pill", width=96,
                pill=lambda r: Pill(r.answer.label, ANSWER_TONES[r.answer]) if r.answer else None),
    Column[Fit]("要核对", lambda r: f"{r.doubts} 项" if r.doubts else "", width=72),
    Column[Fit]("年龄", lambda r: str(r.age) if r.age is not None else "", kind="number", width=60),
    Column[Fit]("学历", lambda r: r.education, width=100),
    Column[Fit]("村社", lambda r: r.village, width=110, tip=lambda r: r.village),
    Column[Fit]("就业单位", lambda r: r.employer, width=120, tip=lambda r: r.employer),
    Column[Fit]("方便时间", lambda r: r.times_words, width=110, tip=lambda r: r.times_words),
    Column[Fit]("电话", lambda r: r.phone_masked, kind="code", width=118),
)  # fmt: skip
WAYS = (
    Column[Way]("供给", lambda r: r.offer.title, is_strong=True, tip=lambda r: r.offer.title),
    Column[Way]("", lambda r: "合适" if r.is_fit else "不合适", kind="pill", width=92,
                pill=lambda r: Pill("合适", "success", "check") if r.is_fit else Pill("不合适", "neutral")),
    Column[Way]("为什么", lambda r: r.why if r.is_fit else r.why_not, width=330, tip=lambda r: r.why if r.is_fit else r.why_not),
    Column[Way]("院校（机构）", lambda r: r.offer.provider, width=140),
    Column[Way]("上课时间", lambda r: r.offer.times_words, width=110),
    Column[Way]("报名", lambda r: r.offer.valid_words, width=112),
)  # fmt: skip
HITS = (
    Column[PersonHit]("姓名", lambda r: r.name, width=110, is_strong=True),
    Column[PersonHit]("村社", lambda r: r.village),
    Column[PersonHit]("证件号码", lambda r: r.id_masked, kind="code", width=190),
)
