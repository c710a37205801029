"""The gate's panels that ask: a forgotten password, and founding one's own school. Loaded when they are needed."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kqdesk import school as homes
from kqdesk.app.gate import Card
from kqdesk.app.sheet import NOT_FILLED, FirstSteps, RecoverySheet
from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Choice, Text
from kqdesk.desk.form import Form, FormPanel
from kqdesk.desk.gate import Step
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Push
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.places.rules import townships
from kqdesk.school import NewSchool, School
from kqdesk.security.kdf import PRODUCTION, Profile
from kqdesk.security.passwords import weakness
from kqdesk.security.roles import Role

ROLES = ((Role.CLERK, "教务"), (Role.HEADMASTER, "校长"))


def twice(values: dict[str, Any], name: str) -> str | None:
    """Why the two typed passwords will not do; None when they will."""
    if values["password"] != values["again"]:
        return "两次输入的密码不一样，请再输一次。"
    return weakness(values["password"], known=(name,)) or None


PASSWORDS = (
    Text(
        name="password",
        label="新密码",
        required=True,
        is_secret=True,
        hint="至少 10 个字母或数字，用一句只有自己记得的话的拼音最好；不要只用姓名、电话、年份或连着的数字。",
    ),
    Text(name="again", label="再输一次", required=True, is_secret=True),
)


class Recover(Card):
    """Forgotten password: the printed code and a new password."""

    asked = Signal(str, str, str, str)  # code, actor id, name, password
    cancelled = Signal()

    def __init__(self, desk: Desk, people: Sequence[tuple[str, str]]) -> None:
        super().__init__(
            "用恢复码进入", "找出建校时打印、锁在柜子里的那张恢复码纸，照着输入，再给自己设一个新密码。"
        )
        self._names = dict(people)
        fields = (
            Text(name="code", label="恢复码", required=True, hint="大小写、空格和短横都不要紧。"),
            Choice(name="who", label="谁来用", choices=tuple(people), required=True),
            *PASSWORDS,
        )
        self.form = Form(desk, fields, {"who": people[0][0]} if people else {})
        for widget in (
            self.form,
            self.note,
            Push("设新密码并进入", self.submit, look="primary", keys="Ctrl+Return"),
        ):
            self.column.addWidget(widget)
        self.column.addWidget(Push("返回登录", self.cancelled.emit, look="link"))

    @Slot()
    def submit(self) -> None:
        """Hand over what was typed when it will do."""
        values = self.form.values()
        if values is None:
            return
        name = self._names.get(values["who"], "")
        fault = twice(values, name)
        if fault:
            self.refuse(fault)
        else:
            self.asked.emit(values["code"], values["who"], name, values["password"])


class NewPassword(Card):
    """The first sign-in with a password somebody else gave: now one's own."""

    asked = Signal(str)

    def __init__(self, desk: Desk, name: str) -> None:
        super().__init__(
            "设一个自己的密码", f"{name}，您现在用的是别人给的初始密码。请换成只有您自己知道的一句话。"
        )
        self._name = name
        self.form = Form(desk, PASSWORDS)
        for widget in (
            self.form,
            self.note,
            Push("换好了，进入", self.submit, look="primary", keys="Ctrl+Return"),
        ):
            self.column.addWidget(widget)

    @Slot()
    def submit(self) -> None:
        """Hand over the new password when it will do."""
        values = self.form.values()
        fault = twice(values, self._name) if values is not None else None
        if fault:
            self.refuse(fault)
        elif values is not None:
            self.asked.emit(values["password"])


def password_panel(desk: Desk) -> FormPanel:
    """修改密码 from the person menu."""

    def save(values: dict[str, Any], panel: FormPanel) -> None:
        door, seat = desk.seat.door, desk.seat
        fault = twice(values, seat.name)
        if fault or door is None:
            panel.refuse(UserError(fault or "现在不能改密码。"))
            return
        desk.start(
            lambda _: door.change_password(seat.actor_id, seat.name, values["old"], values["password"]),
            lambda _: panel.done(None, lambda _: desk.tell("密码已经改好，下次登录用新的。")),
            owner=panel,
            failed=panel.refuse,
        )

    old = Text(name="old", label="现在的密码", required=True, is_secret=True)
    return FormPanel(desk, "修改密码", (old, *PASSWORDS), save)


class OwnSchool(FirstSteps):
    """Three steps to one's own school: the school, oneself, the recovery sheet."""

    stay = "学校已经建好了，请先收好恢复码。"
    restore_asked = Signal()
    invitation_asked = Signal()

    def __init__(
        self, desk: Desk, home: Path, *, clock: Callable[[], datetime], profile: Profile = PRODUCTION
    ) -> None:
        super().__init__(desk, home, clock=clock, profile=profile)
        areas = tuple((area.code, area.name) for area in townships())
        self.about_school = Form(
            desk,
            (
                Text(
                    name="name",
                    label="学校全称",
                    required=True,
                    hint="印在证书和名册上，例如：柯桥区兰亭街道成人文化技术学校",
                ),
                Choice(name="township", label="所在镇街", choices=areas, required=True),
                Text(name="code", label="学校代码", hint="区里给的代码；没有就空着，按镇街代码来。"),
            ),
        )
        self.about_you = Form(
            desk,
            (
                Text(name="person", label="您的姓名", required=True),
                Choice(name="role", label="您在学校的身份", choices=ROLES, required=True),
                *PASSWORDS,
            ),
            {"role": Role.CLERK},
        )
        self.about_school.inputs["name"].edited.connect(self._guess_township)
        self.walk("建立自己的学校", self._steps())

    @Slot()
    def _guess_township(self) -> None:
        """The township stands in most schools' names; she can choose another."""
        named, township = self.about_school.inputs["name"], self.about_school.inputs["township"]
        if not township.value():
            found = [area.code for area in townships() if area.name in str(named.value() or "")]
            if len(found) == 1:
                township.show_value(found[0])

    def _first(self) -> QWidget:
        """The school's form, and the other ways in: a new PC of a school that has a hub, or that has backups."""
        both = QWidget()
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.about_school)
        column.addWidget(
            Push(
                "学校已经在用，手里有邀请码？用邀请码加入学校",
                self.invitation_asked.emit,
                look="link",
                icon_name="link",
            )
        )
        column.addWidget(
            Push(
                "换了电脑？手里有备份和恢复码，从备份恢复",
                self.restore_asked.emit,
                look="link",
                icon_name="history",
            )
        )
        return both

    def _steps(self) -> list[Step]:
        self.sheet = RecoverySheet(self._desk, self.failed)
        self.code_words, self.typed = self.sheet.code_words, self.sheet.typed
        return [
            Step(
                "学校",
                "先说是哪所学校。以后可以在“设置”里改。",
                self._first(),
                partial(self.filled, self.about_school),
            ),
            Step(
                "您",
                "第一位操作人。以后在“设置 · 操作人”里添加同事。",
                self.about_you,
                self._check_you,
                "建立学校",
            ),
            Step(
                "恢复码",
                "最后一步：把恢复码打印出来收好。",
                self.sheet,
                self.sheet.fault,
                "收好了，开始使用",
            ),
        ]

    def _check_you(self) -> str | None:
        values = self.about_you.values()
        return NOT_FILLED if values is None else twice(values, values["person"])

    @Slot(int)
    def moved_to(self, number: int) -> None:
        super().moved_to(number)
        if number == 2 and self._school is None:
            self.wizard.on.setEnabled(False)
            self._desk.start(self._make, self._on_made, owner=self, failed=self.failed)

    def _make(self, _: Job) -> tuple[School, str]:
        about, you = self.about_school.values() or {}, self.about_you.values() or {}
        new = NewSchool(
            code=about["code"] or about["township"],
            name=about["name"],
            person=you["person"],
            role=you["role"],
            password=you["password"],
            township_code=about["township"],
        )
        return homes.make(self._home, new, clock=self._clock, profile=self._profile)

    def _on_made(self, result: tuple[School, str]) -> None:
        self._school, code = result
        about = self.about_school.values() or {}
        self.sheet.show_code(about["name"], code, self._clock().astimezone(CHINA).date())
        self.wizard.on.setEnabled(True)
