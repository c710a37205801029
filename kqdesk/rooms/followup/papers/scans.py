"""Filled satisfaction forms coming back: read page by page, each held against its questionnaire."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.orm import Session

from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.printing.scanning.forms import FormLayout, code_parts
from kqdesk.printing.scanning.reading import FileRefused, PageRead, read_scans
from kqdesk.rooms.followup import rules
from kqdesk.rooms.followup.papers.form_layout import LAYOUTS
from kqdesk.rooms.followup.queries import QuestionnaireRow, form_numbers, questionnaires
from kqdesk.rooms.followup.rules import BoxInk, RowRead
from kqdesk.rooms.followup.rules.form_sheet import FormCode, read_code
from kqdesk.rooms.followup.terms import FormState
from kqdesk.rooms.office.queries import school_card

FAULTS = {
    "no_form": "这里没有问卷：没看到角上的方块，也没看到二维码。请放入本程序打印的满意度问卷，拍全、拍清楚。",
    "strange_code": "这里的二维码不是满意度问卷的。",
    "no_code": "看得出是问卷，但两个二维码都读不清。请展平、拍清楚再放进来，或照纸上打数字登记。",
    "two_forms": "一张图里有两张问卷。请一张一张分开扫描或拍照。",
    "unknown_layout": "这不是满意度问卷，或者是别的版本的程序打印的。签到表请到「考勤」里扫描。",
    "code": "二维码里的内容不完整，不像满意度问卷。",
    "unplaced": "只看到表的一部分，或纸太皱，格子对不准。请看图打数字登记。",
    "no_reader": "本机没有装读格子的组件（OpenCV）。请看图打数字登记，或请维护人员安装扫描组件。",
}


@dataclass(frozen=True)
class FormSheet:
    """One scanned page and what it says. ``rows``: its questions; ``sentence`` is for people whatever the state."""

    file: Path
    page: int
    pages: int
    state: FormState
    sentence: str
    picture: bytes = b""
    questionnaire: QuestionnaireRow | None = None
    number: int = 0
    layout: FormLayout | None = None
    rows: tuple[RowRead, ...] = ()
    digest: str = ""

    @property
    def id(self) -> str:
        """What a table knows the line by."""
        return f"{self.file}|{self.page}"

    @property
    def name(self) -> str:
        """What the page is called: 扫描.pdf 第 3 页."""
        return f"{self.file.name} 第 {self.page} 页" if self.pages > 1 else self.file.name

    @property
    def is_useless(self) -> bool:
        """Nothing of it can be entered."""
        return self.state in (FormState.REFUSED, FormState.FOREIGN, FormState.BLANK)

    @property
    def asked(self) -> tuple[RowRead, ...]:
        """The questions a person must decide."""
        return tuple(row for row in self.rows if row.why)

    @property
    def is_counted(self) -> bool:
        """It goes in, once it is decided."""
        return self.state in (FormState.READ, FormState.ASKED)


def read_forms(paths: Sequence[Path], *, progress: Progress = Quiet()) -> Iterator[PageRead | FileRefused]:
    """Every page of the files; see ``read_scans``."""
    return read_scans(paths, LAYOUTS, progress=progress)


class FormJudge:
    """Holds the pages of one pile against the school's questionnaires, in the order they come."""

    def __init__(self, session: Session, digest_of: Callable[[bytes], str]) -> None:
        self._session, self._digest_of = session, digest_of
        card = school_card(session)
        self._school = card.code if card else ""
        self._known: dict[str, tuple[QuestionnaireRow | None, set[int]]] = {}
        self.sheets: list[FormSheet] = []

    def add(self, read: PageRead | FileRefused) -> None:
        """Judge one page."""
        if isinstance(read, FileRefused):
            self.sheets.append(FormSheet(read.file, 1, 1, FormState.REFUSED, read.sentence))
        else:
            self.sheets.append(self._judged(read))

    def _judged(self, read: PageRead) -> FormSheet:
        plain = FormSheet(read.file, read.page, read.pages, FormState.REFUSED, "", read.picture)
        parts = code_parts(read.code)
        layout = next((one for one in LAYOUTS if parts and one.key == parts[0]), None)
        if parts is None or layout is None:
            fault = read.fault if read.fault in FAULTS else "unknown_layout" if parts else "no_form"
            return replace(plain, sentence=FAULTS[fault])
        try:
            code = read_code(parts[1])
        except ValueError:
            return replace(plain, sentence=FAULTS["code"])
        found = self._questionnaire(code)
        if isinstance(found, str):
            return replace(plain, state=FormState.FOREIGN, sentence=found)
        sheet = replace(plain, questionnaire=found, number=code.form_no, digest=self._digest_of(read.picture))
        if read.fault:
            return replace(sheet, sentence=FAULTS.get(read.fault, FAULTS["unplaced"]))
        return self._answered(sheet, found, read, layout)

    def _questionnaire(self, code: FormCode) -> QuestionnaireRow | str:
        if code.school != self._school:
            return f"这是别的学校（{code.school}）的问卷，没有登记。请交给那所学校。"
        if code.questionnaire_id not in self._known:
            found = questionnaires(self._session, ids=[code.questionnaire_id])
            numbers = set(form_numbers(self._session, code.questionnaire_id))
            self._known[code.questionnaire_id] = (found[0] if found else None, numbers)
        row = self._known[code.questionnaire_id][0]
        if row is None:
            return "本校没有这份问卷：可能已删除，或还没有从别的电脑同步过来。"
        return row if row.is_open else f"{row.cohort}的问卷已经结束，没有登记。要补登记请先重开。"

    def _answered(
        self, sheet: FormSheet, row: QuestionnaireRow, read: PageRead, layout: FormLayout
    ) -> FormSheet:
        width = len(layout.kinds)
        boxes = [BoxInk(box.ink, box.doubt) for box in read.boxes]
        inks = [boxes[start : start + width] for start in range(0, len(boxes), width)]
        seen = self._known[row.id][1]
        if sheet.number in seen:
            return replace(sheet, state=FormState.AGAIN, sentence="这张问卷登记过了，没有重复登记。")
        if rules.is_blank(inks):
            return replace(sheet, state=FormState.BLANK, sentence="这张问卷一个勾也没有打，没有登记。")
        seen.add(sheet.number)
        found = tuple(rules.read_tick(at, one) for at, one in enumerate(inks))
        asked = sum(bool(one.why) for one in found)
        words = f"读出 {len(found) - asked} 题" + (f"，{asked} 题要您看一眼。" if asked else "。")
        return replace(
            sheet, rows=found, layout=layout if read.is_flat else None, sentence=words,
            state=FormState.ASKED if asked else FormState.READ,
        )  # fmt: skip


def scores_of(sheet: FormSheet, decided: Mapping[tuple[str, int], int | None]) -> tuple[int | None, ...]:
    """The scores of a sheet with what a person decided, by (sheet, question); what nobody decided is not answered."""
    return tuple(decided.get((sheet.id, row.question), row.score) for row in sheet.rows)
