"""The list of trainers: who teaches what, when, and whose papers run out."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Check, Choice, Date, Field, LongText, MultiChoice, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.page import Page
from kqdesk.desk.pages import Hit, PageSpec, Source
from kqdesk.desk.parts import Push
from kqdesk.desk.table import TableView
from kqdesk.rooms.places.rules import townships
from kqdesk.rooms.trainers import actions, queries
from kqdesk.rooms.trainers.page.papers import PapersPanel, WeekPanel
from kqdesk.rooms.trainers.queries import TrainerRow
from kqdesk.rooms.trainers.rules import Expiry, categories
from kqdesk.rooms.trainers.terms import PayLevel, TrainerSource
from kqdesk.security.masking import mask_phone

TOWNSHIPS = tuple((one.code, one.name) for one in townships())
SOURCES = tuple((one, one.label) for one in TrainerSource)
LEVELS = tuple((one, one.label) for one in PayLevel)


def _fields(*, is_new: bool) -> tuple[Field, ...]:
    fields: tuple[Field, ...] = (
        Text(name="name", label="姓名", required=True, longest=40, is_half=True),
        Text(name="phone", label="电话", longest=20, is_half=True),
        Choice(name="source", label="来源类别", choices=SOURCES, required=True, is_half=True),
        Choice(name="pay_level", label="课酬级别", choices=LEVELS, required=True, is_half=True),
        MultiChoice(
            name="ticked", label="专长门类", choices=tuple((word, word) for word in categories()), columns=3
        ),
        Text(name="typed", label="其他专长", longest=80, placeholder="如：面料检验、越剧；用顿号隔开"),
        Text(name="employer", label="工作单位", longest=60, is_half=True),
        Choice(name="township_code", label="所在镇街", choices=TOWNSHIPS, is_half=True),
        Date(name="agreement_from", label="协议起", is_half=True),
        Date(name="agreement_to", label="协议止", is_half=True),
        Text(name="id_number", label="证件号码", longest=24, hint="发课酬时要用，可以先不填"),
        LongText(name="note", label="备注", longest=200, lines=2),
    )
    return fields if is_new else (*fields, Check(name="is_active", label="在用"))


def _standing(row: TrainerRow) -> Pill | None:
    """Out of use, a paper over or running out, or nothing to say."""
    if not row.is_active:
        return Pill("停用", "neutral", "hidden")
    if row.expiry is Expiry.OVER:
        return Pill("证书过期", "danger", "error")
    return Pill("快到期", "warning", "waiting") if row.expiry is Expiry.SOON else None


def _next_expiry(row: TrainerRow) -> str:
    return f"{row.next_expiry[1]} {row.next_expiry[0]}" if row.next_expiry else ""


COLUMNS = (
    Column[TrainerRow]("姓名", lambda r: r.name, width=84, is_strong=True),
    Column[TrainerRow]("提醒", lambda r: "", kind="pill", width=100, pill=_standing),
    Column[TrainerRow]("专长", lambda r: "、".join(r.specialities), width=180),
    Column[TrainerRow]("可上课时间", lambda r: r.times_shown or "没问过", width=220),
    Column[TrainerRow]("电话", lambda r: mask_phone(r.phone), kind="code", width=112),
    Column[TrainerRow]("单位", lambda r: r.employer),
    Column[TrainerRow]("来源", lambda r: r.source.label, width=96),
    Column[TrainerRow](
        "最先到期的证书", _next_expiry, width=170, sort=lambda r: r.next_expiry and r.next_expiry[1]
    ),
)


class TrainersPage(Page):
    """共富培训师库."""

    watches = frozenset(
        {"trainer", "trainer_speciality", "trainer_qualification", "trainer_availability", "rule_pack"}
    )

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(desk, "培训师", "谁能教什么、什么时候有空、证书到没到期。")
        self.add_search("姓名、简拼、专长、单位、电话尾号", width=260)
        self.speciality = self.add_combo(
            "专长门类", [(None, "全部专长"), *((word, word) for word in categories())]
        )
        self.with_retired = QCheckBox("也看停用的")
        self.with_retired.toggled.connect(self._on_toggled)
        self.add_left(self.with_retired)
        self.add_button(
            "可上课时间",
            self.open_week,
            icon_name="calendar",
            tip="选中的培训师什么时候能上课",
            keys="Ctrl+T",
        )
        self.add_button(
            "资格证书",
            self.open_papers,
            icon_name="certificates",
            tip="选中的培训师有哪些证书",
            keys="Ctrl+E",
        )
        self.set_primary("新建培训师", self.start_new, keys="Ctrl+N")
        self.table = TableView(COLUMNS, name="trainers.list", memory=desk.memory)
        self.table.opened.connect(self.edit)
        self.table.add_menu("修改　F2", self.edit_current, "edit")
        self.table.add_menu("可上课时间　Ctrl+T", self.open_week, "calendar")
        self.table.add_menu("资格证书　Ctrl+E", self.open_papers, "certificates")
        self.table.add_menu("停用　Del", self.disable_selected, "hidden")
        for keys, act in (("F2", self.edit_current), ("Del", self.disable_selected)):
            press = QShortcut(QKeySequence(keys), self.table)
            press.setContext(Qt.ShortcutContext.WidgetShortcut)
            press.activated.connect(act)
        self.set_body(self.table)

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``find`` fills the search box."""
        if self.search is not None and "find" in context:
            self.search.setText(context["find"])
        self.reload()

    def reload(self) -> None:
        query = partial(
            queries.trainers, on=self.desk.today(), text=self.searched_text(), speciality=self.speciality.value(),
            with_retired=self.with_retired.isChecked(),
        )  # fmt: skip
        self.desk.read(query, self.show_trainers, owner=self, only="reload")

    def show_trainers(self, rows: Sequence[TrainerRow]) -> None:
        """The list, or what it is for."""
        self.table.show_rows(rows)
        due = sum(row.expiry is not Expiry.VALID for row in rows)
        self.set_foot(f"共 {len(rows)} 位" + (f" · {due} 位有证书过期或快到期" if due else ""))
        if rows or self.searched_text() or self.speciality.value():
            self.show_body()
            return
        self.show_blank(
            "trainers", "还没有培训师",
            "本校老师、外请的师傅、乡土人才都登记在这里。排课时软件会查他们有没有空、会不会撞课。",
            [Push("新建培训师", self.start_new, look="primary", icon_name="add")],
        )  # fmt: skip

    # -- panels -----------------------------------------------------------------------------------

    @Slot()
    def start_new(self) -> None:
        """An empty form."""
        self._open(FormPanel(self.desk, "新建培训师", _fields(is_new=True), self._save_new))

    @Slot(object)
    def edit(self, row: TrainerRow) -> None:
        """The form of one trainer, read again from the store."""
        load = partial(queries.trainer_form, row_id=row.id)
        self._open(
            FormPanel(
                self.desk, "修改培训师", _fields(is_new=False), partial(self._save_change, row.id), load=load
            )
        )

    @Slot()
    def edit_current(self) -> None:
        """F2."""
        if self.table.current() is not None:
            self.edit(self.table.current())

    @Slot()
    def open_week(self) -> None:
        """When the chosen trainer can teach."""
        row = self._chosen()
        if row is not None:
            self._open(WeekPanel(self.desk, row))

    @Slot()
    def open_papers(self) -> None:
        """What papers the chosen trainer holds."""
        row = self._chosen()
        if row is not None:
            self._open(PapersPanel(self.desk, row))

    @Slot()
    def disable_selected(self) -> None:
        """Del: out of use; Ctrl+Z takes it back."""
        for row in self.table.selected():
            self.desk.run(actions.disable_trainer, then=self._disabled, owner=self, trainer_id=row.id)

    def _disabled(self, _: Any) -> None:
        self.desk.tell("已停用，以后排课不再列出；上过的课不受影响。", undo=True)

    def _chosen(self) -> TrainerRow | None:
        row: TrainerRow | None = self.table.current()
        if row is None:
            self.desk.tell("请先在列表里选一位培训师。", kind="refused")
        return row

    def _open(self, panel: Any) -> None:
        if isinstance(self.side, FormPanel) and self.side.form.is_edited:
            self.side.leave()
            panel.deleteLater()
            return
        panel.closed.connect(self._close)
        self.set_side(panel)
        if isinstance(panel, FormPanel):
            panel.form.focus_first()

    def _close(self) -> None:
        self.set_side(None)
        self.table.setFocus()

    def _save_new(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.add_trainer, **values)

    def _save_change(self, trainer_id: str, values: dict[str, Any], panel: FormPanel) -> None:
        values["trainer_id"] = trainer_id
        panel.run(actions.change_trainer, seen=panel.seen, **values)

    @Slot(bool)
    def _on_toggled(self, _: bool) -> None:
        self.reload()


def find(session: Session, text: str, limit: int) -> list[Hit]:
    """Trainers for Ctrl+K."""
    return [
        Hit(name, words, "trainers", "trainers", {"find": name})
        for _, name, words in queries.find(session, text, limit)
    ]


SOURCE = Source("培训师", find)
PAGE = PageSpec(
    key="trainers",
    title="培训师",
    sentence="谁能教什么、什么时候有空、证书到没到期",
    group="教学",
    icon="trainers",
    factory=TrainersPage,
    keys_help=(
        ("Ctrl+N", "新建培训师"), ("Enter 或 F2", "修改"), ("Ctrl+T", "可上课时间"), ("Ctrl+E", "资格证书"), ("Del", "停用"),
        ("Ctrl+F", "搜索"),
    ),
)  # fmt: skip
