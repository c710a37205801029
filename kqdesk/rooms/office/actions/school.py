"""Founding a school, its people with their keys, its settings."""

from datetime import date
from typing import Any

from sqlalchemy import func, select

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.office.actions.packs import load_missing, needed
from kqdesk.rooms.office.actions.steps import end_keys, keep_key
from kqdesk.rooms.office.model import School, Setting, Staff
from kqdesk.rooms.office.rules import leaving_fault, shipped_packs
from kqdesk.security.roles import Role
from kqdesk.store.actions import Writing, action

FOUNDERS = (Role.HEADMASTER, Role.CLERK)


@action("建立学校", final="学校是从这一步开始的，不能再往前撤销。")
def found_school(
    w: Writing,
    *,
    name: str,
    person_name: str,
    role: Role,
    public_key: str | None = None,
    region_code: str = "330603",
    township_code: str | None = None,
    address: str | None = None,
    phone: str | None = None,
    head_name: str | None = None,
    is_demo: bool = False,
) -> str:
    """First run: the school, its first operator (her staff id is the actor's) and the shipped packs as active.

    Returns the staff id. UserError when anybody is here already, or the first person could not run a school.
    """
    if w.session.scalar(select(func.count()).select_from(Staff)):
        raise UserError("学校已经建好了，不能再建一次。要改名称请到“设置 · 学校信息”。")
    if role not in FOUNDERS:
        raise UserError("第一位操作人要是校长或教务，其他人以后在“设置 · 操作人”里添加。")
    w.session.add(
        School(
            code=w.school, name=needed(name, "学校名称"), region_code=region_code, township_code=township_code,
            address=address, phone=phone, head_name=head_name, is_demo=is_demo,
        )
    )  # fmt: skip
    w.session.add(
        Staff(
            id=w.actor,
            name=needed(person_name, "姓名"),
            role=role,
            sees_full_ids=True,
        )
    )
    if public_key:
        keep_key(w, w.actor, public_key)
    load_missing(w, shipped_packs())
    w.note(name.strip())
    return w.actor


@action("修改学校")
def edit_school(
    w: Writing,
    *,
    name: str,
    township_code: str | None = None,
    address: str | None = None,
    phone: str | None = None,
    head_name: str | None = None,
    seen: int | None = None,
) -> None:
    """Change what stands on papers from now on; papers already printed stay as they are."""
    school = w.session.scalars(select(School).order_by(School.id)).first()
    if school is None:
        raise UserError("还没有建立学校。")
    w.check_fresh(school, ("name", "township_code", "address", "phone", "head_name"), seen)
    school.name = needed(name, "学校名称")
    school.township_code, school.address, school.phone, school.head_name = (
        township_code,
        address,
        phone,
        head_name,
    )


# -- people who sign in ----------------------------------------------------------------------------


@action("添加操作人")
def add_staff(
    w: Writing, *, name: str, role: Role, sees_full_ids: bool = False, public_key: str | None = None
) -> str:
    """Somebody more who signs in; returns the staff id. Two people of one name are told apart by the name itself."""
    name = needed(name, "姓名")
    if w.session.scalar(select(Staff.id).where(Staff.name == name, Staff.left_on.is_(None))):
        raise UserError(f"已经有一位操作人叫“{name}”。同名的请在姓名后加部门或数字，如“{name}2”。")
    person = Staff(name=name, role=role, sees_full_ids=sees_full_ids)
    w.session.add(person)
    w.session.flush()
    if public_key:
        keep_key(w, person.id, public_key)
    w.note(f"{name}（{role.label}）")
    return person.id


@action("修改操作人")
def change_staff(
    w: Writing, *, staff_id: str, name: str, role: Role, sees_full_ids: bool, seen: int | None = None
) -> None:
    """Another name, role or right. The last 校长 or 教务 keeps a role that can run the school."""
    person = _staff(w, staff_id)
    w.check_fresh(person, ("name", "role", "sees_full_ids"), seen)
    if role not in FOUNDERS and not any(
        held in FOUNDERS for other, held in _roles(w).items() if other != staff_id
    ):
        raise UserError("学校至少要留一位校长或教务，否则没有人能管理软件。请先添加接手的人。")
    person.name, person.role, person.sees_full_ids = needed(name, "姓名"), role, sees_full_ids
    w.note(person.name)


@action("办理离职")
def leave_staff(w: Writing, *, staff_id: str, on: date) -> None:
    """She signs in no more from now; her name stays on everything she did."""
    person = _staff(w, staff_id)
    wrong = leaving_fault(_roles(w), staff_id, w.actor)
    if wrong:
        raise UserError(wrong)
    person.left_on = on
    end_keys(w, staff_id)
    w.note(person.name)


@action("恢复操作人")
def return_staff(w: Writing, *, staff_id: str) -> None:
    """Somebody who left works here again; her key is new and recorded with her new password."""
    person = _staff(w, staff_id)
    person.left_on = None
    w.note(person.name)


@action("重设密码", final="密码已经换过，不能撤销。要再换，请用「修改密码」。")
def record_key(w: Writing, *, staff_id: str, public_key: str) -> None:
    """The public half of a person's own signing key, after her password was set or set anew."""
    _staff(w, staff_id)
    keep_key(w, staff_id, public_key)


@action("在本机登记签名", final="这台电脑已经加入学校，不能撤销。不再用它，请在“数据交换 · 电脑”里暂停。")
def come_to_station(w: Writing, *, public_key: str) -> None:
    """The actor sits down at one more PC of the school for the first time: her signing key there is put on record."""
    if w.session.scalar(select(Staff.id).where(Staff.id == w.actor, Staff.left_on.is_(None))) is None:
        raise UserError("操作人名单里没有您，不能在这台电脑上工作。请校长先在“设置 · 操作人”里添加。")
    keep_key(w, w.actor, public_key)
    w.note(w.station)


def _staff(w: Writing, staff_id: str) -> Staff:
    person = w.session.get(Staff, staff_id)
    if person is None:
        raise UserError("找不到这位操作人，可能刚被撤销了添加。请重新打开这一页。")
    return person


def _roles(w: Writing) -> dict[str, Role]:
    here = w.session.execute(select(Staff.id, Staff.role).where(Staff.left_on.is_(None)))
    return dict(here.all())


# -- settings --------------------------------------------------------------------------------------


@action("修改设置")
def put_setting(w: Writing, *, key: str, value: Any) -> None:
    """Keep a setting of the school (not of one PC) under a key."""
    kept = w.session.scalars(select(Setting).where(Setting.key == key).order_by(Setting.id)).first()
    if kept is None:
        w.session.add(Setting(key=key, value={"value": value}))
    else:
        kept.value = {"value": value}
