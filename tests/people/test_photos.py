"""Photos: cut to the shape papers need, one at the card, many by file name, undone like anything else."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk
from kqdesk.desk.intake import portrait
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.national_id import check_character
from kqdesk.rooms.people import actions, queries
from kqdesk.rooms.people.actions import KeptPhoto
from kqdesk.rooms.people.page.card import CardPanel
from kqdesk.rooms.people.page.photo import PhotoBox, put_folder
from kqdesk.store.attachments import attached
from kqdesk.store.store import Store

NUMBER = "330697198503021247"


def picture(size: tuple[int, int] = (900, 700), kind: str = "JPEG") -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (200, 120, 90)).save(out, kind)
    return out.getvalue()


@pytest.fixture
def people(store: Store, clerk: str) -> list[str]:
    known = [("俞文娟", NUMBER)]
    for start in ("33069719821105001", "33069919900101001"):
        known.append(("傅柏林", start + check_character(start)))
    return [
        store.run(actions.add_person, clerk, fields={"name": name, "id_number": number}).value
        for name, number in known
    ]


@pytest.mark.parametrize("size", [(900, 700), (300, 4000), (413, 551), (20, 20)])
def test_every_photo_comes_out_in_the_shape_of_papers(qapp, size: tuple[int, int]):
    made = Image.open(BytesIO(portrait(picture(size), "a.jpg")))

    assert (made.size, made.format) == ((413, 551), "JPEG")


@pytest.mark.parametrize("content", [b"", b"text", b"\xff\xd8\xff cut", b"GIF89a"])
def test_what_is_no_photo_is_refused_by_name(qapp, content: bytes):
    with pytest.raises(UserError, match=r"「a\.jpg」不是能用的照片"):
        portrait(content, "a.jpg")


def test_a_photo_is_put_replaced_taken_away_and_undone(store: Store, clerk: str, people: list[str]):
    first, second = "a" * 64, "b" * 64
    store.run(actions.put_photos, clerk, photos=[KeptPhoto(people[0], first, "a.jpg", 9)])
    store.run(actions.put_photos, clerk, photos=[KeptPhoto(people[0], second, "b.jpg", 9)])

    with store.reading() as session:
        assert queries.person_card(session, people[0]).photo == second
    store.run(actions.take_photo_away, clerk, person_id=people[0])
    with store.reading() as session:
        assert queries.person_card(session, people[0]).photo is None
        assert attached(session, "person", [people[0]]) == {}
    store.undo(clerk)
    with store.reading() as session:
        assert queries.person_card(session, people[0]).photo == second


def test_file_names_find_a_number_or_a_name_nobody_shares(store: Store, people: list[str]):
    with store.reading() as session:
        found = queries.people_by_stem(session, [NUMBER, "俞文娟", "傅柏林", "没有的人", ""])

    assert found == {NUMBER: people[0], "俞文娟": people[0]}


def test_a_folder_puts_what_it_can_and_names_the_rest(
    qtbot, desk: Desk, store: Store, people: list[str], tmp_path: Path
):
    for name, content in (
        (f"{NUMBER}.jpg", picture()),
        ("傅柏林.jpg", picture()),
        ("坏.png", b"x"),
        ("说明.txt", b"x"),
    ):
        (tmp_path / name).write_bytes(content)
    owner = PhotoBox(desk)
    qtbot.addWidget(owner)
    said: list[str] = []
    desk.told.connect(said.append)

    put_folder(desk, owner, tmp_path)
    shots.settle(desk)

    with store.reading() as session:
        digest = queries.person_card(session, people[0]).photo
    assert said == ["1 人的照片放好了。2 张没有放：傅柏林.jpg、坏.png。"]
    assert Image.open(BytesIO(desk.attachments.read(digest))).size == (413, 551)


def test_a_photo_dropped_on_the_card_is_shown_and_del_takes_it_away(
    qtbot, desk: Desk, store: Store, people: list[str], tmp_path: Path
):
    (tmp_path / "脸.png").write_bytes(picture(kind="PNG"))
    card = CardPanel(desk, people[0])
    qtbot.addWidget(card)
    desk.changed.connect(lambda _: card.reload())
    card.show()
    shots.settle(desk)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "脸.png"))])
    drop = QDropEvent(
        QPointF(4, 4),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )

    card.photo.dropEvent(drop)
    shots.settle(desk)
    kept = card.photo.digest
    tip = card.photo.toolTip()
    qtbot.keyClick(card.photo, Qt.Key.Key_Delete)
    shots.settle(desk)

    assert len(kept) == 64
    assert tip == "换照片：点一下；拿掉按 Del"
    assert card.photo.digest == ""
