"""The tab 结业证书: the register, approval by the second person, print, hand out, revoke, reissue, verify."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Date, Field, LongText, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Combo, Push
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.rooms.certificates import actions, queries
from kqdesk.rooms.certificates.page.press import Press
from kqdesk.rooms.certificates.queries import CertificateRow
from kqdesk.rooms.certificates.terms import CertificateState
from kqdesk.security.certificate_verdict import Standing, Verdict

STATE = CertificateState
TONES = {STATE.DRAWN: ("warning", "waiting"), STATE.APPROVED: ("seal", "seal"), STATE.PRINTED: ("primary", "print"),
         STATE.HANDED_OUT: ("success", "check"), STATE.REVOKED: ("danger", "close")}  # fmt: skip
VERDICT_TONES = {Standing.VALID: "told", Standing.UNREPORTED: "info"}
COLUMNS = (
    Column[CertificateRow]("编号", lambda r: r.serial_no, kind="code", width=180),
    Column[CertificateRow]("姓名", lambda r: r.name, width=110, is_strong=True),
    Column[CertificateRow]("课程", lambda r: r.course_title),
    Column[CertificateRow]("学时", lambda r: str(r.study_hours), kind="number", width=64),
    Column[CertificateRow]("发证日期", lambda r: f"{r.awarded_on:%Y-%m-%d}", width=112),
    Column[CertificateRow]("制证", lambda r: r.drawn_by, width=84),
    Column[CertificateRow]("批准", lambda r: r.approved_by, width=84),
    Column[CertificateRow]("状态", lambda r: r.state.label, kind="pill", width=112,
                           pill=lambda r: Pill(r.state.label, *TONES[r.state]), tip=lambda r: remark(r)),
    Column[CertificateRow]("备注", lambda r: remark(r), width=170, tip=lambda r: remark(r)),
)  # fmt: skip


def remark(row: CertificateRow) -> str:
    """Who took it, why it was revoked, what replaces it."""
    parts = [row.district] if row.district else []
    if row.handed_on:
        parts.append(f"{row.handed_on:%Y-%m-%d} {row.handed_to}领取")
    if row.revoked_on:
        parts.append(f"{row.revoked_on:%Y-%m-%d} 撤销：{row.revoke_reason}")
    if row.replaced_by:
        parts.append(f"已补发 {row.replaced_by}")
    if row.replaces:
        parts.append(f"补发，代替 {row.replaces}")
    return "；".join(parts)


class RegisterTab(Tab):
    """Every completion certificate there ever was."""

    key, title, search_hint, primary = "register", "结业证书", "编号、姓名、课程、班级", "制作证书"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.state = Combo([(None, "全部状态"), *((s, s.label) for s in STATE)], name="状态")
        self.state.chosen.connect(self._on_state)
        self.approving = Push(
            "批准", self.approve, icon_name="seal", tip="批准选中的证书：签名、封存，不能自己批自己做的"
        )
        self.printing = Push("打印", self.print_out, icon_name="print", keys="Ctrl+P", tip="打印选中的证书")
        self.handing = Push("发放", self.hand_out, icon_name="done", tip="登记领取人")
        self.revoking = Push("撤销", self.revoke, icon_name="close", tip="写明原因；扫码会看到“已撤销”")
        self.reissuing = Push("补发", self.reissue, icon_name="reload", tip="给撤销的证书另发新号")
        self.verifying = Push("验证", self.verify, icon_name="scan", tip="贴上二维码的内容，看证书真伪")
        self.tools = [
            self.state,
            self.approving,
            self.printing,
            self.handing,
            self.revoking,
            self.reissuing,
            self.verifying,
        ]
        self.press = Press(page)
        self._picked: set[str] = set()
        self._asked: list[str] = []  # the certificates of the question that stands
        self.table = TableView(COLUMNS, name="certificates.register", memory=self.desk.memory)
        self.table.picked.connect(self._on_picked)
        self.table.add_menu("退回制证", self.discard, "back")
        self.table.add_menu("登记打印、打坏…", self.mark_printed, "print")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)
        enter = QShortcut(QKeySequence("Ctrl+Return"), self.table)
        enter.setContext(Qt.ShortcutContext.WidgetShortcut)
        enter.activated.connect(self.approve)
        self._on_picked([])

    # -- showing ----------------------------------------------------------------------------------

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``state`` filters: the home page links to those that wait for approval."""
        if "state" in context:
            self.state.choose(STATE(context["state"]))

    def reload(self) -> None:
        ask = partial(queries.certificates, text=self.page.searched_text(), state=self.state.value())
        self.desk.read(partial(_asked, ask, self.desk.today()), self._show, owner=self, only="reload")

    def _show(self, found: tuple[Sequence[CertificateRow], Mapping[CertificateState, int]]) -> None:
        rows, counts = found
        if self.page.tab is not self:
            return
        self.table.show_rows(rows)
        self.state.offer(
            [
                (None, "全部状态"),
                *((s, f"{s.label} {counts[s]}" if counts.get(s) else s.label) for s in STATE),
            ]
        )
        living = sum(count for state, count in counts.items() if state is not STATE.REVOKED)
        self.page.set_foot(
            f"在册 {living} 张 · 撤销 {counts.get(STATE.REVOKED, 0)} 张 · 待审批 {counts.get(STATE.DRAWN, 0)} 张"
        )
        self._on_picked(self.table.selected())
        if counts:
            self.page.show_body()
            return
        words = "班级上完课，在这里给学员做结业证书：一人制作，另一人批准，打印出来带二维码，谁都能验真伪。"
        self.page.show_blank(
            "certificates", "还没有结业证书", words, [Push("制作证书", self.start_new, look="primary")]
        )

    @Slot(list)
    def _on_picked(self, rows: list[CertificateRow]) -> None:
        chosen = {row.id for row in rows}
        if chosen != self._picked:  # the note spoke of what was chosen before, perhaps with a button
            self.page.note.hide()
        self._picked = chosen
        states = {row.state for row in rows}
        self.approving.setEnabled(states == {STATE.DRAWN})
        self.printing.setEnabled(bool(rows))
        self.handing.setEnabled(bool(states) and states <= {STATE.APPROVED, STATE.PRINTED})
        self.revoking.setEnabled(len(rows) == 1 and not states & {STATE.DRAWN, STATE.REVOKED})
        self.reissuing.setEnabled(len(rows) == 1 and states == {STATE.REVOKED})

    @Slot(object)
    def _on_state(self, _: Any) -> None:
        self.reload()

    def start_new(self) -> None:
        """To the tab where they are drawn up."""
        if self.page.go("draw"):
            self.page.reload()

    def _chosen(self, *states: CertificateState) -> list[str]:
        return [row.id for row in self.table.selected() if not states or row.state in states]

    def _panel(
        self, title: str, fields: Sequence[Field], save: Callable[..., None], words: str, **values: Any
    ) -> None:
        panel = FormPanel(self.desk, title, fields, save, values=values, save_text=words)
        panel.closed.connect(self.page.close_side)
        self.page.set_side(panel)
        panel.form.focus_first()

    # -- doing ------------------------------------------------------------------------------------

    @Slot()
    def approve(self) -> None:
        """Asks once, with the count: what is approved is sealed. The same key again says yes."""
        ids = self._chosen(STATE.DRAWN)
        if not ids:
            return
        if any(row.drawn_by_id == self.desk.seat.actor_id for row in self.table.selected()):
            self.page.note.say("选中的证书里有您自己制作的，要请另一个人登录后批准。", "refused")
            return
        if ids == self._asked and self.page.note.isVisible():
            self._approve(ids)
            return
        self._asked = ids
        words = f"批准 {len(ids)} 张后，证书内容就封存了，不能撤销批准。"
        self.page.note.say(words, "refused", (f"批准 {len(ids)} 张", partial(self._approve, ids)))

    def _approve(self, ids: Sequence[str]) -> None:
        self._asked = []
        self.page.note.hide()
        if self.desk.seat.issuer is None:
            self.page.note.say("这台电脑上没有打开学校的签名钥匙，请重新登录后再批准。", "refused")
            return
        told = partial(self._done, f"已批准 {len(ids)} 张，可以打印了。")
        seat = self.desk.seat
        self.desk.run(
            actions.approve_certificates, then=told, owner=self, ids=ids, issuer=self.desk.seat.issuer(),
            signer=seat.signer,
        )  # fmt: skip

    def _done(self, sentence: str, _: Any) -> None:
        self.desk.tell(sentence)

    def _undoable(self, sentence: str, _: Any) -> None:
        self.desk.tell(sentence, undo=True)

    @Slot()
    def discard(self) -> None:
        """Drafts that will not be approved."""
        ids = self._chosen(STATE.DRAWN)
        if ids:
            told = partial(self._undoable, f"已退回 {len(ids)} 张，编号作废。")
            self.desk.run(actions.discard_certificates, then=told, owner=self, ids=ids)

    @Slot()
    def print_out(self) -> None:
        """The real PDF of the selected ones, drafts marked as such."""
        self.press.print_out(self._chosen())

    @Slot()
    def mark_printed(self) -> None:
        """The selected approved ones are on paper, or a sheet was spoilt."""
        self.press.ask(self._chosen(STATE.APPROVED, STATE.PRINTED, STATE.HANDED_OUT))

    @Slot()
    def hand_out(self) -> None:
        """Many at once to themselves, one with the name of who takes it."""
        rows = self.table.selected()
        ids = [row.id for row in rows]
        fields = (
            Text(name="receipt", label="领取人", hint="本人领取就不用填；代领写代领人姓名和关系"),
            Date(name="on", label="领取日期", required=True),
        )
        save = partial(self._save_hand_out, ids)
        who = rows[0].name if len(rows) == 1 else f"{len(rows)} 张"
        self._panel(f"发放证书：{who}", fields, save, "登记发放", on=self.desk.today())

    def _save_hand_out(self, ids: Sequence[str], values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(
            actions.hand_out, then=partial(self._undoable, f"已发放 {len(ids)} 张。"), ids=ids, **values
        )

    @Slot()
    def revoke(self) -> None:
        """One certificate, with its reason; final."""
        [row] = self.table.selected()
        fields = (
            LongText(
                name="reason",
                label="撤销原因",
                required=True,
                lines=3,
                hint="撤销后不能恢复；扫码验证会显示“已撤销”",
            ),
        )
        self._panel(f"撤销 {row.name} 的证书", fields, partial(self._save_revoke, row.id), "撤销证书")

    def _save_revoke(self, key: str, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(
            actions.revoke_certificate,
            then=partial(self._done, "已撤销。需要时可以「补发」。"),
            certificate_id=key,
            signer=self.desk.seat.signer,
            **values,
        )

    @Slot()
    def reissue(self) -> None:
        """A new number in place of a revoked one."""
        [row] = self.table.selected()
        fields = (
            Date(name="awarded_on", label="发证日期", required=True),
            Text(name="course_title", label="课程名称", required=True, hint="姓名按花名册现在的写"),
        )
        save = partial(self._save_reissue, row.id)
        self._panel(
            f"补发：{row.name}",
            fields,
            save,
            "补发证书",
            awarded_on=self.desk.today(),
            course_title=row.course_title,
        )

    def _save_reissue(self, key: str, values: dict[str, Any], panel: FormPanel) -> None:
        told = partial(self._undoable, "已补发，等另一人批准。")
        signer = self.desk.seat.signer
        panel.run(actions.reissue_certificate, then=told, certificate_id=key, signer=signer, **values)

    @Slot()
    def verify(self) -> None:
        """What a scanner typed or somebody pasted."""
        fields = (
            LongText(
                name="text",
                label="二维码内容",
                required=True,
                lines=6,
                hint="用扫码枪扫，或把手机扫到的文字贴进来",
            ),
        )
        self._panel("验证证书", fields, self._ask_verdict, "验证")

    def _ask_verdict(self, values: dict[str, Any], panel: FormPanel) -> None:
        ask = partial(_verdict, text=values["text"], today=self.desk.today())
        self.desk.read(ask, partial(self._show_verdict, panel), owner=panel)

    def _show_verdict(self, panel: FormPanel, found: Verdict) -> None:
        said = [f"{found.standing.label}。{found.reason}"]
        if found.claim is not None:
            c = found.claim
            said.append(
                f"{c.name} · {c.course} · {c.number} · {c.issued:%Y-%m-%d} · {found.issuer_name or c.issuer}"
            )
        panel.form.is_edited = False
        panel.note.say("\n".join(said), VERDICT_TONES.get(found.standing, "refused"))


def _asked(
    ask: Any, today: date, session: Session
) -> tuple[Sequence[CertificateRow], Mapping[CertificateState, int]]:
    return queries.with_district(session, ask(session), on=today), queries.certificate_counts(session)


def _verdict(session: Session, *, text: str, today: Any) -> Verdict:
    return queries.verdict(session, text, today)
