"""A rule changed by form: its parts in fields, its condition line by line. Both go into a draft; nothing counts yet."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout

from kqdesk.desk.cells import Column
from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Choice, Date, Field, LongText, Money, MultiChoice, Number, Text, Unreadable
from kqdesk.desk.form import FormDialog, FormPanel
from kqdesk.desk.parts import Note, Push, add_keys, label
from kqdesk.desk.table import TableView
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.office.rules.inputs import ACHIEVEMENTS, EVIDENCE, INPUTS, ONCE_PER, ORDERS, USES, InputKind
from kqdesk.rooms.office.rules.predicates import RuleFault
from kqdesk.rooms.office.rules.rulewords import predicate_words
from kqdesk.rooms.office.terms import AmountKind, Certainty
from kqdesk.rooms.subsidies import actions
from kqdesk.rooms.subsidies.page.parts import SideCard
from kqdesk.rooms.subsidies.queries import RuleCard
from kqdesk.rooms.subsidies.rules import editing
from kqdesk.rooms.subsidies.rules.editing import EditLine, Path
from kqdesk.rooms.subsidies.terms import Beneficiary

SURE = tuple((mark, mark.label) for mark in (Certainty.SEED, Certainty.FOUND, Certainty.UNVERIFIED))
DONE = "已存入草案，还没有生效。请另一位操作人在「设置 · 规则包」启用。"
_PLAIN = (
    "rule_id", "title", "paper_no", "issuer", "article", "beneficiary", "use", "amount_kind", "amount_fen", "rate_of",
    "table_by", "least_fen", "most_fen", "cap_per_person", "cap_per_year", "claim_window_days", "once_per", "publicity_days",
    "order", "note", "rate_permille",
)  # fmt: skip
_DAYS = ("effective_from", "effective_to", "reference_on")


def rule_panel(desk: Desk, card: RuleCard | None) -> FormPanel:
    """The parts of a rule; of a new one, or of one the district has not written yet, empty."""
    raw: Mapping[str, Any] = card.rule.raw if card and card.rule else {}
    values = _values(raw) | {
        "source": card.source if card and card.rule else "",
        "mark": Certainty.SEED,
        "from_on": desk.today(),
    }
    if card is not None and card.rule is None:
        values |= {"rule_id": card.rule_id, "title": card.title}
    title = f"修改 {card.rule_id}" if card and card.rule else "编写规则"
    save = partial(_save, desk, card, raw)
    return FormPanel(desk, title, _fields(is_new=card is None), save, values=values, save_text="存入草案")


def _values(raw: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: raw.get(name) for name in (*_PLAIN, *_DAYS)}
    found["beneficiary"] = raw.get("beneficiary", Beneficiary.PERSON.value)
    found["use"], found["once_per"] = raw.get("use", "subsidy"), raw.get("once_per", "achievement")
    found["order"], found["amount_kind"] = raw.get("order", "first_come"), raw.get("amount_kind", "fixed")
    found["achievements"] = tuple(raw.get("achievements", ()))
    found["evidence"] = tuple(raw.get("evidence", ()))
    found["exclusive_with"] = "、".join(raw.get("exclusive_with", ()))
    for name in _DAYS:
        found[name] = Date(name=name, label="").read(str(raw[name])) if raw.get(name) else None
    by = raw.get("table_by")
    choices = INPUTS[by].choices if by else {}
    table = raw.get("table") or {}
    found["table"] = "\n".join(f"{choices[code]} {table[code] / 100:g}" for code in choices if code in table)
    return found


def _fields(*, is_new: bool) -> tuple[Field, ...]:
    money_inputs = tuple((one.name, one.label) for one in INPUTS.values() if one.kind is InputKind.MONEY)
    choice_inputs = tuple((one.name, one.label) for one in INPUTS.values() if one.kind is InputKind.CHOICE)
    kinds = tuple((one.value, one.label) for one in AmountKind)
    whom = tuple((one.value, one.label) for one in Beneficiary)
    return (
        Text(name="rule_id", label="编号", required=True, readonly=not is_new, is_half=True, hint="如 KQ-3-skill"),
        Choice(name="beneficiary", label="给谁", choices=whom, required=True, is_half=True),
        Text(name="title", label="名称", required=True),
        Text(name="paper_no", label="文号", required=True, is_half=True), Text(name="article", label="条款", is_half=True),
        Text(name="issuer", label="发文单位"),
        Date(name="effective_from", label="生效日期", required=True, is_half=True),
        Date(name="effective_to", label="失效日期", is_half=True, hint="从这天起不算"),
        MultiChoice(name="achievements", label="凭什么", choices=tuple((k, v[0]) for k, v in ACHIEVEMENTS.items()), columns=1,
                    required=True),
        Choice(name="amount_kind", label="金额算法", choices=kinds, required=True, is_half=True),
        Money(name="amount_fen", label="定额、每个名额（元）", is_half=True, hint="空着＝未配置"),
        Choice(name="table_by", label="按什么分档", choices=choice_inputs),
        Choice(name="rate_of", label="按什么的比例", choices=money_inputs),
        LongText(name="table", label="各档金额", lines=4, hint="一行一档：名称、空格、金额（元），如 中级工（四级） 1200"),
        Number(name="rate_permille", label="比例（‰）", least=0, most=1000, is_half=True, hint="40% 填 400"),
        Choice(name="use", label="用途", choices=tuple(USES.items()), required=True),
        Money(name="least_fen", label="最少金额（元）", is_half=True), Money(name="most_fen", label="最多金额（元）", is_half=True),
        Money(name="cap_per_person", label="每人最多（元）", is_half=True),
        Money(name="cap_per_year", label="每人每年最多（元）", is_half=True),
        Choice(name="once_per", label="领几次", choices=tuple(ONCE_PER.items()), required=True),
        Choice(name="order", label="名额怎么定", choices=tuple(ORDERS.items()), required=True),
        Number(name="claim_window_days", label="多少天内申领", least=0, most=36500, is_half=True, hint="空着＝未配置"),
        Number(name="publicity_days", label="公示工作日", least=0, most=365, is_half=True, hint="空着＝未配置"),
        Text(name="exclusive_with", label="不能同时领", hint="别的规则编号，用顿号隔开；两条规则只在一条里写"),
        MultiChoice(name="evidence", label="材料", choices=tuple(EVIDENCE.items()), columns=1),
        Date(name="reference_on", label="当年发文之日", is_half=True),
        Choice(name="mark", label="可靠程度", choices=SURE, required=True, is_half=True),
        LongText(name="source", label="依据", lines=2, required=True, hint="哪个文件、第几条"),
        Text(name="note", label="说明"),
        Date(name="from_on", label="这一版从哪天起用", required=True, is_half=True),
    )  # fmt: skip


def _save(
    desk: Desk, card: RuleCard | None, raw: Mapping[str, Any], values: dict[str, Any], panel: FormPanel
) -> None:
    row = dict(raw)
    for name in _PLAIN:
        _put(row, name, values.get(name))
    for name in _DAYS:
        _put(row, name, values[name].isoformat() if values.get(name) else None)
    row["achievements"], row["evidence"] = list(values["achievements"] or ()), list(values["evidence"] or ())
    row["exclusive_with"] = [
        one.strip() for one in (values["exclusive_with"] or "").split("、") if one.strip()
    ]
    row.setdefault("predicate", {"all": []})
    try:
        _put(row, "table", _read_table(values.get("table") or "", row.get("table_by")))
        editing.checked(row)
    except RuleFault as wrong:
        panel.note.say(f"{wrong}。", "refused")
        return
    panel.run(
        actions.write_rule, then=lambda _: desk.tell(DONE, undo=True), key=card.key if card else None, row=row,
        source=values["source"], mark=values["mark"], effective_from=values["from_on"], signer=desk.seat.signer,
    )  # fmt: skip


def _put(row: dict[str, Any], name: str, value: Any) -> None:
    if value in (None, "", {}):
        row.pop(name, None)
    else:
        row[name] = value


def _read_table(text: str, by: str | None) -> dict[str, int]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return {}
    if by is None:
        raise RuleFault("按什么分档", "没有填，各档金额不知道按什么分")
    codes = {label: code for code, label in INPUTS[by].choices.items()}
    found = {}
    for line in lines:
        words, _, amount = line.rpartition(" ")
        try:
            fen = Money(name="table", label="金额").read(amount) if words.strip() in codes else None
        except Unreadable:
            fen = None
        if fen is None:
            raise RuleFault("各档金额", f"看不懂“{line}”，要写成：{next(iter(codes))} 1200")
        found[codes[words.strip()]] = fen
    return found


class ConditionCard(SideCard):
    """The condition line by line: add under the chosen heading, take out, see the whole as a sentence, keep."""

    def __init__(self, desk: Desk, card: RuleCard) -> None:
        super().__init__(desk, f"条件：{card.title}", card.rule_id, wide=80)
        assert card.rule is not None
        self.card, self.row = card, dict(card.rule.raw)
        self.note = Note()
        columns = (Column[EditLine]("条件", _indented, tip=lambda line: line.words),)
        self.table = TableView(columns, name="subsidies.conditions", memory=desk.memory, dense=True)
        self.table.setAccessibleName("条件")
        self.adding = Push("添加条件", self.add, icon_name="add", keys="Ctrl+N")
        self.any = Push("添加“有一条就行”", partial(self.add_group, "any"))
        self.removing = Push("去掉", self.remove, icon_name="remove", tip="去掉选中的一条　Del")
        add_keys(self.table, ("Del", self.remove))
        self.keeping = Push("存入草案", self.keep, look="primary", keys="Ctrl+Return")
        self.around.hide()
        self.column.addWidget(self.note)
        self.column.addWidget(self.table, 1)
        self.told = label("", "second")
        self.told.setWordWrap(True)
        self.column.addWidget(self.told)
        row = QHBoxLayout()
        for button in (self.adding, self.any, self.removing):
            row.addWidget(button)
        row.addStretch(1)
        self.column.addLayout(row)
        self.column.addWidget(self.keeping)
        self._show()

    def _show(self) -> None:
        rule = editing.checked(self.row)
        self.table.show_rows(editing.lines_of(rule))
        self.told.setText(f"{predicate_words(rule.predicate)}。")

    def _chosen_group(self) -> Path:
        """The heading what is added goes under: the chosen one, or the one the chosen line stands under."""
        line: EditLine | None = self.table.current()
        if line is None:
            return ()
        return line.path if line.is_group else line.path[:-1]

    def add(self) -> None:
        """One more condition by form."""
        assert self.card.rule is not None
        inputs = editing.inputs_for(self.card.rule.beneficiary)
        named = tuple((one.name, one.label) for one in inputs)
        fields = (
            Choice(name="field", label="资料", choices=named, required=True),
            Choice(name="op", label="怎么比", choices=tuple(editing.OP_WORDS.items()), required=True),
            Text(
                name="value",
                label="和什么比",
                hint="几个用顿号隔开；是否填“是”“否”；日期写 2026-03-02；几分之几写 2/3",
            ),
            Choice(name="than", label="或者和另一项资料比", choices=named),
            Choice(
                name="is_not",
                label="要不要反过来",
                choices=((False, "要符合"), (True, "不能是这样")),
                required=True,
            ),
        )
        panel = FormPanel(
            self.desk, "添加条件", fields, self._added, values={"is_not": False}, save_text="添加"
        )
        FormDialog(self, panel).open()

    def _added(self, values: dict[str, Any], panel: FormPanel) -> None:
        try:
            part: dict[str, Any] = editing.typed_condition(
                values["field"], values["op"], values["value"] or "", values["than"] or ""
            )
            row = editing.with_condition(
                self.row, self._chosen_group(), {"not": part} if values["is_not"] else part
            )
            editing.checked(row)
        except (RuleFault, ValueError) as wrong:
            panel.note.say(f"{wrong}。", "refused")
            return
        self.row = row
        self._show()
        panel.form.is_edited = False
        panel.closed.emit()

    def add_group(self, word: str) -> None:
        """A heading with the chosen condition under it: alternatives are added beside that one."""
        line: EditLine | None = self.table.current()
        if line is None or line.is_group:
            self.note.say("请先选一条条件，再添加“有一条就行”：选中的这条就成了其中一条。", "refused")
            return
        row = editing.without(self.row, line.path)
        part = editing.part_at(self.row, line.path)
        self.row = editing.with_condition(row, line.path[:-1], {word: [part]})
        self._show()

    def remove(self) -> None:
        """The chosen line and what stands under it."""
        line: EditLine | None = self.table.current()
        if line is not None:
            self.row = editing.without(self.row, line.path)
            self._show()

    def keep(self) -> None:
        """Into the draft."""
        self.desk.run(
            actions.write_rule, then=self._kept, failed=self._refused, owner=self, key=self.card.key, row=self.row,
            source=self.card.source, mark=self.card.mark, effective_from=self.desk.today(), signer=self.desk.seat.signer,
        )  # fmt: skip

    def _kept(self, _: object) -> None:
        self.desk.tell(DONE, undo=True)
        self.closed.emit()

    def _refused(self, error: UserError) -> None:
        self.note.say(str(error), "refused")


def _indented(line: EditLine) -> str:
    return "　" * line.depth + line.words
