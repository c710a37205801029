"""Who may get a completion certificate, and what one may say. Pure; numbers come from the rule pack."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from kqdesk.rooms.attendance.rules import percent
from kqdesk.rooms.cohorts.terms import EnrolmentState

BLOCK = 1000  # serial numbers a station takes at a time; later the hub leases them
NAME_BYTES, COURSE_BYTES = 60, 90  # what the signed square holds (security.certificate_qr)
STATE_WORDS = (
    "国徽",
    "国家",
    "职业资格",
    "中华人民共和国",
    "教育部",
    "人力资源和社会保障部",
    "学历证书",
    "毕业证书",
)


@dataclass(frozen=True)
class Completion:
    """What speaks for one learner. ``share``: attendance 0..1, None when it cannot be told; ``held``: lessons held."""

    state: EnrolmentState
    held: int
    to_come: int
    share: Fraction | None
    has_certificate: bool


@dataclass(frozen=True)
class Eligibility:
    """Reasons against (no certificate) and remarks (a person decides); both are sentences shown as they are."""

    reasons: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def is_eligible(self) -> bool:
        """Nothing speaks against it."""
        return not self.reasons


def may_certify(facts: Completion, minimum: Fraction | None) -> Eligibility:
    """R-CER-01: in the cohort to its end, no lesson is still to come, lessons were held, attendance at or above the pack's minimum, none yet.

    Without a minimum (未配置) attendance refuses nobody and the remark says so.
    """
    reasons, remarks = [], []
    if facts.has_certificate:
        reasons.append("已有结业证书")
    if facts.state not in (EnrolmentState.ENROLLED, EnrolmentState.COMPLETED):
        reasons.append(f"学籍是“{facts.state.label}”")
    if facts.held == 0:
        reasons.append("还没有上过课")
    if minimum is None:
        remarks.append("最低出勤率未配置，没有核对")
    elif facts.share is None:
        reasons.append("出勤率算不出（没有点名，或考勤规则未配置）")
    elif facts.share < minimum:
        reasons.append(f"出勤 {percent(facts.share)}，不到 {percent(minimum)}")
    if facts.held and facts.to_come:
        reasons.append(f"还有 {facts.to_come} 次课没上（不上的请先在课表里停课）")
    return Eligibility(tuple(reasons), tuple(remarks))


def text_faults(name: str, course: str, words: Sequence[str] = ()) -> list[str]:
    """R-CER-03: what a certificate of ours may not carry: too much text for the square, or words of the state."""
    faults = []
    if not name.strip():
        faults.append("没有姓名，不能制证。")
    if len(name.encode()) > NAME_BYTES:
        faults.append(f"姓名“{name}”太长，二维码放不下，请联系区里处理。")
    if len(course.encode()) > COURSE_BYTES:
        faults.append(f"课程名称“{course}”太长（最多 30 个汉字），请先改短。")
    for word in STATE_WORDS:
        if any(word in text for text in (course, *words)):
            faults.append(f"学校的结业证书上不能写“{word}”，请改课程名称。")
    return faults


def short_school_code(code: str, region: str) -> str:
    """The school's part of a number: its code without the region that stands before it already."""
    return code.removeprefix(region) or code


def next_block(last_serials: Sequence[int]) -> tuple[int, int]:
    """R-CER-02: first and last serial of a new block, after every block there is of that year."""
    first = max(last_serials, default=0) + 1
    return first, first + BLOCK - 1
