"""Who may get a completion certificate, and what one may say. Pure; numbers come from the rule pack."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from fractions import Fraction
from typing import Any

from kqdesk.rooms.attendance.rules import percent
from kqdesk.rooms.catalogue.rules import UNSAID, CourseRules
from kqdesk.rooms.catalogue.terms import Award
from kqdesk.rooms.certificates.terms import SpotKind
from kqdesk.rooms.cohorts.terms import EnrolmentState
from kqdesk.rooms.exams.rules import Verdict, is_assessed

BLOCK = 1000  # serial numbers a station takes at a time, or the hub leases to it
NO_NUMBERS = (
    "本机 {year} 年的证书号段只剩 {left} 个号，这次要 {wanted} 个。请连上网络点“立即同步”，会领到新的号段；"
    "没有网络可以先少制几份。"
)
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
    course: CourseRules = UNSAID  # as the class keeps them
    verdict: Verdict | None = None  # of the 结课考核


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
    reasons += course_reasons(facts)
    if facts.held and facts.to_come:
        reasons.append(f"还有 {facts.to_come} 次课没上（不上的请先在课表里停课）")
    return Eligibility(tuple(reasons), tuple(remarks))


def course_reasons(facts: Completion) -> list[str]:
    """R-CER-09: what the rules that the class keeps of its course say against a certificate of ours.

    A course that gives no paper, or one of another body; one completed by an exam or a work without a passed result.
    Not said (未定) stands against nothing.
    """
    since = f"（{facts.course.from_on:%Y-%m-%d} 起的课程规则）" if facts.course.from_on else ""
    reasons = []
    if facts.course.award is Award.NONE:
        reasons.append(f"这门课程不发证{since}")
    if facts.course.award is Award.SKILL:
        reasons.append(f"这门课程由评价机构发技能等级证书，学校不发结业证书{since}")
    if is_assessed(facts.course):
        if facts.verdict is None:
            reasons.append("还没有登记结课考核成绩（在「考试 · 结课考核」里登记）")
        elif not facts.verdict.is_passed:
            least = f"，合格分 {facts.course.pass_mark}" if facts.course.pass_mark is not None else ""
            reasons.append(f"结课考核 {facts.verdict.words}{least}")
    return reasons


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


# -- numbers and papers ---------------------------------------------------------------------------


@dataclass(frozen=True)
class NumberFacts:
    """The numbers of one year. ``leased``: all of the blocks; ``given``: below each block's next serial."""

    year: int
    leased: int
    given: int
    drawn: int
    approved: int
    printed: int
    handed_out: int
    revoked: int
    void: int

    @property
    def unused(self) -> int:
        """Leased and not given yet."""
        return self.leased - self.given

    @property
    def on_record(self) -> int:
        """Certificates and void numbers together."""
        return self.drawn + self.approved + self.printed + self.handed_out + self.revoked + self.void

    @property
    def missing(self) -> int:
        """R-CER-04: numbers given that are neither a certificate nor void; must be 0. Below 0: one too many."""
        return self.given - self.on_record


@dataclass(frozen=True)
class BlankFacts:
    """Blank papers of one kind."""

    kind: str
    received: int
    good: int
    spoilt: int

    @property
    def left(self) -> int:
        """R-CER-05: what must lie in the cupboard."""
        return self.received - self.good - self.spoilt


# -- designs --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spot:
    """One thing on a certificate; lengths in tenths of a millimetre, ``size`` in tenths of a point."""

    kind: SpotKind
    x: int
    y: int
    width: int
    height: int
    size: int = 180
    face: str = "kai"
    align: str = "left"
    words: str = ""  # of fixed text

    def moved(self, right: int, down: int) -> "Spot":
        """The same elsewhere."""
        return replace(self, x=self.x + right, y=self.y + down)

    def grown(self, wider: int, higher: int) -> "Spot":
        """The same in another size; never below two millimetres. Squares stay square."""
        width, height = max(self.width + wider, 20), max(self.height + higher, 20)
        return replace(self, width=width, height=width if self.kind is SpotKind.QR else height)


FACES = {"kai": "楷体", "song": "宋体", "hei": "黑体", "fang": "仿宋", "song_bold": "宋体加粗"}
ALIGNS = {"left": "靠左", "centre": "居中", "right": "靠右"}
LEAST_QR = 220
"""Tenths of a millimetre: below 22 mm a phone no longer reads 57 modules from paper."""


def design_faults(title: str, width: int, height: int, spots: Sequence[Spot]) -> list[str]:
    """R-CER-06: what makes a design unprintable, or something a school's paper may not be."""
    faults = [] if title.strip() else ["请给版式起个名称。"]
    if not (500 <= width <= 4300 and 500 <= height <= 4300):
        faults.append("纸张要在 5 到 43 厘米之间。")
    if not spots:
        faults.append("版式上还没有内容，请先加上姓名、编号。")
    for spot in spots:
        name = spot.words or spot.kind.label
        if spot.x < 0 or spot.y < 0 or spot.x + spot.width > width or spot.y + spot.height > height:
            faults.append(f"“{name}”超出了纸边。")
        if spot.kind is SpotKind.QR and spot.width < LEAST_QR:
            faults.append(f"二维码太小，手机扫不出，至少 {LEAST_QR / 10:g} 毫米。")
        if spot.kind is SpotKind.TEXT:
            faults += [f"学校的结业证书上不能写“{word}”。" for word in STATE_WORDS if word in spot.words]
            if not spot.words.strip():
                faults.append("有一处固定文字是空的。")
    has = {spot.kind for spot in spots}
    if spots and not has & {SpotKind.NAME, SpotKind.BODY}:
        faults.append("版式上没有姓名。")
    if spots and SpotKind.SERIAL_NO not in has:
        faults.append("版式上没有证书编号，补发和核对都要用它。")
    return faults


def as_kept(spot: Spot) -> dict[str, Any]:
    """As the journal keeps it."""
    return {**asdict(spot), "kind": spot.kind.value}


def from_kept(kept: Mapping[str, Any]) -> Spot:
    """Back from what is kept; what an older version did not know takes its default."""
    known = {field.name for field in fields(Spot)}
    return Spot(
        **{**{key: value for key, value in kept.items() if key in known}, "kind": SpotKind(kept["kind"])}
    )


# -- skill certificates ---------------------------------------------------------------------------


def expiry_words(expires_on: date | None, today: date, warn_days: int | None) -> tuple[str, bool]:
    """R-CER-07: (words, whether somebody must act) about a certificate's last day; without a pack's number no early warning."""
    if expires_on is None:
        return "", False
    left = (expires_on - today).days
    if left < 0:
        return f"已过期（{expires_on:%Y-%m-%d}）", True
    if warn_days is not None and left <= warn_days:
        return f"还有 {left} 天到期", True
    return "", False


def review_fault(waiting: Sequence[tuple[str, str]]) -> str | None:
    """R-CER-10: where the pack has the district review certificates, what it has not passed is not printed or handed out.

    waiting: (number, why it was returned, "" while nobody looked); None when nothing waits.
    """
    if not waiting:
        return None
    back = next(((number, why) for number, why in waiting if why), None)
    if back is not None:
        return f"{back[0]} 被区里退回：{back[1]}。请撤销后改好重新制证。"
    more = f"等 {len(waiting)} 张" if len(waiting) > 1 else ""
    return f"{waiting[0][0]}{more}还没有区里审核，审核通过后才能打印和发放。同步一次看看有没有结果。"
