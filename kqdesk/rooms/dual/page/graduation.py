"""The tab 毕业申请: batches of graduates taken in, checked by another, posted, sent on."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column
from kqdesk.desk.fields import Choice, Date, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Combo, Push
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.rooms.dual import actions, queries, rules
from kqdesk.rooms.dual.page import printing
from kqdesk.rooms.dual.queries import ApplicationRow, BatchRow
from kqdesk.rooms.dual.terms import GraduationState, Outlook
from kqdesk.rooms.timetable.queries import calendar_between
from kqdesk.security.masking import mask_id

COLUMNS = (
    Column[ApplicationRow]("姓名", lambda r: r.name, width=110, is_strong=True),
    Column[ApplicationRow]("证件号码", lambda r: mask_id(r.id_number), kind="code", width=180),
    Column[ApplicationRow]("班级", lambda r: r.cohort),
    Column[ApplicationRow]("技能证书", lambda r: r.skill, tip=lambda r: r.skill),
    Column[ApplicationRow]("学分测算", printing.credit_words, kind="number", width=110,
                           tip=lambda r: "；".join(r.packs)),
    Column[ApplicationRow]("申请日期", lambda r: f"{r.applied_on:%Y-%m-%d}", width=112),
    Column[ApplicationRow]("学历证书", lambda r: r.diploma_no, kind="code", width=150),
)  # fmt: skip


class GraduationTab(Tab):
    """One batch at a time; the tool row follows its state."""

    key, title, search_hint, primary = "graduation", "毕业申请", "", "建立批次"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.batch: BatchRow | None = None
        self._chosen_id: str | None = None
        self.rows: Sequence[ApplicationRow] = ()
        self.choice = Combo([(None, "还没有批次")], name="批次")
        self.choice.chosen.connect(self._on_batch)
        self.adding = page.add_button(
            "受理申请", self.take, icon_name="add", tip="把今年可申请毕业的人都加进来"
        )
        self.dropping = page.add_button("撤回", self.drop, icon_name="remove", tip="选中的人退出这一批")
        self.posting = page.add_button(
            "审核公示", self.post, icon_name="check", tip="另一个人审核后公示，名单里证件号码打星"
        )
        self.sending = page.add_button(
            "报送", self.send, icon_name="export", tip="公示结束后，打成材料包交给区里或市里"
        )
        self.printing = page.add_button("打印…", self.print_, icon_name="print", keys="Ctrl+P")
        self.tools: list[QWidget] = [
            self.choice, self.adding, self.dropping, self.posting, self.sending, self.printing,
        ]  # fmt: skip
        self.table = TableView(COLUMNS, name="dual.applications", memory=self.desk.memory)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``batch`` shows a batch."""
        self._chosen_id = context.get("batch", self._chosen_id)

    def reload(self) -> None:
        self.desk.read(partial(_load, self._chosen_id), self.show_batches, owner=self, only="reload")

    def show_batches(self, found: tuple[Sequence[BatchRow], Sequence[ApplicationRow]]) -> None:
        """The batches, and who applied in the chosen one."""
        if self.page.tab is not self:
            return
        batches, self.rows = found
        self.batch = next((b for b in batches if b.id == self._chosen_id), batches[0] if batches else None)
        if self.batch is None:
            self._show_empty()
            return
        self.page.show_body()
        self._chosen_id = self.batch.id
        self.choice.offer([(b.id, f"{b.title} · {b.state.label}") for b in batches])
        self.choice.choose(self.batch.id)
        self.table.show_rows(self.rows)
        self._dress(self.batch)

    def _show_empty(self) -> None:
        self.page.set_foot("")
        words = "建一批，把考试、技能证书都齐了的学员加进来；另一个人审核后公示，公示结束打成材料包报送，学历证书下来以后导入编号。"
        button = Push("建立批次", self.start_new, look="primary", icon_name="add")
        self.page.show_blank("dual", "还没有毕业批次", words, [button])

    def _dress(self, batch: BatchRow) -> None:
        is_draft, is_sent = batch.state is GraduationState.DRAFT, batch.state is GraduationState.SUBMITTED
        self.adding.setEnabled(is_draft)
        self.dropping.setEnabled(not is_sent)
        self.posting.setEnabled(is_draft and batch.applications > 0)
        self.sending.setEnabled(batch.state is GraduationState.POSTED)
        self.printing.setEnabled(batch.applications > 0)
        parts = [f"{batch.level.label} · {batch.applications} 人 · 受理 {batch.drawn_by}"]
        if batch.approved_by:
            parts.append(
                f"审核 {batch.approved_by}，公示 {batch.posted_on:%Y-%m-%d} 至 {batch.posted_until:%Y-%m-%d}"
            )
        if batch.submitted_on:
            digest = printing.digest_words(batch.packet_digest)
            parts.append(f"{batch.submitted_on:%Y-%m-%d} 报送{batch.submitted_to}，材料包 SHA-256 {digest}")
        self.page.set_foot(" · ".join(parts))
        self._advise(batch)

    def _advise(self, batch: BatchRow) -> None:
        note = self.page.note
        if batch.state is GraduationState.DRAFT and not batch.applications:
            words = "这一批还没有人。点「受理申请」，考试和技能证书都齐、还没有学历证书的学员会一次进来。"
            note.say(words, "info", ("受理申请", self.take))
        elif batch.state is GraduationState.DRAFT and batch.drawn_by_id == self.desk.seat.actor_id:
            note.say("申请是您受理的，要请另一个人登录，核对后点「审核公示」。", "info")
        elif batch.posted_until and batch.state is GraduationState.POSTED:
            is_over = self.desk.today() > batch.posted_until
            words = (
                "公示结束，没有异议就可以报送。"
                if is_over
                else f"公示到 {batch.posted_until:%Y-%m-%d}，结束后才能报送。"
            )
            note.say(words, "told" if is_over else "info", ("报送", self.send) if is_over else None)
        else:
            note.hide()

    @Slot(object)
    def _on_batch(self, key: Any) -> None:
        self._chosen_id = key
        self.reload()

    # -- doing ------------------------------------------------------------------------------------

    def start_new(self) -> None:
        """A new batch."""
        year, half = self.desk.today().year, "上" if self.desk.today().month <= 6 else "下"
        fields = (
            Text(name="title", label="批次名称", required=True),
            Choice(name="level", label="层次", required=True, choices=tuple((v, v.label) for v in DualLevel)),
        )
        values = {"title": f"{year} 年{half}半年成人高中毕业", "level": DualLevel.SENIOR}
        self._panel(FormPanel(self.desk, "建立毕业批次", fields, self._save_new, values=values))

    def _save_new(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.open_batch, then=self._opened, **values)

    def _opened(self, batch_id: str) -> None:
        self._chosen_id = batch_id
        self.reload()

    @Slot()
    def take(self) -> None:
        """Everybody of the level who lacks only the diploma and has not applied."""
        if self.batch is not None:
            ask = partial(_ready, self.batch.level, self.desk.today())
            self.desk.read(ask, self._take_ready, owner=self)

    def _take_ready(self, people: Sequence[str]) -> None:
        if self.batch is None:
            return
        if not people:
            words = "没有考试和技能证书都齐、又还没有申请的学员。到「看板」看各人还差什么。"
            self.page.note.say(words, "refused", ("看板", partial(self.desk.open, "dual", tab="board")))
            return
        self.desk.run(
            actions.take_applications, then=self._taken, owner=self, batch_id=self.batch.id, person_ids=people
        )

    def _taken(self, count: int) -> None:
        self.desk.tell(f"已受理 {count} 人的毕业申请，学分按今天的规则包算好并留存。", undo=True)

    @Slot()
    def drop(self) -> None:
        """The selected leave the batch."""
        rows = self.table.selected()
        if rows and self.batch is not None:
            ids = [row.person_id for row in rows]
            self.desk.run(actions.drop_applications, owner=self, batch_id=self.batch.id, person_ids=ids)

    @Slot()
    def post(self) -> None:
        """From when to when the list hangs; the end is counted in working days where the pack says how many."""
        if self.batch is not None:
            self.desk.read(partial(_posting, self.desk.today()), self._ask_post, owner=self)

    def _ask_post(self, end: Any) -> None:
        hint = "按规则包的公示工作日算好了" if end else "公示几个工作日未配置（设置 · 规则包），请按文件填"
        fields = (
            Date(name="posted_on", label="公示开始", required=True, is_half=True),
            Date(name="posted_until", label="公示结束", required=True, is_half=True, hint=hint),
        )
        values = {"posted_on": self.desk.today(), "posted_until": end}
        self._panel(
            FormPanel(self.desk, "审核公示", fields, self._save_post, values=values, save_text="审核通过")
        )

    def _save_post(self, values: dict[str, Any], panel: FormPanel) -> None:
        if self.batch is not None:
            panel.run(actions.post_batch, batch_id=self.batch.id, signer=self.desk.seat.signer, **values)

    @Slot()
    def send(self) -> None:
        """To whom, and where the packet is written."""
        if self.batch is None:
            return
        to = "绍兴市教育局" if self.batch.level is DualLevel.SENIOR else "柯桥区教育体育局"
        field = Text(name="submitted_to", label="报送单位", required=True, hint="高中报市里，初中报区里")
        values = {"submitted_to": to}
        self._panel(
            FormPanel(
                self.desk,
                "报送毕业材料",
                (field,),
                self._save_send,
                values=values,
                save_text="选地方，生成材料包",
            )
        )

    def _save_send(self, values: dict[str, Any], panel: FormPanel) -> None:
        assert self.batch is not None
        name = f"毕业材料-{self.batch.title}.zip"
        path, _ = QFileDialog.getSaveFileName(self, "材料包存到哪里", name, "材料包 (*.zip)")
        if path:
            self.write_packet(Path(path), values["submitted_to"], panel)

    def write_packet(self, path: Path, to: str, panel: FormPanel | None = None) -> None:
        """Make the packet, then note that it was sent with its hash."""
        assert self.batch is not None
        work = partial(printing.packet, self.page, path, self.batch, list(self.rows))
        self.desk.start(work, partial(self._sent, to, panel), title="生成材料包", owner=self)

    def _sent(self, to: str, panel: FormPanel | None, digest: str) -> None:
        assert self.batch is not None
        submit = panel.run if panel is not None else partial(self.desk.run, owner=self)
        submit(actions.submit_batch, batch_id=self.batch.id, submitted_to=to, packet_digest=digest)

    @Slot()
    def print_(self) -> None:
        """Which paper of the batch."""
        choices = (("forms", "毕业生登记表"), ("roster", "毕业生名册"), ("posted", "公示名单"))
        field = Choice(name="kind", label="打印什么", required=True, choices=choices)
        values = {"kind": "forms"}
        self._panel(
            FormPanel(self.desk, "打印", (field,), self._print_chosen, values=values, save_text="打印预览")
        )

    def _print_chosen(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.form.is_edited = False
        panel.closed.emit()
        self.print_kind(values["kind"])

    def print_kind(self, kind: str) -> None:
        """Preview of forms, roster or posting."""
        if self.batch is None:
            return
        chosen = self.table.selected()
        rows = chosen if kind == "forms" and len(chosen) > 1 else list(self.rows)
        title, make = {
            "forms": ("毕业生登记表", printing.forms_pdf),
            "roster": ("毕业生名册", printing.roster_pdf),
            "posted": ("公示名单", printing.posted_pdf),
        }[kind]
        printing.show(self.page, title, partial(make, self.page, self.batch, rows))

    def _panel(self, panel: FormPanel) -> None:
        panel.closed.connect(self.page.close_side)
        self.page.set_side(panel)
        panel.form.focus_first()


def _load(chosen: str | None, session: Session) -> tuple[Sequence[BatchRow], Sequence[ApplicationRow]]:
    batches = queries.batches(session)
    known = {batch.id for batch in batches}
    batch_id = chosen if chosen in known else (batches[0].id if batches else None)
    return batches, queries.applications(session, batch_id) if batch_id else []


def _ready(level: DualLevel, today: date, session: Session) -> list[str]:
    found = queries.board(session, on=today, level=level)
    before = queries.applied(session, level)
    return [
        row.person_id
        for row in found.rows
        if row.forecast.outlook is Outlook.READY
        and not row.learner.diploma_no
        and row.person_id not in before
    ]


def _posting(today: date, session: Session) -> date | None:
    days = queries.posting_days(session, today)
    if days is None:
        return None
    calendar = calendar_between(session, today, today + timedelta(days=60 + 2 * days))

    def is_workday(day: date) -> bool:
        return calendar.is_makeup(day) or (day.weekday() < 5 and not calendar.is_closed(day))

    return rules.posting_end(today, days, is_workday)
