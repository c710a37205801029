"""The tab 典型: nominated, approved by another, posted, awarded; 奖状, lists and the words to publish."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from sqlalchemy.orm import Session

from kqdesk.desk.cardlist import CardTab, SideCard
from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Choice, LongText, Number, RowPick, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.intake import from_path
from kqdesk.desk.memory import Memory
from kqdesk.desk.parts import Combo, Push
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.followup import actions, queries
from kqdesk.rooms.followup.page import asking
from kqdesk.rooms.followup.page.honour_steps import Posting, post_panel, posting_ground, reason_panel
from kqdesk.rooms.followup.queries import HonourCard, HonourCount, HonourRow
from kqdesk.rooms.followup.terms import HonourKind, HonourState
from kqdesk.store.attachments import AttachmentRow, KeptFile

PICTURES = "图片或 PDF (*.jpg *.jpeg *.png *.pdf)"
EMPTY = "学得好、用得好的学员，推荐成「学习之星」「学习典型」：写事迹、放材料，另一个人审批，公示，发奖状。"
TONES = {
    HonourState.NOMINATED: "warning", HonourState.APPROVED: "primary", HonourState.POSTED: "primary",
    HonourState.AWARDED: "success", HonourState.DECLINED: "neutral", HonourState.WITHDRAWN: "neutral",
}  # fmt: skip
COLUMNS = (
    Column[HonourRow]("姓名", lambda row: row.name, width=84, is_strong=True),
    Column[HonourRow]("称号", lambda row: row.title, is_strong=True, tip=lambda row: row.title),
    Column[HonourRow]("状态", lambda row: row.state.label, kind="pill", width=104,
                      pill=lambda row: Pill(row.state.label, TONES[row.state])),
    Column[HonourRow]("类别", lambda row: row.kind.label, width=88),
    Column[HonourRow]("年度", lambda row: str(row.year), kind="number", width=60),
    Column[HonourRow]("公示到", lambda row: f"{row.posted_until:%Y-%m-%d}" if row.posted_until else "", width=108),
    Column[HonourRow]("镇街", lambda row: row.township, width=100),
    Column[HonourRow]("推荐人", lambda row: row.nominated_by, width=84),
    Column[HonourRow]("材料", lambda row: str(row.proofs) if row.proofs else "", kind="number", width=60),
)  # fmt: skip
PROOFS = (
    Column[AttachmentRow]("材料", lambda row: row.name, is_strong=True, tip=lambda row: row.name),
    Column[AttachmentRow]("放入日期", lambda row: f"{row.added_at:%Y-%m-%d}", width=110),
)
BUTTONS = (
    ("next", "下一步", "right", "Ctrl+J"), ("put", "放入材料", "import", "Ctrl+O"), ("award", "奖状", "print", "Ctrl+P"),
    ("publish", "复制宣传稿", "copy", ""), ("edit", "修改", "edit", "F2"), ("withdraw", "撤下 / 不通过", "remove", ""),
)  # fmt: skip
NEXT_WORDS = {
    HonourState.NOMINATED: "审批（要另一个人）", HonourState.APPROVED: "公示", HonourState.POSTED: "表彰",
}  # fmt: skip


class HonourPanel(SideCard):
    """Reasons, the way so far, files."""

    card: HonourCard | None

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.proofs = TableView(
            PROOFS,
            name="followup.honour_proofs",
            memory=memory,
            key=lambda one: one.attachment_id,
            dense=True,
        )
        self.proofs.setAccessibleName("材料")
        self.proofs.opened.connect(self._on_proof)
        self.proofs.add_menu("取出　Del", partial(self.asked.emit, "take_out"), "delete")
        self.ask_on("Del", self.proofs, "take_out")
        self.buttons = {
            key: Push(
                words, partial(self.asked.emit, key), icon_name=icon, tip=f"{words}　{keys}".strip("　")
            )
            for key, words, icon, keys in BUTTONS
        }
        column = self.stand(list(self.buttons.values()))
        column.addWidget(self.proofs, 1)
        column.addStretch(0)

    def show_card(self, card: HonourCard) -> None:
        """Another one, or the same a step further."""
        self.card = card
        row = card.row
        self.heading.setText(f"{row.name}　{row.state.label}")
        lines = (
            f"{row.title}（{row.kind.label}）", row.reasons,
            f"{row.nominated_on:%Y-%m-%d} {row.nominated_by}推荐" + (f"，{row.approved_by}审批" if row.approved_by else ""),
            f"公示 {row.posted_on:%Y-%m-%d} 至 {row.posted_until:%m-%d}" if row.posted_on and row.posted_until else "",
            f"{row.awarded_on:%Y-%m-%d} 表彰" if row.awarded_on else "",
            f"{row.state.label}：{row.ended}" if row.ended else "",
            "" if card.proofs else "还没有材料：照片、证书、媒体报道都可以放进来。",
        )  # fmt: skip
        self.facts.setText("\n".join(line for line in lines if line))
        self.proofs.show_rows(card.proofs)
        self.proofs.setVisible(bool(card.proofs))
        words = NEXT_WORDS.get(row.state)
        self.buttons["next"].setVisible(words is not None)
        self.buttons["next"].setText(words or "")
        self.buttons["edit"].setVisible(row.state is HonourState.NOMINATED)
        self.buttons["withdraw"].setVisible(row.state not in (HonourState.DECLINED, HonourState.WITHDRAWN))
        self.buttons["withdraw"].setText("不通过…" if row.state is HonourState.NOMINATED else "撤下…")

    @Slot(object)
    def _on_proof(self, _: AttachmentRow) -> None:
        self.asked.emit("open_proof")


@dataclass(frozen=True)
class Found:
    """Everything the tab shows at once."""

    rows: Sequence[HonourRow]
    years: Sequence[int]
    counts: Sequence[HonourCount]
    card: HonourCard | None


def _asked(text: str, year: int | None, chosen: str, session: Session) -> Found:
    card = queries.honour_card(session, chosen) if chosen else None
    rows = queries.honours(session, text=text, year=year)
    return Found(rows, queries.honour_years(session), queries.honour_counts(session), card)


class HonoursTab(CardTab):
    """Ctrl+N nominates, Ctrl+J takes the next step."""

    key, title, search_hint, primary, primary_icon = "honours", "典型", "姓名、称号", "推荐", "star"
    card_kind = HonourPanel

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.year = Combo([(None, "各年度")], name="年度")
        self.year.chosen.connect(self._on_year)
        self.tools = [
            self.year,
            Push(
                "公示", self.print_posting, icon_name="print", tip="公示稿：选中的，不选就是公示中和已批准的"
            ),
            Push("表彰名单", self.print_list, icon_name="print", tip="选中的，不选就是列表里已表彰的"),
        ]
        self.list_rows(TableView(COLUMNS, name="followup.honours", memory=self.desk.memory), "典型")
        self.table.add_menu("下一步　Ctrl+J", partial(self.do, "next"), "right")
        self.table.add_menu("删除（推荐错的）", partial(self.do, "remove"), "delete")
        self._rows: Sequence[HonourRow] = ()
        self.steps: Mapping[str, Callable[[Any], object]] = {
            "next": self._next, "put": self._put, "award": self._award, "publish": self._publish, "edit": self._edit,
            "withdraw": self._withdraw, "remove": self._remove, "open_proof": self._open_proof, "take_out": self._take_out,
        }  # fmt: skip

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``honour`` opens it."""
        if context.get("honour"):
            self.chosen_id = str(context["honour"])

    def reload(self) -> None:
        ask = partial(_asked, self.page.searched_text(), self.year.value(), self.chosen_id)
        self.desk.read(ask, self._show, owner=self, only="reload")

    def _show(self, found: Found) -> None:
        if not self.is_shown:
            return
        self._rows = found.rows
        self.year.offer([(None, "各年度"), *((one, f"{one} 年度") for one in found.years)])
        self.table.show_rows(found.rows)
        waiting = sum(row.state is HonourState.NOMINATED for row in found.rows)
        year = found.counts[0].year if found.counts else 0
        stars = sum(one.stars for one in found.counts if one.year == year)
        models = sum(one.models for one in found.counts if one.year == year)
        said = f" · {year} 年度已表彰学习之星 {stars} 人、学习典型 {models} 人" if found.counts else ""
        self.page.set_foot(f"共 {len(found.rows)} 条 · 待审批 {waiting}{said}")
        if found.years or self.page.side is not None:
            self.page.show_body()
        else:
            self.page.show_blank(
                "star", "还没有推荐过典型", EMPTY, [Push("推荐", self.start_new, look="primary")]
            )
        self.show_card(found.card)

    @Slot(object)
    def _on_year(self, _: Any) -> None:
        self.reload()

    # -- nominating -------------------------------------------------------------------------------

    @Slot()
    def start_new(self) -> None:
        """A nomination."""
        self.page.show_body()
        year = self.desk.today().year
        values = {"kind": HonourKind.STAR, "year": year, "title": f"{year} 年度学习之星"}
        self.put_form(
            FormPanel(self.desk, "推荐典型", self._fields(is_new=True), self._save_new, values=values)
        )

    def _fields(self, *, is_new: bool) -> tuple[Any, ...]:
        who = (
            (RowPick(name="person_id", label="推荐谁", required=True, find=asking.person_picks),)
            if is_new
            else ()
        )
        return (
            *who,
            Choice(name="kind", label="类别", choices=[(one, one.label) for one in HonourKind], required=True, is_half=True),
            Number(name="year", label="年度", least=2000, most=2100, required=True, is_half=True),
            Text(name="title", label="称号", required=True, longest=30),
            LongText(name="reasons", label="事迹", required=True, lines=9, placeholder="学了什么、做成了什么、带动了谁。公示和宣传用，不写证件号、电话、住址。"),
        )  # fmt: skip

    def _save_new(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.nominate, then=self._nominated, signer=self.desk.seat.signer, **values)

    def _nominated(self, honour_id: str) -> None:
        self.chosen_id = honour_id
        self.desk.tell("已推荐。可以放入材料；审批要另一个人登录来做。", undo=True)

    @Slot()
    def edit(self) -> None:
        """F2."""
        self.do("edit")

    def _edit(self, row: HonourRow) -> None:
        load = partial(queries.honour_form, honour_id=row.id)
        save = partial(self._save, row.id)
        self.put_form(
            FormPanel(self.desk, f"修改推荐：{row.name}", self._fields(is_new=False), save, load=load)
        )

    def _save(self, honour_id: str, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(
            actions.change_honour,
            honour_id=honour_id,
            seen=panel.seen,
            signer=self.desk.seat.signer,
            **values,
        )

    def _remove(self, row: HonourRow) -> None:
        self.act(actions.remove_honour, honour_id=row.id)

    # -- the next step ----------------------------------------------------------------------------

    @Slot()
    def go_on(self) -> None:
        """Ctrl+J."""
        self.do("next")

    def _next(self, row: HonourRow) -> None:
        rows = [one for one in self.table.selected() if one.state is row.state] or [row]
        ids = [one.id for one in rows]
        if row.state is HonourState.NOMINATED:
            self.act(
                actions.approve_honours, then=self._approved, honour_ids=ids, signer=self.desk.seat.signer
            )
        elif row.state is HonourState.APPROVED:
            ask = partial(posting_ground, self.desk.today())
            self.desk.read(ask, partial(self._show_post, ids), owner=self, only="form")
        elif row.state is HonourState.POSTED:
            self.act(actions.award_honours, then=self._awarded, honour_ids=ids)

    def _approved(self, count: int) -> None:
        self.desk.tell(f"已审批 {count} 人。下一步：公示。")

    def _show_post(self, ids: Sequence[str], ground: Posting) -> None:
        self.put_form(post_panel(self.desk, ids, ground))

    def _awarded(self, count: int) -> None:
        self.desk.tell(f"已表彰 {count} 人，可以打印奖状、发宣传稿。", undo=True)

    def _withdraw(self, row: HonourRow) -> None:
        self.put_form(reason_panel(self.desk, row))

    # -- files and paper --------------------------------------------------------------------------

    @Slot()
    def put_in(self) -> None:
        """Ctrl+O."""
        self.do("put")

    def _put(self, row: HonourRow) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, f"放入材料：{row.name}", "", PICTURES)
        if names:
            work = partial(asking.keep, self.desk, [from_path(Path(name)) for name in names])
            then = partial(self._note_proofs, row.id)
            self.desk.start(work, then, title="放入材料", owner=self, failed=self.refuse)

    def _note_proofs(self, honour_id: str, kept: list[KeptFile]) -> None:
        self.act(actions.put_honour_proofs, honour_id=honour_id, files=kept)

    def _chosen_proof(self) -> AttachmentRow | None:
        panel = self.opened_card
        found: AttachmentRow | None = panel.proofs.current() if isinstance(panel, HonourPanel) else None
        return found

    def _open_proof(self, _: HonourRow) -> None:
        file = self._chosen_proof()
        if file is not None:
            self.show_paper(file.name, partial(asking.proof_pdf, self.desk, file))

    def _take_out(self, row: HonourRow) -> None:
        file = self._chosen_proof()
        if file is not None:
            self.act(actions.take_out_honour_proof, honour_id=row.id, attachment_id=file.attachment_id)

    @Slot()
    def print_out(self) -> None:
        """Ctrl+P: 奖状 of the chosen, else of everybody awarded in the list."""
        self._print_awards([row.id for row in self._of((HonourState.AWARDED,))])

    def _award(self, row: HonourRow) -> None:
        self._print_awards([row.id])

    def _print_awards(self, ids: Sequence[str]) -> None:
        if ids:
            self.show_paper("奖状", partial(asking.awards_pdf, self.desk, ids))
        else:
            self.page.note.say("列表里还没有已表彰的，没有奖状可打印。", "refused")

    def _of(self, states: Sequence[HonourState]) -> list[HonourRow]:
        chosen = self.table.selected()
        return chosen if len(chosen) > 1 else [row for row in self._rows if row.state in states]

    @Slot()
    def print_posting(self) -> None:
        """公示."""
        self._print_list((HonourState.APPROVED, HonourState.POSTED), is_posting=True)

    @Slot()
    def print_list(self) -> None:
        """表彰名单."""
        self._print_list((HonourState.AWARDED,), is_posting=False)

    def _print_list(self, states: Sequence[HonourState], *, is_posting: bool) -> None:
        ids = [row.id for row in self._of(states)]
        if ids:
            title = "公示" if is_posting else "表彰名单"
            self.show_paper(title, partial(asking.honour_list_pdf, self.desk, ids, is_posting))
        else:
            self.page.note.say("列表里没有可以打印的人。", "refused")

    def _publish(self, row: HonourRow) -> None:
        if row.state is not HonourState.AWARDED:
            self.page.note.say("表彰以后才能宣传：还在审批或公示。", "refused")
            return
        self.desk.read(partial(asking.publish_words, row), self._copy, owner=self, only="publish")

    def _copy(self, words: str) -> None:
        QGuiApplication.clipboard().setText(words)
        self.desk.tell("宣传稿已复制，可以粘到微信群或公众号。")
