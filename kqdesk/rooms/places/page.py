"""The 地方 page: villages, firms, teaching sites and classrooms, and the townships the school serves."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Check, Choice, Date, Field, MultiChoice, Number, Pick, RowPick, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.listing import Listing, ListTab
from kqdesk.desk.pages import Hit, PageSpec, Source
from kqdesk.desk.parts import Push
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.places import actions, queries
from kqdesk.rooms.places.queries import ClassroomRow, FirmRow, SiteRow, VillageRow
from kqdesk.rooms.places.rules import coordinates_fault, credit_code_fault, townships
from kqdesk.rooms.places.terms import FIRM_KINDS

TOWNSHIPS = tuple((one.code, one.name) for one in townships())
OFF = Pill("停用", "neutral", "hidden")
ACTIVE = Check(name="is_active", label="在用")


def _off(row: Any) -> Pill | None:
    return None if row.is_active else OFF


def _count(number: int) -> str:
    return str(number) if number else ""


# -- fields ----------------------------------------------------------------------------------------


def _found(tab: str, session: Session, text: str, limit: int) -> list[Pick]:
    hits = [hit for hit in queries.find(session, text, 200) if hit.tab == tab]
    return [Pick(hit.id, hit.title, hit.subtitle) for hit in hits[:limit]]


def _picked(load: Any, names: tuple[str, ...], session: Session, row_id: str) -> dict[str, Any]:
    """A form's values with (id, name) pairs as picks."""
    values: dict[str, Any] = load(session, row_id)
    for name in names:
        values[name] = Pick(*values[name]) if values[name] else None
    return values


def _township(*, required: bool = False) -> Choice:
    return Choice(name="township_code", label="镇街", choices=TOWNSHIPS, required=required, is_half=True)


def _coordinates() -> Text:
    return Text(
        name="coordinates", label="坐标", longest=40, check=coordinates_fault, is_half=True,
        hint="可以不填；填了，组班试算按直线距离算",
    )  # fmt: skip


def _village_fields() -> tuple[Field, ...]:
    return (
        Text(name="name", label="村社名称", required=True, longest=40, placeholder="如：兰亭村"),
        _township(required=True),
        Text(name="code", label="统计代码", longest=12, placeholder="12 位，可以不填", is_half=True),
        _coordinates(),
    )


def _firm_fields() -> tuple[Field, ...]:
    return (
        Text(name="name", label="名称", required=True, longest=60, placeholder="照营业执照写"),
        Choice(name="kind", label="类别", choices=tuple(FIRM_KINDS.items()), required=True, is_half=True),
        _township(),
        Text(
            name="credit_code",
            label="统一社会信用代码",
            check=credit_code_fault,
            hint="18 位，可以先不填，以后再补",
        ),
        Text(name="address", label="地址", longest=80),
        Text(name="contact", label="联系人", longest=20, is_half=True),
        Text(name="phone", label="联系电话", longest=20, is_half=True),
    )


def _site_fields() -> tuple[Field, ...]:
    return (
        Text(name="name", label="教学点名称", required=True, longest=40, placeholder="如：兰亭村文化礼堂"),
        _township(required=True),
        Text(name="zone", label="片区", longest=20, hint="同一片区换教学点不算路上时间", is_half=True),
        RowPick(
            name="village_id",
            label="所在村社",
            find=partial(_found, "villages"),
            placeholder="名称或拼音首字母",
        ),
        RowPick(
            name="firm_id", label="所在企业", find=partial(_found, "firms"), placeholder="名称或拼音首字母"
        ),
        Text(name="address", label="地址", longest=80),
        _coordinates(),
    )


def _classroom_fields() -> tuple[Field, ...]:
    return (
        RowPick(
            name="site_id",
            label="教学点",
            required=True,
            find=partial(_found, "sites"),
            placeholder="名称或拼音首字母",
        ),
        Text(
            name="name", label="教室名称", required=True, longest=30, placeholder="如：201 教室", is_half=True
        ),
        Number(name="capacity", label="座位数", required=True, least=1, most=2000, unit="座", is_half=True),
        Text(name="equipment", label="设备", longest=80, placeholder="如：投影、电脑 30 台"),
    )


# -- lists -----------------------------------------------------------------------------------------

VILLAGES = Listing(
    key="villages", title="村社", unit="个村社", icon="places", search_hint="村社名称、镇街、拼音首字母",
    empty="学员住在哪个村、哪个社区，从这里选。导入花名册时会按名称对上，也可以一个个新建。",
    columns=(
        Column[VillageRow]("名称", lambda r: r.name, width=200, is_strong=True),
        Column[VillageRow]("镇街", lambda r: r.township, width=140),
        Column[VillageRow]("统计代码", lambda r: r.code, kind="code"),
        Column[VillageRow]("教学点", lambda r: _count(r.site_count), kind="number", width=80),
        Column[VillageRow]("状态", lambda r: "", kind="pill", width=100, pill=_off),
    ),
    rows=queries.villages, fields=_village_fields, load=queries.village_form,
    add=actions.add_village, change=actions.change_village, retire=actions.retire_village, id_name="village_id",
    offers=(("导入花名册", "people"),),
)  # fmt: skip

FIRMS = Listing(
    key="firms", title="企业", unit="家", icon="office", search_hint="名称、信用代码、联系人",
    empty="办厂班、企业班，或学员在哪里上班，从这里选：企业、市场、轻纺城经营户、开发区都登记在这里。",
    columns=(
        Column[FirmRow]("名称", lambda r: r.name, width=220, is_strong=True),
        Column[FirmRow]("类别", lambda r: r.kind_label, width=110),
        Column[FirmRow]("镇街", lambda r: r.township, width=120),
        Column[FirmRow]("统一社会信用代码", lambda r: r.credit_code, kind="code", width=190),
        Column[FirmRow]("联系人", lambda r: r.contact, width=90),
        Column[FirmRow]("电话", lambda r: r.phone, kind="code", width=130),
        Column[FirmRow]("地址", lambda r: r.address),
        Column[FirmRow]("状态", lambda r: "", kind="pill", width=90, pill=_off),
    ),
    rows=queries.firms, fields=_firm_fields, load=queries.firm_form,
    add=actions.add_firm, change=actions.change_firm, retire=actions.retire_firm, id_name="firm_id",
    offers=(("导入花名册", "people"),),
)  # fmt: skip

SITES = Listing(
    key="sites", title="教学点", unit="处", icon="places", search_hint="教学点、镇街、村社、片区",
    empty="上课的地方：学校、文化礼堂、企业会议室。先建教学点，再给它加教室，排课时就能选。",
    columns=(
        Column[SiteRow]("名称", lambda r: r.name, width=200, is_strong=True),
        Column[SiteRow]("镇街", lambda r: r.township, width=120),
        Column[SiteRow]("村社／企业", lambda r: r.where),
        Column[SiteRow]("片区", lambda r: r.zone, width=90),
        Column[SiteRow]("教室", lambda r: _count(r.classroom_count), kind="number", width=70),
        Column[SiteRow]("座位", lambda r: _count(r.seat_count), kind="number", width=70),
        Column[SiteRow]("状态", lambda r: "", kind="pill", width=90, pill=_off),
    ),
    rows=queries.sites, fields=_site_fields,
    load=partial(_picked, queries.site_form, ("village_id", "firm_id")),
    add=actions.add_site, change=actions.change_site, retire=actions.retire_site, id_name="site_id",
)  # fmt: skip

CLASSROOMS = Listing(
    key="classrooms", title="教室", unit="间", icon="timetable", search_hint="教学点、教室、设备",
    empty="每个教学点有哪些教室、能坐多少人。排课时软件按座位数提醒“坐不下”，同一时间不会排两个班。",
    columns=(
        Column[ClassroomRow]("教学点", lambda r: r.site, is_strong=True),
        Column[ClassroomRow]("教室", lambda r: r.name, width=160),
        Column[ClassroomRow]("座位", lambda r: _count(r.capacity), kind="number", width=80),
        Column[ClassroomRow]("设备", lambda r: r.equipment),
        Column[ClassroomRow]("状态", lambda r: "", kind="pill", width=100, pill=_off),
    ),
    rows=queries.classrooms, fields=_classroom_fields,
    load=partial(_picked, queries.classroom_form, ("site_id",)),
    add=actions.add_classroom, change=actions.change_classroom, retire=actions.retire_classroom,
    id_name="classroom_id",
)  # fmt: skip


class PlaceTab(ListTab):
    """A list of places; a form of something that exists also says whether it is still used."""

    def edit(self, row: Any) -> None:
        """The form of one row, with 在用 at its end."""
        fields = (*self.listing.fields(), ACTIVE)
        load = partial(self.listing.load, row_id=row.id)
        save = partial(self._save_change, row.id)
        self._open(FormPanel(self.desk, f"修改{self.listing.title}", fields, save, load=load))


class SitesTab(PlaceTab):
    """Sites and their classrooms lie side by side: a classroom can be added from the site it belongs to."""

    def __init__(self, page: TabbedPage, listing: Listing) -> None:
        super().__init__(page, listing)
        self.table.add_menu("给它加教室", self.add_classroom, "add")
        self.tools.append(
            Push("给它加教室", self.add_classroom, icon_name="add", tip="给选中的教学点加一间教室")
        )

    @Slot()
    def add_classroom(self) -> None:
        """A classroom form with the selected site filled in."""
        site = self.table.current()
        if site is None:
            self.desk.tell("请先在列表里选一个教学点。", kind="refused")
            return
        values = {"site_id": Pick(site.id, site.name)}
        self._open(FormPanel(self.desk, "新建教室", _classroom_fields(), self._save_classroom, values=values))

    def _save_classroom(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.add_classroom, **values)


class PlacesPage(TabbedPage):
    """Where people live, work and learn."""

    watches = frozenset({"village", "firm", "site", "classroom", "school_area"})

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        tabs: list[Any] = [partial(PlaceTab, listing=VILLAGES), partial(PlaceTab, listing=FIRMS)]
        tabs += [partial(SitesTab, listing=SITES), partial(PlaceTab, listing=CLASSROOMS)]
        super().__init__(
            desk, "地方", "学员住的村社、上班的企业、上课的教学点和教室，建一次，处处能选。", tabs
        )
        self.add_button("服务范围", self.choose_area, icon_name="places", tip="学校负责哪些镇街")

    @Slot()
    def choose_area(self) -> None:
        """Which townships the school serves."""
        fields = (
            MultiChoice(
                name="township_codes", label="本校服务的镇街", choices=TOWNSHIPS, columns=2, required=True
            ),
            Date(
                name="since",
                label="从哪天起",
                required=True,
                hint="去掉的镇街从这一天起不再算本校的，以前的记录不变",
            ),
        )
        self.set_side(
            panel := FormPanel(self.desk, "服务范围", fields, self._save_area, load=self._load_area)
        )
        panel.closed.connect(partial(self.set_side, None))

    def _load_area(self, session: Session) -> dict[str, Any]:
        served = [row for row in queries.school_areas(session) if row.until is None]
        return {"township_codes": tuple(row.township_code for row in served)}

    def _save_area(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.set_area, **values)


def find(session: Session, text: str, limit: int) -> list[Hit]:
    """Places for Ctrl+K."""
    return [
        Hit(hit.title, hit.subtitle, "places", "places", {"tab": hit.tab, "find": hit.title.split(" ")[-1]})
        for hit in queries.find(session, text, limit)
    ]


SOURCE = Source("地方", find)
PAGE = PageSpec(
    key="places",
    title="地方",
    sentence="村社、企业、教学点和教室",
    group="系统",
    icon="places",
    factory=PlacesPage,
    keys_help=(("Ctrl+N", "新建"), ("Enter 或 F2", "修改"), ("Del", "停用"), ("Ctrl+F", "搜索")),
)
