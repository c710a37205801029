"""The tab 版式: where each thing stands on the paper, moved by mouse or keyboard; test page, offset, default."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kqdesk.desk.fields import Check, Choice, Field, Number, Text
from kqdesk.desk.form import Form, FormPanel
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Combo, Push, label
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.desk.theme import theme
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.certificates import actions, papers, queries
from kqdesk.rooms.certificates.page.canvas import DesignCanvas
from kqdesk.rooms.certificates.page.offsets import ask_offset, offset_of
from kqdesk.rooms.certificates.queries import DesignRow
from kqdesk.rooms.certificates.rules import ALIGNS, FACES, Spot
from kqdesk.rooms.certificates.terms import SpotKind

A4 = (2970, 2100)
FIRST = (
    Spot(SpotKind.SERIAL_NO, 1900, 480, 800, 70, 105, "song", "right"),
    Spot(SpotKind.BODY, 720, 680, 1850, 680, 200, "kai"),
    Spot(SpotKind.ISSUER, 1500, 1440, 1080, 90, 180, "kai", "centre"),
    Spot(SpotKind.AWARDED_ON, 1500, 1540, 1080, 80, 160, "kai", "centre"),
    Spot(SpotKind.PHOTO, 360, 620, 300, 400),
    Spot(SpotKind.QR, 360, 1450, 290, 290),
)
_OWN = "软件自带的版式"


@dataclass(frozen=True)
class Draft:
    """What is being designed; ``design_id`` None: not kept yet."""

    design_id: str | None
    title: str
    on_blanks: bool
    background: str
    picture: tuple[str, int] = ("image/png", 0)  # media type and bytes of a background put in just now


def spot_fields() -> tuple[Field, ...]:
    """The numbers of one thing, in millimetres and points."""

    def mm(name: str, words: str) -> Number:
        return Number(
            name=name, label=words, least=0, most=430, places=1, unit="毫米", required=True, is_half=True
        )

    return (
        mm("x", "左边"), mm("y", "上边"), mm("width", "宽"), mm("height", "高"),
        Number(name="size", label="字号", least=5, most=90, places=1, unit="磅", required=True, is_half=True),
        Choice(name="align", label="对齐", choices=tuple(ALIGNS.items()), required=True, is_half=True),
        Choice(name="face", label="字体", choices=tuple(FACES.items()), required=True),
        Text(name="words", label="固定文字"),
    )  # fmt: skip


class DesignTab(Tab):
    """Canvas in the middle, the chosen thing's numbers at the right."""

    key, title, search_hint, primary, primary_icon = "design", "版式", "", "保存版式", "save"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.designs: Sequence[DesignRow] = ()
        self.draft: Draft | None = None
        self._is_filling = False
        self.which = Combo([(None, _OWN)], name="版式")
        self.which.chosen.connect(self._on_which)
        self.add = Combo([(None, "加一项…"), *((kind, kind.label) for kind in SpotKind)], name="加一项")
        self.add.chosen.connect(self._on_add)
        self.tools = [
            self.which,
            Push("新建", self.start_blank, icon_name="add", tip="从一份常用的布置开始"),
            self.add,
            Push("底图", self.choose_picture, icon_name="upload", tip="扫描的空白证书，照着摆位置"),
            Push("校准页", self.calibrate, icon_name="print", tip="打在普通纸上，和空白证书叠着对光看"),
            Push("打印机偏移…", self.ask_shift, icon_name="swap"),
            Push("设为默认", self.choose_default, icon_name="check"),
        ]
        self.canvas = DesignCanvas()
        self.canvas.picked.connect(self._on_picked)
        self.canvas.changed.connect(self._on_changed)
        self.form = Form(self.desk, spot_fields(), {})
        self.form.edited.connect(self._on_edited)
        self.numbers = QWidget()
        self.numbers.setFixedWidth(theme().px("panel") - 60)
        self.setSizePolicy(
            QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding
        )  # never widens the other tabs
        column = QVBoxLayout(self.numbers)
        column.setContentsMargins(12, 0, 12, 0)
        self.name = label("", "head")
        column.addWidget(self.name)
        column.addWidget(self.form)
        keys = label("方向键移动半毫米，Shift＋方向键改大小，空格换下一项，Del 拿掉。", "second")
        keys.setWordWrap(True)
        column.addWidget(keys)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.canvas, 1)
        row.addWidget(self.numbers)

    def _beside(self) -> None:
        """The form that was just put at the right needs the place of the numbers until it is closed."""
        panel = self.page.side
        if isinstance(panel, FormPanel):
            self.numbers.hide()
            panel.closed.connect(self.numbers.show)

    def reload(self) -> None:
        self.numbers.setVisible(not isinstance(self.page.side, FormPanel))
        self.desk.read(queries.designs, self._take, owner=self, only="reload")

    def _take(self, rows: Sequence[DesignRow]) -> None:
        if self.page.tab is not self:
            return
        self.designs = rows
        self.which.offer(
            [(None, _OWN), *((row.id, row.title + ("（默认）" if row.is_default else "")) for row in rows)]
        )
        default = next((row.title for row in rows if row.is_default), _OWN)
        self.page.set_foot(f"共 {len(rows)} 个版式 · 现在用：{default}")
        if self.draft is None and rows:
            self._open(rows[0])
        elif self.draft is None:
            words = "软件自带一种 A4 结业证书。要套打在区里发的空白证书上，或者有自己的样子，就新建一个版式：放上扫描的底图，把姓名、编号拖到位置上。"
            self.page.show_blank(
                "certificates",
                "还没有自己的版式",
                words,
                [Push("新建版式", self.start_blank, look="primary", icon_name="add")],
            )
            return
        elif self.draft.design_id is not None:
            self.which.choose(self.draft.design_id)
        self.page.show_body()

    @Slot(object)
    def _on_which(self, design_id: str | None) -> None:
        row = next((row for row in self.designs if row.id == design_id), None)
        if row is not None:
            self._open(row)

    def _open(self, row: DesignRow) -> None:
        self.draft = Draft(row.id, row.title, row.on_blanks, row.background)
        self.which.choose(row.id)
        self._show((row.width, row.height), row.spots)

    @Slot()
    def start_blank(self) -> None:
        """A usual layout to begin with."""
        self.draft = Draft(None, "", on_blanks=True, background="")
        self.page.show_body()
        self._show(A4, FIRST)
        self.canvas.setFocus()

    def _show(self, paper: tuple[int, int], spots: Sequence[Spot]) -> None:
        assert self.draft is not None
        digest = self.draft.background
        if not digest:
            self.canvas.show_design(paper, spots, None)
            return
        files = self.desk.attachments
        self.desk.start(
            lambda _: files.read(digest, "底图"), partial(self.canvas.show_design, paper, spots), owner=self
        )

    # -- one thing --------------------------------------------------------------------------------

    @Slot(int)
    def _on_picked(self, number: int) -> None:
        self.form.setEnabled(number >= 0)
        if number < 0:
            self.name.setText("点一下纸上的一项")
            return
        spot = self.canvas.spots[number]
        self.name.setText(spot.kind.label)
        self._fill(spot)

    def _fill(self, spot: Spot) -> None:
        self._is_filling = True
        lengths = {name: Decimal(getattr(spot, name)) / 10 for name in ("x", "y", "width", "height", "size")}
        self.form.show_values({**lengths, "align": spot.align, "face": spot.face, "words": spot.words})
        self.form.show_field("words", spot.kind is SpotKind.TEXT)
        self._is_filling = False

    @Slot()
    def _on_changed(self) -> None:
        if 0 <= self.canvas.chosen < len(self.canvas.spots) and not self._is_filling:
            self._fill(self.canvas.spots[self.canvas.chosen])

    @Slot()
    def _on_edited(self, *_: object) -> None:
        if self._is_filling or self.canvas.chosen < 0:
            return
        values = self.form.values()
        if values is None:
            return
        spot = self.canvas.spots[self.canvas.chosen]
        self._is_filling = True  # the form knows already
        x, y, width, height, size = (
            round(values[name] * 10) for name in ("x", "y", "width", "height", "size")
        )
        self.canvas.change(
            replace(
                spot, x=x, y=y, width=width, height=height, size=size, align=values["align"], face=values["face"],
                words=values.get("words") or "",
            )
        )  # fmt: skip
        self._is_filling = False

    @Slot(object)
    def _on_add(self, kind: SpotKind | None) -> None:
        if kind is None or self.draft is None:
            return
        size = (290, 290) if kind is SpotKind.QR else (300, 400) if kind is SpotKind.PHOTO else (700, 90)
        words = "请写上文字" if kind is SpotKind.TEXT else ""
        self.canvas.put(Spot(kind, 200, 200, *size, words=words))
        self.add.choose(None)
        self.canvas.setFocus()

    # -- the whole --------------------------------------------------------------------------------

    @Slot()
    def choose_picture(self) -> None:
        """A scan of the blank paper to lay things over, printed only in full print."""
        if self.draft is None:
            self.start_blank()
        path, _ = QFileDialog.getOpenFileName(self, "选底图", "", "图片 (*.jpg *.jpeg *.png)")
        if path:
            self.put_picture(Path(path))

    def put_picture(self, path: Path) -> None:
        """Keep the picture as an attachment and show it."""
        files = self.desk.attachments

        def work(_: Job) -> tuple[str, bytes]:
            try:
                content = path.read_bytes()
            except OSError as wrong:
                raise UserError(f"「{path.name}」打不开，请换一张 JPG 或 PNG 图片。") from wrong
            if not content.startswith((b"\xff\xd8\xff", b"\x89PNG")):
                raise UserError(f"「{path.name}」不是 JPG 或 PNG 图片。")
            return files.keep(content), content

        self.desk.start(work, self._pictured, owner=self)

    def _pictured(self, kept: tuple[str, bytes]) -> None:
        if self.draft is not None:
            media = "image/png" if kept[1].startswith(b"\x89PNG") else "image/jpeg"
            self.draft = replace(self.draft, background=kept[0], picture=(media, len(kept[1])))
            self.canvas.show_design(self.canvas.paper, self.canvas.spots, kept[1])

    def start_new(self) -> None:
        """保存版式: its name, paper, and whether the blanks are printed already."""
        if self.draft is None:
            self.start_blank()
            return
        fields = (
            Text(name="title", label="名称", required=True, hint="例如：区统一结业证书（套打）"),
            Number(
                name="width",
                label="纸宽",
                least=50,
                most=430,
                places=1,
                unit="毫米",
                required=True,
                is_half=True,
            ),
            Number(
                name="height",
                label="纸高",
                least=50,
                most=430,
                places=1,
                unit="毫米",
                required=True,
                is_half=True,
            ),
            Check(name="on_blanks", label="套打：底图已经印在空白证书上，不再打印"),
        )
        paper = self.canvas.paper
        values = {
            "title": self.draft.title, "width": Decimal(paper[0]) / 10, "height": Decimal(paper[1]) / 10, "on_blanks": self.draft.on_blanks,
        }  # fmt: skip
        panel = FormPanel(self.desk, "保存版式", fields, self._save, values=values)
        panel.closed.connect(self.page.close_side)
        self.page.set_side(panel)
        self._beside()
        panel.form.focus_first()

    def _save(self, values: dict[str, Any], panel: FormPanel) -> None:
        assert self.draft is not None
        width, height = (round(float(values.pop(name)) * 10) for name in ("width", "height"))
        self.draft = replace(self.draft, title=values["title"], on_blanks=bool(values["on_blanks"]))
        self.canvas.paper = (width, height)
        self.canvas.update()
        panel.run(
            actions.keep_design, then=self._saved, width=width, height=height, spots=list(self.canvas.spots),
            background=self.draft.background or None, picture=self.draft.picture, design_id=self.draft.design_id, **values,
        )  # fmt: skip

    def _saved(self, design_id: str) -> None:
        if self.draft is not None:
            self.draft = replace(self.draft, design_id=design_id)
        self.desk.tell("版式已保存。先打一张校准页看看位置，再设为默认。", undo=True)

    def _current(self) -> DesignRow | None:
        if self.draft is None:
            return None
        paper = self.canvas.paper
        return DesignRow(
            self.draft.design_id or "", self.draft.title, paper[0], paper[1], self.draft.on_blanks, self.draft.background,
            tuple(self.canvas.spots), is_default=False,
        )  # fmt: skip

    @Slot()
    def calibrate(self) -> None:
        """校准页 with the offset kept for this PC's printer."""
        design = self._current()
        if design is None:
            return
        shift = offset_of(self.desk)
        self.desk.start(
            lambda _: papers.calibration_pdf(design, shift),
            lambda pdf: PdfPreview(self.desk, "校准页", pdf, "校准页.pdf", self).open(),
            owner=self,
        )

    @Slot()
    def ask_shift(self) -> None:
        """This printer feeds askew by so much."""
        ask_offset(self.desk, self.page)
        self._beside()

    @Slot()
    def choose_default(self) -> None:
        """Print with this design from now on; with the program's own when it is the default already."""
        if self.draft is None or self.draft.design_id is None:
            self.page.note.say("先保存版式，再设为默认。", "refused")
            return
        current = next((row for row in self.designs if row.is_default), None)
        chosen = None if current is not None and current.id == self.draft.design_id else self.draft.design_id
        told = "改回软件自带的版式。" if chosen is None else "以后打印结业证书就用这个版式。"
        self.desk.run(
            actions.choose_design,
            then=lambda _: self.desk.tell(told, undo=True),
            owner=self,
            design_id=chosen,
        )
