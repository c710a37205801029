"""The tabs 供给 and 岗位: lists with a form, import of foreign lists, export."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Check, Choice, Date, Field, LongText, Money, MultiChoice, Number, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.listimport import ListImportDialog
from kqdesk.desk.listing import Listing, ListTab
from kqdesk.desk.parts import Combo, Push
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.catalogue.terms import Category, Project, Route, SkillLevel, StudyLevel
from kqdesk.rooms.matching import actions, queries, sheets
from kqdesk.rooms.matching.page import importing
from kqdesk.rooms.matching.queries import OfferRow, VacancyRow
from kqdesk.rooms.matching.terms import OfferKind, OfferState
from kqdesk.rooms.people.terms import education_levels
from kqdesk.rooms.places import queries as places
from kqdesk.rooms.places.rules import townships
from kqdesk.rooms.survey.terms import TimeWish

TONES = {
    OfferState.OPEN: "success",
    OfferState.COMING: "primary",
    OfferState.OVER: "neutral",
    OfferState.OFF: "neutral",
}
LEAST = [(code, f"{name}及以上") for code, name in education_levels().items() if name.endswith("毕业")]
BOOKS = "工作簿 (*.xlsx *.xls *.ods *.csv *.txt)"
TOWNSHIPS = [(one.code, one.name) for one in townships()]


def _state(row: OfferRow) -> Pill:
    return Pill(row.state.label, TONES[row.state])


def _hiring(row: VacancyRow) -> Pill:
    words = "在招" if row.state is OfferState.OPEN else row.state.label
    return Pill(words, TONES[row.state])


def _offer_fields() -> tuple[Field, ...]:
    return (
        Choice(name="kind", label="类别", choices=[(one, one.label) for one in OfferKind], required=True, is_half=True),
        Choice(name="category", label="门类", choices=[(one, one.label) for one in Category], is_half=True),
        Text(name="title", label="名称", required=True, longest=60, placeholder="专业、项目或课程叫什么"),
        Text(name="provider", label="院校（机构）", longest=40, hint="本校的可以不填"),
        Choice(name="route", label="途径", choices=[(one, one.label) for one in Route], is_half=True),
        Choice(name="level", label="层次", choices=[(one, one.label) for one in StudyLevel], is_half=True),
        Text(name="words", label="关键词", longest=120, hint="大家怎么叫它，空格或顿号隔开；排摸里写到就算想学"),
        Choice(name="education_least", label="最低学历", choices=LEAST, is_half=True),
        Choice(name="skill_level", label="技能等级", choices=[(one, one.label) for one in SkillLevel], is_half=True),
        Number(name="age_least", label="年龄从", least=14, most=100, unit="周岁", is_half=True),
        Number(name="age_most", label="到", least=14, most=100, unit="周岁", is_half=True),
        MultiChoice(name="times", label="上课时间", choices=[(one, one.label) for one in TimeWish], columns=2),
        Text(name="place", label="上课地点", longest=60),
        Date(name="valid_from", label="报名开始", is_half=True),
        Date(name="valid_until", label="报名截止", is_half=True),
        Date(name="starts_on", label="开课日期", is_half=True),
        Number(name="study_hours", label="学时", least=1, most=5000, is_half=True),
        Number(name="capacity", label="名额", least=1, most=5000, unit="人", is_half=True),
        Money(name="fee", label="费用（元）", hint="免费填 0", is_half=True),
        Text(name="contact", label="联系人", longest=20, is_half=True),
        Text(name="phone", label="联系电话", longest=30, is_half=True),
        Choice(name="project", label="所属工程", choices=[(one, one.label) for one in Project]),
        MultiChoice(name="townships", label="只面向（都不选＝都可以来）", choices=TOWNSHIPS, columns=2),
        Text(name="source", label="依据", longest=80, placeholder="哪份清单、哪个简章"),
        LongText(name="note", label="备注", lines=2),
        Check(name="is_active", label="启用"),
    )  # fmt: skip


def _vacancy_fields(firms: Sequence[str] = ()) -> tuple[Field, ...]:
    return (
        Text(name="employer", label="用人单位", required=True, longest=60, suggestions=firms),
        Text(name="title", label="岗位", required=True, longest=40, is_half=True),
        Number(name="wanted", label="招聘人数", least=1, most=10_000, unit="人", is_half=True),
        Text(name="words", label="要会什么", longest=120, hint="空格或顿号隔开；想学这个的人会看到这个岗位"),
        Choice(name="education_least", label="最低学历", choices=LEAST, is_half=True),
        Text(name="pay", label="待遇", longest=40, is_half=True),
        Text(name="place", label="工作地点", longest=60, is_half=True),
        Choice(name="township_code", label="镇街", choices=TOWNSHIPS, is_half=True),
        Date(name="valid_from", label="发布日期", is_half=True),
        Date(name="valid_until", label="有效期至", is_half=True),
        Text(name="contact", label="联系人", longest=20, is_half=True),
        Text(name="phone", label="联系电话", longest=30, is_half=True),
        LongText(name="note", label="备注", lines=2),
        Check(name="is_active", label="启用"),
    )


def _offer_form(session: Session, row_id: str) -> dict[str, Any]:
    values = queries.offer_form(session, row_id)
    return {
        name: value for name, value in values.items() if name in {field.name for field in _offer_fields()}
    }


OFFERS = Listing(
    key="supply", title="供给", unit="项", icon="matching", search_hint="名称、院校、地点、关键词",
    empty="能学什么都登在这里：院校的专业、培训项目、本校的课。院校发来的清单可以直接导入；本校课程从课程目录带进来。",
    columns=(
        Column[OfferRow]("名称", lambda r: r.title, is_strong=True, tip=lambda r: r.title),
        Column[OfferRow]("类别", lambda r: r.kind.label, width=92),
        Column[OfferRow]("院校（机构）", lambda r: r.provider, width=150, tip=lambda r: r.provider),
        Column[OfferRow]("途径、层次、门类", lambda r: r.path_words, width=150, tip=lambda r: r.path_words),
        Column[OfferRow]("状态", lambda r: "", kind="pill", width=100, pill=_state),
        Column[OfferRow]("报名", lambda r: r.valid_words, width=116, tip=lambda r: r.valid_words),
        Column[OfferRow]("上课时间", lambda r: r.times_words, width=120, tip=lambda r: r.times_words),
        Column[OfferRow]("地点", lambda r: r.place, width=130, tip=lambda r: r.place),
        Column[OfferRow]("名额", lambda r: str(r.capacity or ""), kind="number", width=64),
        Column[OfferRow]("费用", lambda r: r.fee_words, width=88),
        Column[OfferRow]("要求", lambda r: r.conditions, width=130, tip=lambda r: r.conditions),
    ),
    rows=queries.offers, fields=_offer_fields, load=_offer_form, add=actions.add_offer, change=actions.change_offer,
    retire=actions.retire_offer, id_name="offer_id",
)  # fmt: skip
VACANCIES = Listing(
    key="vacancies", title="岗位", unit="个", icon="office", search_hint="岗位、单位、地点、要会什么",
    empty="企业招人的岗位登在这里，作为岗位信息发给市民；想学相关技能的人，个性化清单上也会写上。",
    columns=(
        Column[VacancyRow]("岗位", lambda r: r.title, is_strong=True, tip=lambda r: r.title),
        Column[VacancyRow]("用人单位", lambda r: r.employer, width=190, tip=lambda r: r.employer),
        Column[VacancyRow]("人数", lambda r: str(r.wanted or ""), kind="number", width=64),
        Column[VacancyRow]("要求", lambda r: r.needs, width=190, tip=lambda r: r.needs),
        Column[VacancyRow]("状态", lambda r: "", kind="pill", width=100, pill=_hiring),
        Column[VacancyRow]("待遇", lambda r: r.pay, width=130),
        Column[VacancyRow]("地点", lambda r: r.place or r.township, width=130),
        Column[VacancyRow]("有效期至", lambda r: f"{r.valid_until:%Y-%m-%d}" if r.valid_until else "", width=108),
        Column[VacancyRow]("联系", lambda r: f"{r.contact} {r.phone}".strip(), width=150),
    ),
    rows=queries.vacancies, fields=_vacancy_fields, load=lambda session, row_id: queries.vacancy_form(session, row_id),
    add=actions.add_vacancy, change=actions.change_vacancy, retire=actions.retire_vacancy, id_name="vacancy_id",
)  # fmt: skip
LIVING = (OfferState.OPEN, OfferState.COMING)


class _BookTab(ListTab):
    """A list that comes from and goes to workbooks."""

    word = ""

    def __init__(self, page: TabbedPage, listing: Listing) -> None:
        super().__init__(page, listing)
        self.with_retired.setText("也看过期、停用的")
        self.rows: Sequence[Any] = ()
        self.tools += [
            Push("导入", self.choose_import, icon_name="import", keys="Ctrl+I"),
            Push("导出", self.choose_export, icon_name="export", keys="Ctrl+E"),
        ]

    def reload(self) -> None:
        states = tuple(OfferState) if self.with_retired.isChecked() else LIVING
        ask = partial(self.listing.rows, on=self.desk.today(), text=self.page.searched_text(), states=states)
        self.desk.read(ask, self.show_rows, owner=self, only="reload")

    def show_rows(self, rows: Sequence[Any]) -> None:
        self.rows = rows
        super().show_rows(rows)

    @Slot()
    def choose_import(self) -> None:
        """A list as colleges and firms send it."""
        path, _ = QFileDialog.getOpenFileName(self, f"导入{self.word}", "", BOOKS)
        if path:
            self.open_import(Path(path))

    def open_import(self, path: Path) -> None:
        """Read, look, write."""
        raise NotImplementedError

    @Slot()
    def choose_export(self) -> None:
        """What is shown, as a workbook that reads back."""
        name, _ = QFileDialog.getSaveFileName(self, f"导出{self.word}", f"{self.word}.xlsx", "Excel (*.xlsx)")
        if name:
            self.desk.start(partial(self.write, Path(name), tuple(self.rows)), self._exported, owner=self)

    def write(self, path: Path, rows: Sequence[Any], _: Any) -> int:
        """Into a file; how many."""
        raise NotImplementedError

    def _exported(self, count: int) -> None:
        self.desk.tell(f"已导出 {count:,} {self.listing.unit}。")


class SupplyTab(_BookTab):
    """供给清单."""

    word = "供给清单"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page, OFFERS)
        self.kind = Combo([(None, "各类别"), *((one, one.label) for one in OfferKind)], name="类别")
        self.kind.chosen.connect(self._on_kind)
        take = Push(
            "从课程目录带入",
            self.take_catalogue,
            icon_name="catalogue",
            tip="本校在开的课程和双证方案，还没有的带进来",
        )
        self.tools = [self.kind, *self.tools, take]

    def show_rows(self, rows: Sequence[Any]) -> None:
        kind = self.kind.value()
        super().show_rows([row for row in rows if kind is None or row.kind is kind])
        if self.page.tab is self and self.page.is_blank and kind is not None:
            self.page.show_body()
        elif self.page.tab is self and self.page.is_blank:
            buttons = [
                Push("从课程目录带入", self.take_catalogue, look="primary", icon_name="catalogue"),
                Push("导入院校清单", self.choose_import, icon_name="import"),
                Push("新建供给", self.start_new, icon_name="add"),
            ]
            self.page.show_blank("matching", "还没有供给", self.listing.empty, buttons)

    @Slot(object)
    def _on_kind(self, _: Any) -> None:
        self.reload()

    @Slot()
    def start_new(self) -> None:
        values = {"kind": OfferKind.PROGRAMME, "is_active": True}
        self._open(FormPanel(self.desk, self.primary, _offer_fields(), self._save_new, values=values))

    @Slot()
    def take_catalogue(self) -> None:
        """Everything of the catalogue that is not offered yet."""
        self.desk.run(actions.take_from_catalogue, then=self._taken, owner=self)

    def _taken(self, count: int) -> None:
        words = (
            f"已带入 {count} 项。上课时间、报名截止可以按 F2 补上。"
            if count
            else "课程目录里在开的都已经在供给里了。"
        )
        self.desk.tell(words, undo=bool(count))

    def open_import(self, path: Path) -> None:
        ListImportDialog(self.desk, self, importing.OFFERS, path).open()

    def write(self, path: Path, rows: Sequence[Any], _: Any) -> int:
        return sheets.write_offers(path, rows)


class VacancyTab(_BookTab):
    """岗位信息."""

    word = "岗位信息"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page, VACANCIES)

    @Slot()
    def start_new(self) -> None:
        self.desk.read(places.firms, self._start, owner=self, only="form")

    def _start(self, firms: Sequence[places.FirmRow]) -> None:
        fields = _vacancy_fields(tuple(one.name for one in firms))
        values = {"is_active": True, "valid_from": self.desk.today()}
        self._open(FormPanel(self.desk, self.primary, fields, self._save_new, values=values))

    def open_import(self, path: Path) -> None:
        ListImportDialog(self.desk, self, importing.VACANCIES, path).open()

    def write(self, path: Path, rows: Sequence[Any], _: Any) -> int:
        return sheets.write_vacancies(path, rows)
