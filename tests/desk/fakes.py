"""Two small pages and a store that keeps rows in a list, to try the desk without any room."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import RLock, current_thread
from typing import Any

from PySide6.QtCore import Slot

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Choice, Date, LongText, Money, Number, Pick, RowPick, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.page import Page
from kqdesk.desk.pages import Hit, PageSpec, Source
from kqdesk.desk.parts import Push
from kqdesk.desk.table import TableView
from kqdesk.kernel.errors import StaleRecord, UserError


@dataclass(frozen=True)
class Thing:
    """A row of the dummy page."""

    id: str
    name: str
    place: str
    code: str
    count: int
    state: str


@dataclass(frozen=True)
class UndoState:
    """As the store gives it."""

    undo: str | None = None
    redo: str | None = None


@dataclass(frozen=True)
class Outcome:
    """As the store gives it."""

    value: Any
    entry_id: int
    label: str
    tables: frozenset[str]


class FakeStore:
    """Keeps things in memory and remembers which threads came by."""

    def __init__(self, things: list[Thing] | None = None) -> None:
        self.things = list(things or [])
        self.threads: list[str] = []
        self.entries: list[tuple[str, list[Thing]]] = []
        self.undone: list[tuple[str, list[Thing]]] = []
        self._lock = RLock()

    @contextmanager
    def reading(self) -> Iterator[Any]:
        self.threads.append(current_thread().name)
        with self._lock:
            yield self

    def run(self, act: Any, actor: str, /, **kw: Any) -> Outcome:
        self.threads.append(current_thread().name)
        with self._lock:
            before = list(self.things)
            value = act(self, **kw)
            self.entries.append((act.__doc__, before))
            self.undone.clear()
            return Outcome(value, len(self.entries), act.__doc__, frozenset({"thing"}))

    def undo(self, actor: str) -> Outcome:
        return self._swap(self.entries, self.undone, "没有可以撤销的。")

    def redo(self, actor: str) -> Outcome:
        return self._swap(self.undone, self.entries, "没有可以恢复的。")

    def _swap(self, source: list, target: list, nothing: str) -> Outcome:
        with self._lock:
            if not source:
                raise UserError(nothing)
            words, things = source.pop()
            target.append((words, self.things))
            self.things = things
            return Outcome(None, len(self.entries), words, frozenset({"thing"}))

    def undo_state(self, actor: str) -> UndoState:
        with self._lock:
            return UndoState(*(side[-1][0] if side else None for side in (self.entries, self.undone)))

    def position(self) -> int:
        return len(self.entries)


def add_thing(store: FakeStore, *, name: str, count: int = 1, **rest: Any) -> str:
    """新建物品"""
    if name == "重名":
        raise UserError("已经有一件叫“重名”的了，请换个名称。")
    store.things.append(Thing(f"new{len(store.things)}", name, "兰亭", "", count, "open"))
    return name


def rename_thing(store: FakeStore, *, thing_id: str, name: str, seen: int | None = None, **rest: Any) -> str:
    """改名"""
    if seen is not None and seen < store.position():
        raise StaleRecord("这条记录刚才被别人改过，请重新载入后再改。")
    store.things = [replace(t, name=name) if t.id == thing_id else t for t in store.things]
    return name


def fail(store: FakeStore, *, name: str) -> None:
    """出错"""
    raise ZeroDivisionError(name)


PLACES = ("柯桥街道", "柯岩街道", "兰亭街道", "钱清街道", "杨汛桥街道", "安昌街道", "漓渚镇", "平水镇")
STATES = (
    ("在读", "primary", "person"), ("已结业", "success", ""), ("缺材料", "warning", ""), ("不合格", "danger", ""),
    ("未开始", "neutral", "waiting"), ("已批准", "seal", ""),
)  # fmt: skip
NAMES = [
    "陈秀英",
    "王建国",
    "沈月琴",
    "章国平",
    "李小燕",
    "傅阿毛",
    "㛃小龙",
    "𬭎师傅",
    "金水根",
    "俞丽华",
    "周志强",
    "骆文娟",
    "濮阳春",
    "欧阳小红",
]
TONES = {words: (tone, mark) for words, tone, mark in STATES}


def some_things(count: int = 30) -> list[Thing]:
    """Made-up rows."""
    return [
        Thing(
            f"{n:032x}", NAMES[n % len(NAMES)], PLACES[n % len(PLACES)], f"3306**********{1000 + n * 37:04d}"[:18],
            (n * 7) % 43, STATES[n % len(STATES)][0],
        )
        for n in range(count)
    ]  # fmt: skip


COLUMNS = (
    Column[Thing]("姓名", lambda t: t.name, width=120, is_strong=True),
    Column[Thing]("镇街", lambda t: t.place, width=130),
    Column[Thing]("身份证号", lambda t: t.code, kind="mask", width=230),
    Column[Thing]("已修学时", lambda t: str(t.count) if t.count else None, kind="number", width=110),
    Column[Thing]("状态", lambda t: t.state, kind="pill", pill=lambda t: _pill(t.state), width=120),
    Column[Thing]("备注", lambda t: "周三晚上有空，愿意学电商直播" if t.count % 3 == 0 else None),
)


def _pill(state: str) -> Pill:
    tone, mark = TONES.get(state, ("neutral", ""))
    return Pill(state, tone, mark)


def find_picks(session: Any, text: str, limit: int) -> list[Pick]:
    return [Pick(t.id, t.name, t.place) for t in session.things if text in t.name][:limit]


def find_hits(session: Any, text: str, limit: int) -> list[Hit]:
    return [
        Hit(t.name, f"{t.place} · {t.state}", "person", "things", {"find": t.name})
        for t in session.things
        if text in t.name
    ][:limit]


FIELDS = (
    Text(name="name", label="姓名", required=True, longest=40, is_half=True),
    Choice(name="sex", label="性别", choices=((1, "男"), (2, "女")), is_half=True),
    Text(name="code", label="身份证号", hint="手头没有可以先空着，以后补。"),
    Date(name="born", label="出生日期", is_half=True),
    Number(name="count", label="学时", least=0, most=400, is_half=True),
    Money(name="fee", label="押金（元）", is_half=True),
    Choice(name="place", label="镇街", choices=tuple(enumerate(PLACES)), is_half=True),
    RowPick(name="tutor", label="班主任", find=find_picks),
    LongText(name="note", label="备注", lines=3),
)


class ThingsPage(Page):
    """A table, a form, an empty state."""

    watches = frozenset({"thing"})

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(desk, "花名册", "全镇的学习对象：先查后建，一个人只输入一次。")
        self.loads = 0
        self.add_search("姓名、拼音、身份证尾号、电话")
        self.add_combo("镇街", [(None, "全部镇街"), *((p, p) for p in PLACES)])
        self.kind = self.add_segments("状态", [(None, "全部"), ("在读", "在读"), ("缺材料", "缺材料 5")])
        self.add_button("导入", self.create, icon_name="import", keys="Ctrl+I")
        self.add_button("导出", self.create, icon_name="export")
        self.set_primary("新建学员", self.create, keys="Ctrl+N")
        self.table = TableView(COLUMNS, name="things", memory=desk.memory)
        self.set_body(self.table)

    def arrive(self, context: Mapping[str, Any]) -> None:
        if self.search is not None and "find" in context:
            self.search.setText(context["find"])
        self.reload()

    def reload(self) -> None:
        self.loads += 1
        text = self.searched_text()
        self.desk.read(
            lambda s: [t for t in s.things if text in t.name], self.show_things, owner=self, only="reload"
        )

    def show_things(self, things: list[Thing]) -> None:
        self.table.show_rows(things)
        self.set_foot(f"共 {len(things)} 人")
        if things or self.searched_text():
            self.show_body()
        else:
            self.show_blank(
                "people",
                "花名册还是空的",
                "这里放全镇的学习对象。可以把村里、厂里交来的 Excel 名单直接导进来，也可以一个一个新建。",
                [
                    Push("新建学员", self.create),
                    Push("导入名单", self.create, look="primary", icon_name="import"),
                ],
            )

    @Slot()
    def create(self) -> None:
        panel = FormPanel(self.desk, "新建学员", FIELDS, self.save)
        panel.closed.connect(self.close_side)
        self.set_side(panel)
        panel.form.focus_first()

    def save(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(add_thing, name=values["name"], count=values["count"] or 0)


class OtherPage(Page):
    """Nothing to see."""

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(desk, "考勤", "只登记没来的人。")
        self.contexts: list[Mapping[str, Any]] = []

    def arrive(self, context: Mapping[str, Any]) -> None:
        self.contexts.append(dict(context))
        self.show_blank(
            "timetable",
            "今天没有课",
            "课表排好以后，今天的课会出现在这里。",
            [Push("去排课", self.reload, look="primary")],
        )


_ALL = (
    ("home", "工作台", "", "home"), ("things", "花名册", "招生", "people"), ("survey", "排摸", "招生", "survey"),
    ("matching", "四张清单", "招生", "matching"), ("cohorts", "班级", "教学", "cohorts"), ("timetable", "课表", "教学", "timetable"),
    ("other", "考勤", "教学", "attendance"), ("trainers", "培训师库", "教学", "trainers"), ("catalogue", "课程目录", "教学", "catalogue"),
    ("exams", "考试", "考证", "exams"), ("certificates", "证书", "考证", "certificates"), ("dual", "双证", "考证", "dual"),
    ("subsidies", "奖补", "经费", "subsidies"), ("reports", "报表", "统计", "reports"), ("office", "设置", "系统", "office"),
)  # fmt: skip
PAGES = tuple(
    PageSpec(
        key, title, f"{title}的一句话说明。", group, mark, ThingsPage if key == "things" else OtherPage,
        keys_help=(("Ctrl+N", "新建学员"), ("Ctrl+I", "导入名单")) if key == "things" else (),
    )
    for key, title, group, mark in _ALL
)  # fmt: skip
SOURCES = (Source("学员", find_hits),)
