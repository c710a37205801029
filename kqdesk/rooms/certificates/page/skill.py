"""The tab 技能证书: what learners brought, looked up at its issuer or not yet."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QVBoxLayout
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Choice, Date, Field, Pick, RowPick, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.intake import from_path, keep_files
from kqdesk.desk.parts import Combo, Push
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.rooms.catalogue.terms import SkillLevel
from kqdesk.rooms.certificates import actions, papers, queries, rules
from kqdesk.rooms.certificates.queries import SkillRow
from kqdesk.rooms.certificates.terms import Verification
from kqdesk.rooms.people import queries as people
from kqdesk.store.attachments import KeptFile

TONES = {Verification.UNCHECKED: "neutral", Verification.VERIFIED: "success", Verification.DOUBTFUL: "danger"}
LEVELS = tuple((level, level.label) for level in SkillLevel)
CHECKS = tuple((v, v.label) for v in Verification)
COLUMNS = (
    Column[SkillRow]("姓名", lambda r: r.name, width=110, is_strong=True),
    Column[SkillRow]("职业（工种）", lambda r: r.occupation),
    Column[SkillRow]("等级", lambda r: r.level.label, width=130),
    Column[SkillRow]("证书编号", lambda r: r.number, kind="code", width=200),
    Column[SkillRow]("发证机构", lambda r: r.issuer, width=180),
    Column[SkillRow]("发证日期", lambda r: f"{r.issued_on:%Y-%m-%d}" if r.issued_on else "", width=112),
    Column[SkillRow]("核验", lambda r: r.verification.label, kind="pill", width=110,
                     pill=lambda r: Pill(r.verification.label, TONES[r.verification])),
    Column[SkillRow]("扫描件", lambda r: "有" if r.scan else "", width=72),
)  # fmt: skip


def _people(session: Session, text: str, limit: int) -> list[Pick]:
    return [
        Pick(hit.id, hit.name, f"{hit.village} {hit.id_masked}".strip())
        for hit in people.find(session, text, limit)
    ]


def fields() -> tuple[Field, ...]:
    """What is asked of a skill certificate."""
    return (
        Text(name="occupation", label="职业（工种）", required=True, hint="照证书写，例如：电工、养老护理员"),
        Choice(name="level", label="等级", choices=LEVELS, required=True, is_half=True),
        Choice(name="verification", label="核验", choices=CHECKS, required=True, is_half=True),
        Text(name="number", label="证书编号", hint="先没有也能登记，以后补"),
        Text(name="issuer", label="发证机构"),
        Date(name="issued_on", label="发证日期", is_half=True),
        Date(name="expires_on", label="有效期至", is_half=True),
    )


class SkillTab(Tab):
    """The list and its form."""

    key, title, search_hint, primary = "skill", "技能证书", "姓名、职业、编号、机构", "登记技能证书"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.check = Combo([(None, "全部核验状态"), *CHECKS], name="核验")
        self.check.chosen.connect(self._on_check)
        self.good = Push(
            "核验通过",
            partial(self.verify, Verification.VERIFIED),
            icon_name="check",
            tip="在发证机构的网站查到了",
        )
        self.bad = Push(
            "存疑",
            partial(self.verify, Verification.DOUBTFUL),
            icon_name="warning",
            tip="查不到或对不上；双证里不算",
        )
        self.tools = [self.check, self.good, self.bad]
        self.warn_days: int | None = None
        ends = Column[SkillRow](
            "有效期至",
            lambda r: f"{r.expires_on:%Y-%m-%d}" if r.expires_on else "",
            kind="pill",
            width=150,
            pill=self._ends,
        )
        self.table = TableView(
            (*COLUMNS[:6], ends, *COLUMNS[6:]), name="certificates.skill", memory=self.desk.memory
        )
        self.table.opened.connect(self.edit)
        self.table.picked.connect(self._on_picked)
        self.table.add_menu("修改", self.edit_current, "edit")
        self.table.add_menu("附扫描件…", self.choose_scan, "upload")
        self.table.add_menu("看扫描件", self.show_scan, "eye")
        self.table.add_menu("删除", self.remove, "delete")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)
        self._on_picked([])

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``person`` opens the form for that person."""
        person_id = context.get("person")
        if person_id:
            ask = partial(_pick, person_id=person_id)
            self.desk.read(ask, self._open_new, owner=self)

    def reload(self) -> None:
        ask = partial(
            _asked, text=self.page.searched_text(), verification=self.check.value(), on=self.desk.today()
        )
        self.desk.read(ask, self._show, owner=self, only="reload")

    def _ends(self, row: SkillRow) -> Pill | None:
        if row.expires_on is None:
            return None
        words, must_act = rules.expiry_words(row.expires_on, self.desk.today(), self.warn_days)
        return Pill(words or f"{row.expires_on:%Y-%m-%d}", "warning" if must_act else "neutral")

    def _show(self, found: tuple[Sequence[SkillRow], int | None]) -> None:
        rows, self.warn_days = found
        if self.page.tab is not self:
            return
        self.table.show_rows(rows)
        self.page.set_foot(f"共 {len(rows)} 本 · {len({row.person_id for row in rows})} 人")
        if rows or self.page.searched_text() or self.check.value() is not None:
            self.page.show_body()
            return
        words = "学员拿到的职业技能等级证书登记在这里。双证里的“技能证书”就看它，等级按规则包折算学分。"
        self.page.show_blank(
            "certificates",
            "还没有技能证书",
            words,
            [Push(self.primary, self.start_new, look="primary", icon_name="add")],
        )

    @Slot(object)
    def _on_check(self, _: Any) -> None:
        self.reload()

    @Slot(list)
    def _on_picked(self, rows: list[SkillRow]) -> None:
        self.good.setEnabled(bool(rows))
        self.bad.setEnabled(bool(rows))

    def start_new(self) -> None:
        """A form with the person to be picked."""
        self._open_new(None)

    def _open_new(self, person: Pick | None) -> None:
        whose = RowPick(name="person_id", label="学员", required=True, find=_people)
        values = {"verification": Verification.UNCHECKED, "person_id": person}
        panel = FormPanel(self.desk, self.primary, (whose, *fields()), self._save_new, values=values)
        self._panel(panel)

    def _save_new(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.record_skill_certificate, then=self._saved, **values)

    def _saved(self, _: Any) -> None:
        self.desk.tell("已登记技能证书。", undo=True)

    @Slot()
    def edit_current(self) -> None:
        """The form of the row the keyboard stands on."""
        row = self.table.current()
        if row is not None:
            self.edit(row)

    @Slot(object)
    def edit(self, row: SkillRow) -> None:
        """The form of one certificate."""
        load = partial(queries.skill_form, certificate_id=row.id)
        save = partial(self._save_change, row.id)
        self._panel(FormPanel(self.desk, f"{row.name} 的技能证书", fields(), save, load=load))

    def _save_change(self, key: str, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.change_skill_certificate, certificate_id=key, seen=panel.seen, **values)

    def _panel(self, panel: FormPanel) -> None:
        panel.closed.connect(self.page.close_side)
        self.page.set_side(panel)
        panel.form.focus_first()

    def verify(self, found: Verification) -> None:
        """What looking up the selected ones brought."""
        ids = [row.id for row in self.table.selected()]
        if ids:
            told = partial(self._checked, found, len(ids))
            self.desk.run(
                actions.verify_skill_certificate, then=told, owner=self, ids=ids, verification=found
            )

    def _checked(self, found: Verification, count: int, _: Any) -> None:
        self.desk.tell(f"{count} 本记为“{found.label}”。", undo=True)

    @Slot()
    def choose_scan(self) -> None:
        """The scan or photo of the current certificate."""
        row = self.table.current()
        path, _ = (
            QFileDialog.getOpenFileName(self, "选扫描件", "", "扫描件 (*.pdf *.jpg *.jpeg *.png)")
            if row
            else ("", "")
        )
        if path and row is not None:
            self.put_scan(row, Path(path))

    def put_scan(self, row: SkillRow, path: Path) -> None:
        """Keep the file, then note whose it is."""
        files = self.desk.attachments
        self.desk.start(lambda _: keep_files(files, [from_path(path)]), partial(self._put, row), owner=self)

    def _put(self, row: SkillRow, kept: Sequence[KeptFile]) -> None:
        self.desk.run(
            actions.attach_skill_scan, then=self._attached, owner=self, certificate_id=row.id, scan=kept[0]
        )

    def _attached(self, _: Any) -> None:
        self.desk.tell("扫描件已附上。", undo=True)

    @Slot()
    def show_scan(self) -> None:
        """The scan of the current certificate in the preview."""
        row = self.table.current()
        if row is None or not row.scan:
            self.desk.tell("这本证书还没有扫描件，用右键菜单「附扫描件」放入。", kind="refused")
            return
        files = self.desk.attachments
        self.desk.start(
            lambda _: papers.scan_pdf(files.read(row.scan, "扫描件")), partial(self._preview, row), owner=self
        )

    def _preview(self, row: SkillRow, pdf: bytes) -> None:
        PdfPreview(self.desk, f"{row.name} {row.occupation}", pdf, "技能证书扫描件.pdf", self).open()

    @Slot()
    def remove(self) -> None:
        """Recorded by mistake."""
        row = self.table.current()
        if row is not None:
            self.desk.run(
                actions.remove_skill_certificate, then=self._removed, owner=self, certificate_id=row.id
            )

    def _removed(self, _: Any) -> None:
        self.desk.tell("已删除这本技能证书。", undo=True)


def _asked(
    session: Session, *, text: str, verification: Any, on: Any
) -> tuple[Sequence[SkillRow], int | None]:
    found = queries.skill_certificates(session, text=text, verification=verification)
    return found, queries.warning_days(session, on)


def _pick(session: Session, *, person_id: str) -> Pick:
    return Pick(person_id, queries.person_name(session, person_id), "")
