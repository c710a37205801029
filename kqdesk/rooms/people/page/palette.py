"""What 花名册 adds to Ctrl+K and F1."""

from sqlalchemy.orm import Session

from kqdesk.desk.pages import Hit, Source
from kqdesk.rooms.people import queries

KEYS_HELP = (
    ("Ctrl+F", "查找：姓名、拼音、证件尾号、电话、村社"),
    ("Ctrl+N", "新建人员"),
    ("Enter", "看这个人的资料"),
    ("F2", "修改"),
    ("Del", "删除（可以撤销）"),
    ("Ctrl+M", "合并选中的两个人"),
    ("Ctrl+I", "导入花名册"),
    ("Ctrl+E", "导出"),
)


def find_hits(session: Session, text: str, limit: int) -> list[Hit]:
    """People for Ctrl+K, numbers masked."""
    return [
        Hit(
            found.name,
            "　".join(part for part in (found.village, found.id_masked, found.phone_masked) if part),
            "person",
            "people",
            {"person": found.id},
        )
        for found in queries.find(session, text, limit)
    ]


SOURCE = Source("人员", find_hits)
