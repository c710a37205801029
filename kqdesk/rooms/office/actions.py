"""What changes 办公室: founding a school, its people, its settings, its rule packs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import func, select

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.rooms.office.model import RulePack, School, Setting, Staff
from kqdesk.rooms.office.rules import (
    Pack,
    contents,
    leaving_fault,
    pack_faults,
    read_contents,
    read_pack,
    second_person_fault,
    shipped_packs,
    with_value,
)
from kqdesk.rooms.office.terms import Certainty, PackState, Scope
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
            code=w.school, name=_needed(name, "学校名称"), region_code=region_code, township_code=township_code,
            address=address, phone=phone, head_name=head_name, is_demo=is_demo,
        )
    )  # fmt: skip
    w.session.add(
        Staff(
            id=w.actor,
            name=_needed(person_name, "姓名"),
            role=role,
            sees_full_ids=True,
            public_key=public_key,
        )
    )
    _load(w, shipped_packs())
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
    school.name = _needed(name, "学校名称")
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
    name = _needed(name, "姓名")
    if w.session.scalar(select(Staff.id).where(Staff.name == name, Staff.left_on.is_(None))):
        raise UserError(f"已经有一位操作人叫“{name}”。同名的请在姓名后加部门或数字，如“{name}2”。")
    person = Staff(name=name, role=role, sees_full_ids=sees_full_ids, public_key=public_key)
    w.session.add(person)
    w.session.flush()
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
    person.name, person.role, person.sees_full_ids = _needed(name, "姓名"), role, sees_full_ids
    w.note(person.name)


@action("办理离职")
def leave_staff(w: Writing, *, staff_id: str, on: date) -> None:
    """She signs in no more from now; her name stays on everything she did."""
    person = _staff(w, staff_id)
    wrong = leaving_fault(_roles(w), staff_id, w.actor)
    if wrong:
        raise UserError(wrong)
    person.left_on = on
    w.note(person.name)


@action("恢复操作人")
def return_staff(w: Writing, *, staff_id: str) -> None:
    """Somebody who left works here again."""
    person = _staff(w, staff_id)
    person.left_on = None
    w.note(person.name)


@action("登记签名")
def record_key(w: Writing, *, staff_id: str, public_key: str) -> None:
    """The public half of a person's own signing key, after her password was set or set anew."""
    _staff(w, staff_id).public_key = public_key


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


# -- rule packs ------------------------------------------------------------------------------------


@action("装入规则")
def load_packs(w: Writing) -> int:
    """Put the shipped packs in force where the school has none of that name; returns how many were missing."""
    return _load(w, shipped_packs())


@action("录入规则包")
def enter_pack(w: Writing, *, text: str) -> str:
    """A pack from its TOML text as a draft of the next version; another person activates it. Returns its id."""
    pack = replace(read_pack(text), authors=(w.actor,))
    if _draft(w, pack.key) is not None:
        raise UserError(f"“{pack.title}”已经有一份草案。请先启用或放弃它，再录入新的。")
    return _add(w, pack, PackState.DRAFT)


@action("修改规则")
def set_pack_value(
    w: Writing, *, key: str, value: Any, source: str, mark: Certainty, effective_from: date
) -> str:
    """Set one item of the district's pack (None = 未配置 again) in a draft; returns the draft's id.

    The draft starts as a copy of the newest active version; an item only the reference pack has is taken over.
    Nothing counts until another person activates the draft.
    """
    row, pack = _district(w)
    if pack.item(key) is None:
        pack = replace(pack, items=(*pack.items, _template(w, key)))
    pack = with_value(pack, key, value, source=source, mark=mark, author=w.actor)
    pack = replace(pack, effective_from=effective_from)
    item = pack.item(key)
    w.note(item.title if item else key)
    if row is None:
        return _add(w, pack, PackState.DRAFT)
    row.content, row.effective_from, row.entered_by = contents(pack), effective_from, w.actor
    return row.id


@action(
    "启用规则包", final="规则包已经启用，不能撤销。要改回去，请再改一次规则，由另一位操作人启用新的一版。"
)
def activate_pack(w: Writing, *, pack_id: str) -> None:
    """Put a draft into force from its day on. NotAllowed for whoever entered any of it."""
    row = _row(w, pack_id, PackState.DRAFT)
    pack = read_contents(row.content)
    wrong = second_person_fault(pack.authors, w.actor)
    if wrong:
        raise NotAllowed(wrong)
    faults = pack_faults(pack)
    if faults:
        raise UserError("这份草案有错，还不能启用：" + "".join(faults))
    row.state, row.activated_by, row.activated_at = PackState.ACTIVE, w.actor, w.now
    w.note(f"{row.title}第 {row.version} 版")


@action("停用规则包")
def retire_pack(w: Writing, *, pack_id: str, reason: str) -> None:
    """Take an active version out of force; the version before it counts again. The reason goes into the audit."""
    row = _row(w, pack_id, PackState.ACTIVE)
    reason = _needed(reason, "停用原因")
    row.state = PackState.RETIRED
    w.note(f"{row.title}第 {row.version} 版，{reason}")


@action("放弃草案")
def discard_draft(w: Writing, *, pack_id: str) -> None:
    """Throw a draft away."""
    row = _row(w, pack_id, PackState.DRAFT)
    w.note(f"{row.title}第 {row.version} 版")
    w.session.delete(row)


def _load(w: Writing, packs: Sequence[Pack]) -> int:
    held = set(w.session.scalars(select(RulePack.pack_key)))
    missing = [pack for pack in packs if pack.key not in held]
    for pack in missing:
        _add(w, pack, PackState.ACTIVE)
    return len(missing)


def _add(w: Writing, pack: Pack, state: PackState) -> str:
    last = w.session.scalar(select(func.max(RulePack.version)).where(RulePack.pack_key == pack.key))
    row = RulePack(
        pack_key=pack.key, version=(last or 0) + 1, title=pack.title, effective_from=pack.effective_from,
        effective_to=pack.effective_to, content=contents(pack), state=state,
        entered_by=w.actor if state is PackState.DRAFT else None,
        activated_at=w.now if state is PackState.ACTIVE else None,
    )  # fmt: skip
    w.session.add(row)
    w.session.flush()
    return row.id


def _district(w: Writing) -> tuple[RulePack | None, Pack]:
    """The draft of the district's pack (None when there is none yet) and what it or the newest version holds."""
    rows = w.session.scalars(
        select(RulePack).where(RulePack.state != PackState.RETIRED).order_by(RulePack.version.desc())
    ).all()
    packs = [(row, read_contents(row.content)) for row in rows]
    own = [(row, pack) for row, pack in packs if pack.scope is Scope.DISTRICT]
    if not own:
        raise UserError("还没有本区的规则包。请先在“设置 · 规则包”点“装入规则”。")
    row, pack = own[0]
    return (row, pack) if row.state is PackState.DRAFT else (None, replace(pack, authors=()))


def _draft(w: Writing, key: str) -> RulePack | None:
    return w.session.scalars(
        select(RulePack).where(RulePack.pack_key == key, RulePack.state == PackState.DRAFT)
    ).first()


def _template(w: Writing, key: str) -> Any:
    """An item of another pack, unset: its title and shape."""
    for content in w.session.scalars(select(RulePack.content).where(RulePack.state == PackState.ACTIVE)):
        item = read_contents(content).item(key)
        if item is not None:
            return replace(item, value=None)
    raise UserError("规则包里没有这一条。")


def _row(w: Writing, pack_id: str, state: PackState) -> RulePack:
    row = w.session.get(RulePack, pack_id)
    if row is None or row.state is not state:
        raise UserError(f"这一版规则包现在不是“{state.label}”状态，可能刚被别人处理过。请重新打开这一页。")
    return row


def _needed(text: str, label: str) -> str:
    trimmed = text.strip()
    if not trimmed:
        raise UserError(f"请填写{label}。")
    return trimmed
