"""规则包: every policy number that counts today, where it comes from, and what is still 未配置."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QVBoxLayout

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Choice, Date, Field, LongText, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Combo, Push, Segments
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.office import actions, queries
from kqdesk.rooms.office.page.draft import DraftPanel
from kqdesk.rooms.office.queries import PackRow, RuleBook, RuleLine
from kqdesk.rooms.office.rules.publishing import version_words
from kqdesk.rooms.office.rules.shapes import read_text, written
from kqdesk.rooms.office.terms import SECTIONS, UNSET, Certainty, Kind

TONES = {
    Certainty.SEED: "success", Certainty.FOUND: "primary", Certainty.UNVERIFIED: "warning", Certainty.PARAM: "danger",
}  # fmt: skip
HINTS = {
    Kind.INTEGER: "填整数；空着＝未配置",
    Kind.PERCENT: "填 0 到 100 的整数，75 就是 75%；空着＝未配置",
    Kind.TIME: "写成 18:30 这样；空着＝未配置",
    Kind.TEXT: "空着＝未配置",
    Kind.CODES: "一行一个，代码写在最前面；空着＝未配置",
    Kind.LEVELS: "一行一个，名称、空格、学分；空着＝未配置",
    Kind.AMOUNTS: "一行一个，名称、空格、金额（元）；空着＝未配置",
    Kind.BANDS: "一行一个等第：名称、最低分、学分，中间空一格，如 A 80 10；从高分写到低分，最后一行从 0 分起",
}
SURE = tuple((mark, mark.label) for mark in (Certainty.SEED, Certainty.FOUND, Certainty.UNVERIFIED))


def _value(line: RuleLine) -> str:
    return line.counts.shown if line.counts else UNSET


def _mark(line: RuleLine) -> Pill:
    mark = line.counts.mark if line.counts else Certainty.PARAM
    return Pill(mark.label, TONES[mark])


def _pack(line: RuleLine) -> str:
    if line.counts is None:
        return ""
    words = "测算参考" if line.counts.is_reference else "本区规则"
    return f"{words} {version_words(line.counts.pack_version)}"


def _draft(line: RuleLine) -> Pill | None:
    return Pill(line.draft, "warning", "waiting") if line.draft else None


COLUMNS = (
    Column[RuleLine]("分类", lambda r: r.section, width=84),
    Column[RuleLine]("条目", lambda r: r.title, width=250, is_strong=True),
    Column[RuleLine]("现行的规定", _value, width=200),
    Column[RuleLine]("草案改成", lambda r: "", kind="pill", width=120, pill=_draft),
    Column[RuleLine]("可靠程度", lambda r: "", kind="pill", width=110, pill=_mark),
    Column[RuleLine]("出自", _pack, width=130),
    Column[RuleLine]("依据", lambda r: r.counts.source if r.counts else r.item.source),
)


class RulesTab(Tab):
    """The rule book; a change goes into a draft, another person puts it in force."""

    key, title, search_hint, primary, primary_icon = (
        "packs",
        "规则包",
        "条目、分类、依据",
        "修改这一条",
        "edit",
    )

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self._book: RuleBook | None = None
        self.table = TableView(COLUMNS, name="office.rules", memory=self.desk.memory)
        self.table.opened.connect(self.edit)
        self.section = Combo(
            ((None, "全部分类"), *((words, words) for words in SECTIONS.values())), name="分类"
        )
        self.which = Segments(
            ((None, "全部"), ("unset", "未配置"), ("unsure", "待核实"), ("draft", "草案")), name="哪些"
        )
        self.section.chosen.connect(self._on_filter)
        self.which.chosen.connect(self._on_filter)
        self.load_button = Push(
            "从文件录入", self.load_file, icon_name="import", tip="区里发来的规则包文件（.toml）"
        )
        self.tools = [self.section, self.which, self.load_button]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)

    # -- showing ----------------------------------------------------------------------------------

    def arrive(self, context: Mapping[str, Any]) -> None:
        """A link names one item; it is found whatever the filters said before."""
        if "find" in context:
            self.which.choose(None)
            self.section.choose(None)

    def reload(self) -> None:
        self.desk.read(
            partial(queries.rule_book, on=self.desk.today()), self.show_book, owner=self, only="reload"
        )

    def show_book(self, book: RuleBook) -> None:
        """Filtered lines, counts on the filters, and the draft that waits."""
        self._book = book
        unset = [line for line in book.lines if line.counts is None]
        unsure = [line for line in book.lines if line.counts and line.counts.mark is Certainty.UNVERIFIED]
        drafted = [line for line in book.lines if line.draft]
        for key, lines in (("unset", unset), ("unsure", unsure), ("draft", drafted)):
            words = {"unset": "未配置", "unsure": "待核实", "draft": "草案"}[key]
            self.which.retitle(key, f"{words} {len(lines)}" if lines else words)
        if self.page.tab is not self:
            return
        chosen = {"unset": unset, "unsure": unsure, "draft": drafted}.get(
            self.which.value(), list(book.lines)
        )
        self.table.show_rows([line for line in chosen if self._is_wanted(line)])
        self._say_what_waits(book)
        if book.lines:
            self.page.show_body()
            self.page.set_foot(f"共 {len(book.lines)} 条 · {len(unset)} 条未配置，用到时页面会提醒")
        else:
            load = Push("装入规则", self.load_shipped, look="primary", icon_name="import")
            sentence = (
                "学分、出勤、年龄、证书编号这些数字都不写死在软件里，而是放在规则包里，有依据、有生效日期。"
            )
            self.page.show_blank("tasks", "还没有规则", sentence, [load])

    def _is_wanted(self, line: RuleLine) -> bool:
        text, section = self.page.searched_text(), self.section.value()
        if section is not None and line.section != section:
            return False
        return not text or any(
            text in words for words in (line.title, line.section, line.item.source, line.key)
        )

    def _say_what_waits(self, book: RuleBook) -> None:
        refused = next((row for row in book.packs if row.fault), None)
        if refused is not None:
            name = f"{refused.title}{version_words(refused.version)}"
            self.page.note.say(f"{name}没有启用：{refused.fault}", "refused")
            return
        if not book.drafts:
            self.page.note.hide()
            return
        draft = book.drafts[0]
        count = len(queries.changes(book.packs, draft))
        words = f"{draft.title}第 {draft.version} 版草案改了 {count} 条，还没有生效，要由没录入过的另一位操作人启用。"
        self.page.note.say(words, "info", ("看草案", self.open_draft))

    # -- changing ---------------------------------------------------------------------------------

    def start_new(self) -> None:
        """The filled button: change the chosen line."""
        line = self.table.current()
        if line is None:
            self.desk.tell("请先在列表里选一条，再修改。", kind="refused")
        else:
            self.edit(line)

    @Slot(object)
    def edit(self, line: RuleLine) -> None:
        """One number with its paper and its first day; a rule with its conditions where it is used."""
        if line.item.shape.kind is Kind.RULE:
            self.desk.open("subsidies", rule=line.key)
            return
        values = {
            "value": _typed(line), "source": line.counts.source if line.counts else "",
            "mark": Certainty.SEED, "effective_from": self.desk.today(),
        }  # fmt: skip
        panel = FormPanel(
            self.desk,
            line.title,
            _fields(line),
            partial(self._save, line),
            values=values,
            save_text="存入草案",
        )
        self._open(panel)
        panel.form.focus_first()

    def _save(self, line: RuleLine, values: dict[str, Any], panel: FormPanel) -> None:
        try:
            value = _read(line, values.pop("value"))
        except UserError as wrong:
            panel.form.show_fault("value", str(wrong))
            return
        values["source"] = values["source"] or ""
        signer = self.desk.seat.signer
        panel.run(actions.set_pack_value, then=self._kept, key=line.key, value=value, signer=signer, **values)

    def _kept(self, _: Any) -> None:
        self.desk.tell("已存入草案，还没有生效。请另一位操作人在这里启用。", undo=True)

    @Slot()
    def open_draft(self) -> None:
        """What waits for the second person."""
        if self._book is None or not self._book.drafts:
            return
        draft: PackRow = self._book.drafts[0]
        self._open(DraftPanel(self.desk, draft, queries.changes(self._book.packs, draft)))

    @Slot()
    def load_shipped(self) -> None:
        """The packs that come with the program."""
        self.desk.run(actions.load_packs, owner=self)

    @Slot()
    def load_file(self) -> None:
        """A pack file from the district becomes a draft."""
        dialog = QFileDialog(self, "选规则包文件", "", "规则包 (*.toml)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.take_file)
        dialog.open()

    @Slot(str)
    def take_file(self, path: str) -> None:
        """Read and enter it; UserError sentences come into the bar."""
        self.desk.start(lambda job: _pack_text(path), self._enter, owner=self)

    def _enter(self, text: str) -> None:
        self.desk.run(actions.enter_pack, owner=self, text=text, signer=self.desk.seat.signer)

    def _open(self, panel: Any) -> None:
        panel.closed.connect(self._close)
        self.page.set_side(panel)

    def _close(self) -> None:
        self.page.set_side(None)
        self.table.setFocus()

    @Slot(object)
    def _on_filter(self, _: Any) -> None:
        self.reload()


LONGEST_FILE = 1_000_000  # bytes; a pack has a few dozen lines


def _pack_text(path: str) -> str:
    with Path(path).open("rb") as file:
        read = file.read(LONGEST_FILE + 1)
    if len(read) > LONGEST_FILE:
        raise UserError("这个文件太大，不是规则包。请选区里发来的 .toml 文件。")
    try:
        return read.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError("这个文件读不出文字，不是规则包。请选区里发来的 .toml 文件。") from None


def _fields(line: RuleLine) -> tuple[Field, ...]:
    shape = line.item.shape
    title = f"新的规定（{shape.unit}）" if shape.unit else "新的规定"
    value: Field
    if shape.kind is Kind.CHOICE:
        value = Choice(name="value", label=title, choices=tuple(shape.choices.items()), hint="空着＝未配置")
    elif shape.kind is Kind.YES_NO:
        value = Choice(name="value", label=title, choices=((True, "是"), (False, "否")), hint="空着＝未配置")
    elif shape.kind in (Kind.CODES, Kind.LEVELS, Kind.AMOUNTS, Kind.BANDS):
        value = LongText(name="value", label=title, lines=6, hint=HINTS[shape.kind])
    else:
        value = Text(name="value", label=title, hint=HINTS[shape.kind])
    return (
        value,
        LongText(
            name="source",
            label="依据",
            lines=2,
            hint="哪个文件、第几条。学校自己定的也写明，如“本校 2026 年校务会”",
        ),
        Choice(name="mark", label="可靠程度", choices=SURE, required=True, is_half=True),
        Date(name="effective_from", label="从哪天起生效", required=True, is_half=True),
    )


def _typed(line: RuleLine) -> Any:
    """What the form starts with: the value that counts, as it is typed."""
    if line.counts is None:
        return None
    shape = line.item.shape
    return (
        line.counts.value if shape.kind in (Kind.CHOICE, Kind.YES_NO) else written(shape, line.counts.value)
    )


def _read(line: RuleLine, typed: Any) -> Any:
    """The value of what was typed; None = 未配置 again."""
    if typed is None or isinstance(typed, bool) or line.item.shape.kind is Kind.CHOICE:
        return typed
    return read_text(line.item.shape, typed)
