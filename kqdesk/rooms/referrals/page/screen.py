"""The 报读转介 page: who goes on to which college, whom to call today, the letter to the college."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog

from kqdesk.desk.cardlist import CardListPage
from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.form import FormPanel
from kqdesk.desk.intake import from_path
from kqdesk.desk.pages import PageSpec
from kqdesk.desk.parts import Push
from kqdesk.desk.table import TableView
from kqdesk.rooms.referrals import actions, rules
from kqdesk.rooms.referrals.actions import Stepped
from kqdesk.rooms.referrals.page import asking, forms
from kqdesk.rooms.referrals.page.card import ReferralPanel
from kqdesk.rooms.referrals.queries import ReferralRow
from kqdesk.rooms.referrals.terms import ReferralState
from kqdesk.store.attachments import KeptFile

TITLE = "报读转介"
SENTENCE = "谁去读大专、本科：报名、录取、入学、毕业，每次联系记一笔，到日子提醒。"
EMPTY = "双证毕业的、想读大专本科的，登记在这里：报哪所院校、什么专业，一步一步跟到毕业；还能打印给院校的推荐函和名单。"
PICTURES = "图片或 PDF (*.jpg *.jpeg *.png *.pdf)"
OPEN = tuple(state for state in ReferralState if state not in rules.ENDED)
SHELVES = (
    (OPEN, "在办"),
    ((ReferralState.GRADUATED,), "已毕业"),
    ((ReferralState.DECLINED, ReferralState.WITHDRAWN), "没有读成"),
    ((), "全部"),
)
TONES = {
    ReferralState.INTENDED: "neutral", ReferralState.APPLIED: "primary", ReferralState.ADMITTED: "primary",
    ReferralState.ENROLLED: "primary", ReferralState.GRADUATED: "success", ReferralState.DECLINED: "neutral",
    ReferralState.WITHDRAWN: "neutral",
}  # fmt: skip


def _next(row: ReferralRow) -> Pill | None:
    if row.next_on is None:
        return None
    words = f"{row.next_on:%m-%d}"
    return Pill(f"{words} 到期", "warning") if row.is_overdue else Pill(words, "neutral", "phone")


COLUMNS = (
    Column[ReferralRow]("姓名", lambda row: row.name, width=92, is_strong=True),
    Column[ReferralRow]("院校", lambda row: row.college, is_strong=True, tip=lambda row: row.college),
    Column[ReferralRow](
        "状态", lambda row: row.state.label, kind="pill", width=104, pill=lambda row: Pill(row.state.label, TONES[row.state])
    ),
    Column[ReferralRow]("下次联系", lambda row: "", kind="pill", width=126, pill=_next,
                        sort=lambda row: f"{row.next_on or ''}"),
    Column[ReferralRow]("年份", lambda row: str(row.year), kind="number", width=64),
    Column[ReferralRow]("专业", lambda row: row.programme, width=176, tip=lambda row: row.programme),
    Column[ReferralRow]("途径", lambda row: row.route.label, width=88),
    Column[ReferralRow]("层次", lambda row: row.level.label, width=128),
    Column[ReferralRow]("日期", lambda row: f"{row.step_on:%Y-%m-%d}" if row.step_on else "", width=108),
    Column[ReferralRow]("证明", lambda row: str(row.proofs) if row.proofs else ("缺" if row.lacks_proof else ""), width=60),
)  # fmt: skip


class ReferralsPage(CardListPage):
    """The list; Enter opens one at the right."""

    card_kind = ReferralPanel
    watches = frozenset({"referral", "referral_contact", "person", "attachment"})

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(desk, TITLE, SENTENCE)
        self.add_search("姓名、院校、专业、村社", width=200)
        self.shelf = self.add_segments("范围", SHELVES)
        self.college = self.add_combo("院校", [(None, "各院校")])
        self.year = self.add_combo("年份", [(None, "各年")])
        self.add_button(
            "推荐函", self.print_letters, icon_name="print", keys="Ctrl+P", tip="给院校的推荐函和名单"
        )
        self.add_button("导出", self.choose_export, icon_name="export", keys="Ctrl+E", tip="名单 Excel")
        self.set_primary("登记报读", self.create, keys="Ctrl+N")
        self.list_rows(TableView(COLUMNS, name="referrals.list", memory=desk.memory), "报读名单")
        self.table.add_menu("进展…　Ctrl+J", partial(self.do, "step"), "right")
        self.table.add_menu("记联系　Ctrl+T", partial(self.do, "contact"), "phone")
        self.table.add_menu("删除（录错的）", partial(self.do, "remove"), "delete")
        self._shown: list[ReferralRow] = []
        self.steps = {
            "step": self._step, "contact": self._contact, "proof": self._choose_proofs, "edit": self._edit,
            "person": self._go_person, "remove": self._remove, "remove_contact": self._remove_contact,
            "open_proof": self._open_proof, "take_out": self._take_out,
        }  # fmt: skip

    # -- showing ----------------------------------------------------------------------------------

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``referral`` opens it, ``person`` starts one for her, ``find`` searches."""
        if context.get("referral"):
            self.chosen_id = str(context["referral"])
            self.shelf.choose(())
        if context.get("find") and self.search is not None:
            self.search.setText(str(context["find"]))
            self.shelf.choose(())
        self.reload()
        if context.get("person") or context.get("new"):
            self._start(str(context.get("person") or ""))

    def reload(self) -> None:
        query = partial(
            asking.asked, self.searched_text(), self.shelf.value(), self.college.value(), self.year.value(), self.chosen_id,
            self.desk.today(),
        )  # fmt: skip
        self.desk.read(query, self._show, owner=self, only="reload")

    def _show(self, found: asking.Found) -> None:
        self._shown = list(found.rows)
        self.college.offer([(None, "各院校"), *((one, one) for one in found.colleges)])
        self.year.offer([(None, "各年"), *((year, f"{year} 年") for year in found.years)])
        self.table.show_rows(found.rows)
        late = sum(row.is_overdue for row in found.rows)
        self.set_foot(f"共 {len(found.rows)} 条报读" + (f" · 该联系了 {late} 条，排在最前面" if late else ""))
        if found.years or isinstance(self.side, FormPanel):
            self.show_body()
        else:
            self.show_blank(
                "referrals", "还没有报读登记", EMPTY,
                [Push("登记报读", self.create, look="primary", icon_name="add"), Push("看双证毕业的", self._to_dual)],
            )  # fmt: skip
        self.show_card(found.card)

    def _to_dual(self) -> None:
        self.desk.open("dual")

    # -- doing ------------------------------------------------------------------------------------

    @Slot()
    def create(self) -> None:
        """A new one."""
        self._start("")

    def _start(self, person_id: str) -> None:
        self.desk.read(partial(forms.offered, person_id), self._show_new, owner=self, only="form")

    def _show_new(self, found: forms.Offered) -> None:
        self.show_body()
        self.put_form(forms.refer_panel(self.desk, found))

    def _edit(self, row: ReferralRow) -> None:
        then = partial(self._show_change, row)
        self.desk.read(partial(forms.offered, ""), then, owner=self, only="form")

    def _show_change(self, row: ReferralRow, found: forms.Offered) -> None:
        self.put_form(forms.change_panel(self.desk, found, row))

    def _step(self, row: ReferralRow) -> None:
        chosen = self.table.selected()
        rows = chosen if len(chosen) > 1 else [row]
        self.put_form(forms.step_panel(self.desk, rows, self._stepped))

    def _stepped(self, done: Stepped) -> None:
        words = forms.stepped_words(done)
        if done.told:
            self.note.say(words, "info", ("去花名册", self._to_people))
        else:
            self.desk.tell(words, undo=True)

    def _to_people(self) -> None:
        self.desk.open("people")

    def _contact(self, row: ReferralRow) -> None:
        self.put_form(forms.contact_panel(self.desk, row))

    def _go_person(self, row: ReferralRow) -> None:
        self.desk.open("people", person=row.person_id)

    def _remove(self, row: ReferralRow) -> None:
        self.act(actions.remove_referral, referral_id=row.id)

    def _remove_contact(self, row: ReferralRow) -> None:
        line = self.side.contacts.current() if isinstance(self.side, ReferralPanel) else None
        if line is not None:
            self.act(actions.remove_contact, referral_id=row.id, contact_id=line.id)

    # -- proofs -----------------------------------------------------------------------------------

    def _choose_proofs(self, row: ReferralRow) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, f"放入证明：{row.name}", "", PICTURES)
        if names:
            work = partial(asking.keep, self.desk, [from_path(Path(name)) for name in names])
            then = partial(self._note_proofs, row.id)
            self.desk.start(work, then, title="放入证明", owner=self, failed=self.refuse)

    def _note_proofs(self, referral_id: str, kept: list[KeptFile]) -> None:
        self.act(actions.put_proofs, then=self.count_put, referral_id=referral_id, files=kept)

    def _take_out(self, row: ReferralRow) -> None:
        file = self.side.proofs.current() if isinstance(self.side, ReferralPanel) else None
        if file is not None:
            self.act(actions.take_out_proof, referral_id=row.id, attachment_id=file.attachment_id)

    def _open_proof(self, _: ReferralRow) -> None:
        file = self.side.proofs.current() if isinstance(self.side, ReferralPanel) else None
        if file is not None:
            self.show_paper(file.name, partial(asking.proof_pdf, self.desk, file))

    # -- paper ------------------------------------------------------------------------------------

    def _chosen_ids(self) -> list[str]:
        """Several selected rows, else all that are shown."""
        chosen = self.table.selected()
        return [row.id for row in (chosen if len(chosen) > 1 else self._shown)]

    @Slot()
    def print_letters(self) -> None:
        """A letter for each college among the chosen."""
        ids = self._chosen_ids()
        if not ids:
            self.note.say("列表里没有人，没有可打印的。请先登记，或换一下上面的范围。", "refused")
            return
        self.show_paper("报读推荐函", partial(asking.letters_pdf, self.desk, ids))

    @Slot()
    def choose_export(self) -> None:
        """The chosen, else all that are shown, as Excel."""
        path, _ = QFileDialog.getSaveFileName(self, "导出报读名单", "报读名单.xlsx", "Excel (*.xlsx)")
        if path:
            work = partial(asking.write, self.desk, self._chosen_ids(), Path(path))
            self.desk.start(work, self._written, title="导出报读名单", owner=self, failed=self.refuse)

    def _written(self, done: tuple[int, bool]) -> None:
        count, is_whole = done
        more = (
            "里面有完整证件号，请妥善保管。"
            if is_whole
            else "证件号和电话已遮盖：您没有查看完整证件号的权限。"
        )
        self.desk.tell(f"已导出 {count} 人。{more}")


PAGE = PageSpec(
    key="referrals",
    title=TITLE,
    sentence=SENTENCE,
    group="招生",
    icon="referrals",
    factory=ReferralsPage,
    keys_help=(
        ("Ctrl+N", "登记报读"),
        ("Enter", "打开选中的人"),
        ("F2", "修改"),
        ("Ctrl+J", "登记进展（可多选）"),
        ("Ctrl+T", "记一次联系"),
        ("Ctrl+O", "放入证明"),
        ("Ctrl+P", "推荐函：选中几人，不选就是列表里全部"),
        ("Ctrl+E", "导出名单"),
        ("Del", "删除选中的联系记录，或取出选中的证明"),
    ),
)
