"""How the desk looks: tokens from resources/theme become palette, style sheet, fonts and icons.

One light theme, three text sizes. Pages ask for tokens by name (``theme().colour("danger")``), never for numbers.
"""

import string
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QLibraryInfo, QRectF, Qt, QTranslator
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QStyleFactory

RESOURCES = Path(__file__).parents[2] / "resources"
TEXT_SIZES = {"standard": "标准", "large": "大", "huge": "特大"}
GAP = 0.25  # of an icon's width, between it and the words
TONES = ("neutral", "primary", "success", "warning", "danger", "seal")


@dataclass(frozen=True)
class Theme:
    """The tokens at one text size."""

    text_size: str  # a key of TEXT_SIZES
    colours: Mapping[str, str]
    sizes: Mapping[str, int]  # logical pixels: of this text size, plus space_*, radius_*
    families: Sequence[str]
    mono: Sequence[str]

    def name(self, colour: str) -> str:
        """The ``#RRGGBB`` of a colour token."""
        return self.colours[colour]

    def colour(self, colour: str) -> QColor:
        """A colour token, to paint with."""
        return QColor(self.colours[colour])

    def tone(self, tone: str) -> tuple[QColor, QColor]:
        """Text colour and soft ground of a tone (one of TONES)."""
        if tone == "neutral":
            return self.colour("second"), self.colour("neutral_soft")
        return self.colour(tone), self.colour(f"{tone}_soft")

    def px(self, size: str) -> int:
        """A size token in logical pixels: text, title, control, row, space_l …"""
        return self.sizes[size]

    def font(self, size: str = "text", *, semibold: bool = False, mono: bool = False) -> QFont:
        """A font of the desk with figures of equal width."""
        font = QFont()
        font.setFamilies([*self.mono, *self.families] if mono else list(self.families))
        font.setPixelSize(self.px(size))
        if semibold:
            font.setWeight(QFont.Weight.DemiBold)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font


def read_tokens(text_size: str = "standard") -> Theme:
    """The tokens file at one text size."""
    tokens = tomllib.loads((RESOURCES / "theme" / "tokens.toml").read_text("utf-8"))
    sizes = dict(tokens["size"][text_size])
    sizes |= {f"space_{k}": v for k, v in tokens["space"].items()}
    sizes |= {f"radius_{k}": v for k, v in tokens["radius"].items()}
    return Theme(text_size, tokens["colour"], sizes, tokens["type"]["families"], tokens["type"]["mono"])


_now: list[Theme] = []
_translators: list[QTranslator] = []


def theme() -> Theme:
    """The theme in force; the standard one before anybody chose."""
    if not _now:
        _now.append(read_tokens())
    return _now[0]


def apply_theme(app: QApplication, text_size: str = "standard") -> Theme:
    """Dress the application; may be called again when the person picks another text size."""
    chosen = read_tokens(text_size if text_size in TEXT_SIZES else "standard")
    _now[:] = [chosen]
    if not _translators:
        _speak_chinese(app)
        _bring_font(chosen)
        app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(_palette(chosen))
    app.setFont(chosen.font())
    app.setStyleSheet(_style_sheet(chosen))
    return chosen


def _speak_chinese(app: QApplication) -> None:
    translator = QTranslator(app)
    if translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)
    _translators.append(translator)


def _bring_font(chosen: Theme) -> None:
    """Load the bundled Hei when the machine has no Chinese face of its own."""
    if set(chosen.families) & set(QFontDatabase.families()):
        return
    for path in sorted((RESOURCES / "fonts").glob("*Hei*.[to]t[fc]")):
        QFontDatabase.addApplicationFont(str(path))


def _palette(chosen: Theme) -> QPalette:
    palette, role = QPalette(), QPalette.ColorRole
    for part, token in {
        role.Window: "ground",
        role.Base: "surface",
        role.AlternateBase: "head",
        role.Button: "surface",
        role.Text: "text",
        role.WindowText: "text",
        role.ButtonText: "text",
        role.BrightText: "on_primary",
        role.Highlight: "primary_soft",
        role.HighlightedText: "text",
        role.PlaceholderText: "faint",
        role.ToolTipBase: "surface",
        role.ToolTipText: "text",
        role.Link: "primary",
        role.LinkVisited: "primary",
        role.Mid: "line",
        role.Accent: "primary",
    }.items():
        palette.setColor(part, chosen.colour(token))
    for part in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, part, chosen.colour("disabled"))
    return palette


def _style_sheet(chosen: Theme) -> str:
    words: dict[str, Any] = dict(chosen.colours)
    words |= {f"px_{k}": f"{v}px" for k, v in chosen.sizes.items()}
    inner = chosen.px("control") - 2  # the frame's two lines are drawn outside what QSS calls height
    words |= {"px_inner": f"{inner}px", "px_check": f"{chosen.px('icon') - 2}px"}
    words["icons"] = (RESOURCES / "icons").as_posix()
    words["theme"] = (RESOURCES / "theme").as_posix()
    return string.Template((RESOURCES / "theme" / "desk.qss").read_text("utf-8")).substitute(words)


@lru_cache(maxsize=512)
def pixmap(name: str, colour: str, size: int, scale: float = 1.0) -> QPixmap:
    """The icon ``name`` in a colour token (or ``#RRGGBB``), ``size`` logical pixels square."""
    hex_name = colour if colour.startswith("#") else theme().name(colour)
    svg = (RESOURCES / "icons" / f"{name}.svg").read_text("utf-8").replace("currentColor", hex_name)
    drawn = QPixmap(round(size * scale), round(size * scale))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(drawn.rect()))
    painter.end()
    drawn.setDevicePixelRatio(scale)
    return drawn


@lru_cache(maxsize=512)
def icon(name: str, colour: str = "second", *, gap: bool = False) -> QIcon:
    """An icon for buttons and menus, crisp at every screen scaling, grey when disabled.

    ``gap`` leaves room at its right, for buttons whose words follow (Qt puts them too close).
    """
    made = QIcon()
    for size in (16, 18, 20, 22, 24, 32):
        for scale in (1.0, 1.25, 1.5, 2.0):
            made.addPixmap(_spaced(pixmap(name, colour, size, scale), gap))
    made.addPixmap(_spaced(pixmap(name, "disabled", 24, 2.0), gap), QIcon.Mode.Disabled)
    return made


def _spaced(drawn: QPixmap, gap: bool) -> QPixmap:
    if not gap:
        return drawn
    wide = QPixmap(drawn.width() + round(drawn.width() * GAP), drawn.height())
    wide.setDevicePixelRatio(drawn.devicePixelRatio())
    wide.fill(Qt.GlobalColor.transparent)
    painter = QPainter(wide)
    painter.drawPixmap(0, 0, drawn)
    painter.end()
    return wide
