"""操作人: who signs in, in which role, who left."""

from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Check, Choice, Field, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Push
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.rooms.office import actions, queries
from kqdesk.rooms.office.papers import RecoveryPaper, recovery_sheet
from kqdesk.rooms.office.queries import StaffRow
from kqdesk.security.passwords import weakness
from kqdesk.security.roles import Role

ROLES = tuple((role, role.label) for role in Role)


def _state(row: StaffRow) -> Pill:
    if row.left_on is not None:
        return Pill(f"{row.left_on} 离职", "neutral", "exit")
    return Pill("在岗", "success")


COLUMNS = (
    Column[StaffRow]("姓名", lambda r: r.name, width=140, is_strong=True),
    Column[StaffRow]("角色", lambda r: r.role.label, width=120),
    Column[StaffRow]("证件号", lambda r: "可看完整号码" if r.sees_full_ids else "只看打码的"),
    Column[StaffRow]("个人签名", lambda r: "已登记" if r.has_key else "", width=110),
    Column[StaffRow]("状态", lambda r: "", kind="pill", width=170, pill=_state),
)


def _fields(*, with_password: bool, is_new: bool = True) -> tuple[Field, ...]:
    fields: tuple[Field, ...] = (
        Text(name="name", label="姓名", required=True, longest=20, is_half=True),
        Choice(name="role", label="角色", choices=ROLES, required=True, is_half=True),
        Check(name="sees_full_ids", label="可以看完整证件号码（每看一次都有记录）"),
    )
    if not with_password:
        return fields
    title = "初始密码" if is_new else "重设密码"
    hint = "至少 10 个字符；第一次登录时本人要改成自己的"
    if not is_new:
        hint = "忘了密码或回来上班时填；不填就不变。" + hint
    return (
        *fields,
        Text(name="password", label=title, required=is_new, is_secret=True, hint=hint, check=_weak),
    )


def _weak(password: Any) -> str | None:
    return weakness(str(password)) or None


class StaffTab(Tab):
    """The people; leaving is an act of its own, nobody is deleted."""

    key, title, primary = "staff", "操作人", "添加操作人"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.table = TableView(COLUMNS, name="office.staff", memory=self.desk.memory)
        self.table.opened.connect(self.edit)
        self.tools = [
            Push(
                "办理离职",
                self.leave_selected,
                icon_name="exit",
                tip="选中的人以后不能登录，做过的事仍记在名下",
            ),
            Push("恢复", self.return_selected, icon_name="undo", tip="离职的人回来了"),
            Push(
                "更换数据密钥…",
                self.desk.key_change_asked.emit,
                icon_name="lock",
                tip="离职的人可能带走了数据或密码时：全部重新加密，印新的恢复码（校长）",
            ),
            Push(
                "换恢复码…",
                self.renew_recovery,
                icon_name="print",
                tip="恢复码纸丢了或被人看过时：印一张新的",
            ),
        ]
        for words, act in (
            ("修改", self.edit_current),
            ("办理离职", self.leave_selected),
            ("恢复", self.return_selected),
        ):
            self.table.add_menu(words, act)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)

    def reload(self) -> None:
        self.desk.read(queries.staff_list, self.show_staff, owner=self, only="reload")

    def show_staff(self, rows: list[StaffRow]) -> None:
        """Everybody; how many are here now at the foot."""
        self.table.show_rows(rows)
        if self.page.tab is self:
            here = sum(row.left_on is None for row in rows)
            self.page.set_foot(
                f"在岗 {here} 人 · 证书批准、规则启用要两个人，至少要有两位操作人"
                if here < 2
                else f"在岗 {here} 人"
            )

    def start_new(self) -> None:
        """The filled button: somebody more who signs in."""
        fields = _fields(with_password=self.desk.seat.door is not None)
        self._open(FormPanel(self.desk, "添加操作人", fields, self._save_new))

    @Slot(object)
    def edit(self, row: StaffRow) -> None:
        """Name, role and right of one person."""
        load, save = partial(_staff_form, staff_id=row.id), partial(self._save_change, row.id)
        fields = _fields(with_password=self.desk.seat.door is not None, is_new=False)
        self._open(FormPanel(self.desk, "修改操作人", fields, save, load=load))

    @Slot()
    def edit_current(self) -> None:
        """From the menu."""
        if self.table.current() is not None:
            self.edit(self.table.current())

    @Slot()
    def leave_selected(self) -> None:
        """From today she signs in no more."""
        row = self._chosen()
        if row is not None:
            self.desk.run(
                actions.leave_staff,
                then=partial(self._left, row.id),
                owner=self,
                staff_id=row.id,
                on=self.desk.today(),
            )

    @Slot()
    def return_selected(self) -> None:
        """She works here again; her old password is gone, a new one is given in her form."""
        row = self._chosen()
        if row is not None:
            self.desk.run(actions.return_staff, owner=self, staff_id=row.id)

    @Slot()
    def renew_recovery(self) -> None:
        """Another recovery code, printed at once; the old sheet opens nothing any more."""
        door = self.desk.seat.door
        if door is None or self.desk.seat.role not in (Role.HEADMASTER.label, Role.CLERK.label):
            self.desk.tell("换恢复码要由校长或教务来做。", kind="refused")
            return

        def work(job: Job) -> bytes:
            with self.desk.store.reading() as session:
                card = queries.school_card(session)
            made_on = self.desk.today()
            return recovery_sheet(RecoveryPaper(card.name if card else "", door.renew_recovery(), made_on))

        self.desk.start(work, self._show_sheet, owner=self, title="换恢复码", cancellable=False)

    def _show_sheet(self, pdf: bytes) -> None:
        self.desk.tell("旧的恢复码已作废。请马上打印新的恢复码纸，锁进柜子。")
        PdfPreview(self.desk, "恢复码纸", pdf, "恢复码.pdf", self).open()

    def _left(self, staff_id: str, _: Any) -> None:
        door = self.desk.seat.door
        if door is not None:
            self.desk.start(lambda job: door.take(staff_id), owner=self)
        self.desk.tell("已办理离职，以后不能登录。", undo=door is None)

    def _chosen(self) -> StaffRow | None:
        row: StaffRow | None = self.table.current()
        if row is None:
            self.desk.tell("请先在列表里选一个人。", kind="refused")
        return row

    def _open(self, panel: FormPanel) -> None:
        panel.closed.connect(self._close)
        self.page.set_side(panel)
        panel.form.focus_first()

    def _close(self) -> None:
        self.page.set_side(None)
        self.table.setFocus()

    def _save_new(self, values: dict[str, Any], panel: FormPanel) -> None:
        password = values.pop("password", None)
        panel.run(actions.add_staff, then=partial(self._give_key, values["name"], password), **values)

    def _give_key(self, name: str, password: str | None, staff_id: str) -> None:
        door = self.desk.seat.door
        if door is None or password is None:
            return

        def work(job: Job) -> str:
            return door.give(staff_id, name, password)

        self.desk.start(
            work, partial(self._record_key, staff_id), title=f"为{name}准备登录密码", cancellable=False
        )

    def _record_key(self, staff_id: str, public_key: str) -> None:
        self.desk.run(actions.record_key, staff_id=staff_id, public_key=public_key)

    def _save_change(self, staff_id: str, values: dict[str, Any], panel: FormPanel) -> None:
        password = values.pop("password", None)
        panel.run(actions.change_staff, staff_id=staff_id, seen=panel.seen, **values)
        self._give_key(values["name"], password, staff_id)


def _staff_form(session: Session, staff_id: str) -> dict[str, Any]:
    row = next((one for one in queries.staff_list(session) if one.id == staff_id), None)
    return {"name": row.name, "role": row.role, "sees_full_ids": row.sees_full_ids} if row else {}
