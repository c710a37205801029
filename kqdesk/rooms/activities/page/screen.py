"""The 活动 page: the list of activities, the chosen one at the right, what is done with it."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from sqlalchemy.orm import Session

from kqdesk.desk.cardlist import CardListPage
from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.form import FormPanel
from kqdesk.desk.intake import from_path
from kqdesk.desk.pages import Hit, PageSpec, Source
from kqdesk.desk.parts import Push
from kqdesk.desk.table import TableView
from kqdesk.rooms.activities import actions, queries
from kqdesk.rooms.activities.page import asking, forms
from kqdesk.rooms.activities.page.card import ActivityPanel
from kqdesk.rooms.activities.queries import ActivityRow
from kqdesk.rooms.activities.terms import ActivityKind, ActivityState, Evidence
from kqdesk.store.attachments import AttachmentRow, KeptFile

TITLE = "活动"
SENTENCE = "讲座、讲坛、论坛、竞赛：谁讲、在哪里、来了多少人次，照片和签到作证。"
EMPTY = "进村讲座、市民讲坛、竞赛这些只办一次、按人次计的活动记在这里：打印签到表，办完登记人次、放入照片，确认后计入统计。"
PICTURES = "图片或 PDF (*.jpg *.jpeg *.png *.pdf)"
TONES = {
    ActivityState.PLANNED: "primary",
    ActivityState.HELD: "warning",
    ActivityState.CONFIRMED: "success",
    ActivityState.CANCELLED: "neutral",
}


def _proof(row: ActivityRow) -> str:
    shown = (("照片", row.photos), ("签到扫描", row.scans))
    return " · ".join(f"{words} {count}" for words, count in shown if count)


COLUMNS = (
    Column[ActivityRow]("日期", lambda row: f"{row.held_on:%Y-%m-%d}", width=108),
    Column[ActivityRow]("主题", lambda row: row.topic, is_strong=True, tip=lambda row: row.topic),
    Column[ActivityRow]("形式", lambda row: row.kind.label, width=92),
    Column[ActivityRow]("人次", lambda row: str(row.attendances or ""), kind="number", width=76, is_strong=True),
    Column[ActivityRow](
        "状态", lambda row: row.state.label, kind="pill", width=104, pill=lambda row: Pill(row.state.label, TONES[row.state])
    ),
    Column[ActivityRow]("主讲", lambda row: row.speaker, width=104),
    Column[ActivityRow]("地点", lambda row: row.place, width=150, tip=lambda row: row.place),
    Column[ActivityRow]("证明", _proof, width=130),
)  # fmt: skip


class ActivitiesPage(CardListPage):
    """The list; Enter opens one at the right."""

    card_kind = ActivityPanel
    watches = frozenset({"activity", "activity_attendee", "attachment", "site", "trainer", "rule_pack"})

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(desk, TITLE, SENTENCE)
        self.add_search("主题、地点、主讲人", width=200)
        states = [(None, "全部"), *((one, one.label) for one in ActivityState)]
        self.state = self.add_segments("状态", states)
        self.kind = self.add_combo("形式", [(None, "各种形式"), *((one, one.label) for one in ActivityKind)])
        self.year = self.add_combo("年份", [(None, "各年")])
        self.add_button("导出", self.choose_export, icon_name="export", keys="Ctrl+E", tip="活动清单 Excel")
        self.set_primary("新建活动", self.create, keys="Ctrl+N")
        self.list_rows(TableView(COLUMNS, name="activities.list", memory=desk.memory), "活动")
        self._shown: list[ActivityRow] = []
        self.steps = {
            "edit": self._edit, "count": self._count, "sign_in": self._sign_in, "sign_out": self._sign_out,
            "photo": partial(self._choose_files, Evidence.PHOTO), "scan": partial(self._choose_files, Evidence.SCAN),
            "open_file": self._open_file, "take_out": self._take_out, "print_sheet": self._print_sheet,
            "print_record": self._print_record, "notice": partial(self._copy_notice, False), "notice_change": partial(self._copy_notice, True),
            "confirm": partial(self._simple, actions.confirm_activity),
            "restore": partial(self._simple, actions.restore_activity), "remove": self._remove,
            "cancel": partial(self._with_reason, "取消活动", actions.cancel_activity),
            "reopen": partial(self._with_reason, "重新打开活动", actions.reopen_activity),
        }  # fmt: skip

    # -- showing ----------------------------------------------------------------------------------

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``activity`` opens it, ``new`` starts one."""
        if context.get("activity"):
            self.chosen_id = str(context["activity"])
            self.state.choose(None)
        self.reload()
        if context.get("new"):
            self.create()

    def reload(self) -> None:
        query = partial(
            asking.asked, self.searched_text(), self.state.value(), self.kind.value(), self.year.value(), self.chosen_id, self.desk.today()
        )  # fmt: skip
        self.desk.read(query, self._show, owner=self, only="reload")

    def _show(self, found: asking.Found) -> None:
        rows, years, card = found
        self._shown = rows
        self.year.offer([(None, "各年"), *((year, f"{year} 年") for year in years)])
        self.table.show_rows(rows)
        total = sum(row.attendances for row in rows)
        self.set_foot(
            f"共 {len(rows)} 场 · {total} 人次 · 待确认 {sum(row.state is ActivityState.HELD for row in rows)} 场"
        )
        if years or isinstance(self.side, FormPanel):
            self.show_body()
        else:
            self.show_blank(
                "activities",
                "还没有活动",
                EMPTY,
                [Push("新建活动", self.create, look="primary", icon_name="add")],
            )
        self.show_card(card)

    # -- doing ------------------------------------------------------------------------------------

    @Slot()
    def create(self) -> None:
        """A new one."""
        self.desk.read(forms.offered, self._show_new, owner=self, only="new")

    def _show_new(self, found: forms.Offered) -> None:
        panel = forms.plan_panel(self.desk, found)
        panel.saved.connect(self._made)
        self.show_body()
        self.put_form(panel)

    @Slot(object)
    def _made(self, activity_id: str) -> None:
        self.chosen_id = activity_id
        self.desk.tell("活动已建好。可以复制群通知、打印签到表。", undo=True)

    def _edit(self, row: ActivityRow) -> None:
        if row.state in (ActivityState.CONFIRMED, ActivityState.CANCELLED):
            self.note.say(f"{row.topic}{row.state.label}，不能修改。", "refused")
            return
        self.desk.read(forms.offered, partial(self._show_change, row), owner=self, only="new")

    def _show_change(self, row: ActivityRow, found: forms.Offered) -> None:
        self.put_form(forms.change_panel(self.desk, found, row))

    def _count(self, row: ActivityRow) -> None:
        self.put_form(forms.headcount_panel(self.desk, row))

    def _sign_in(self, row: ActivityRow) -> None:
        self.put_form(forms.SignInPanel(self.desk, row))

    def _with_reason(self, title: str, act: Any, row: ActivityRow) -> None:
        self.put_form(forms.reason_panel(self.desk, f"{title}：{row.topic}", act, row.id))

    def _simple(self, act: Any, row: ActivityRow) -> None:
        self.act(act, activity_id=row.id)

    def _remove(self, row: ActivityRow) -> None:
        self.chosen_id = ""
        self._simple(actions.remove_activity, row)

    def _sign_out(self, row: ActivityRow) -> None:
        if isinstance(self.side, ActivityPanel) and self.side.people.selected():
            ids = [one.id for one in self.side.people.selected()]
            self.act(actions.sign_out, activity_id=row.id, attendee_ids=ids)

    # -- files ------------------------------------------------------------------------------------

    def _choose_files(self, purpose: Evidence, row: ActivityRow) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, f"放入{purpose.label}", "", PICTURES)
        if names:
            brought = [from_path(Path(name)) for name in names]
            work = partial(asking.keep, self.desk, brought)
            then = partial(self._note_files, row.id, purpose)
            self.desk.start(work, then, title=f"放入{purpose.label}", owner=self, failed=self.refuse)

    def _note_files(self, activity_id: str, purpose: Evidence, kept: list[KeptFile]) -> None:
        self.act(actions.put_files, then=self.count_put, activity_id=activity_id, purpose=purpose, files=kept)

    def _file(self) -> AttachmentRow | None:
        panel = self.opened_card
        found: AttachmentRow | None = panel.files.current() if isinstance(panel, ActivityPanel) else None
        return found

    def _take_out(self, row: ActivityRow) -> None:
        file = self._file()
        if file is not None:
            self.act(actions.take_out_file, activity_id=row.id, attachment_id=file.attachment_id)

    def _open_file(self, _: ActivityRow) -> None:
        file = self._file()
        if file is not None:
            self.show_paper(file.name, partial(asking.file_pdf, self.desk, file))

    # -- paper ------------------------------------------------------------------------------------

    def _print_sheet(self, row: ActivityRow) -> None:
        self.show_paper("活动签到表", partial(asking.sheet_pdf, self.desk, row.id))

    def _print_record(self, row: ActivityRow) -> None:
        self.show_paper("活动记录表", partial(asking.record_pdf, self.desk, row.id))

    def _copy_notice(self, has_changed: bool, row: ActivityRow) -> None:
        self.desk.read(partial(asking.notice, row, has_changed), self._copied, owner=self, only="notice")

    def _copied(self, words: str) -> None:
        QGuiApplication.clipboard().setText(words)
        self.desk.tell("群通知已复制，到微信、钉钉群里粘贴就行。")

    @Slot()
    def choose_export(self) -> None:
        """The list as shown, as Excel."""
        path, _ = QFileDialog.getSaveFileName(self, "导出活动清单", "活动清单.xlsx", "Excel (*.xlsx)")
        if path:
            work = partial(asking.write, list(self._shown), Path(path))
            self.desk.start(work, self._written, title="导出活动清单", owner=self, failed=self.refuse)

    def _written(self, count: int) -> None:
        self.desk.tell(f"已导出 {count} 场活动。")


def find(session: Session, text: str, limit: int) -> list[Hit]:
    """Activities for Ctrl+K."""
    return [
        Hit(
            row.topic,
            f"{row.held_on:%Y-%m-%d} · {row.state.label}",
            "activities",
            "activities",
            {"activity": row.id},
        )
        for row in queries.find(session, text, limit)
    ]


SOURCE = Source("活动", find)
PAGE = PageSpec(
    key="activities",
    title=TITLE,
    sentence=SENTENCE,
    group="教学",
    icon="activities",
    factory=ActivitiesPage,
    keys_help=(
        ("Ctrl+N", "新建活动"),
        ("Enter", "打开选中的活动"),
        ("F2", "修改"),
        ("Ctrl+R", "登记实到人次"),
        ("Ctrl+J", "签到"),
        ("Ctrl+O", "放入照片；加 Shift 放入签到扫描"),
        ("Ctrl+P", "打印签到表"),
        ("Ctrl+T", "复制群通知"),
        ("Ctrl+E", "导出清单"),
        ("Del", "取消选中的签到，或取出选中的文件"),
    ),
)
