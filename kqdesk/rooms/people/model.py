"""Tables of 花名册. ``person`` first; below it what search derives from it, kept by triggers, outside the journal."""

from datetime import date

from sqlalchemy import Index, func, literal_column
from sqlalchemy.orm import Mapped

from kqdesk.store.base import Base, about, field, link

LONGEST_NAME_TAIL = (
    12  # an infix of a name is the beginning of one of its tails; longer names fall back to a scan
)

_TAILS = " UNION ALL ".join(
    f"SELECT substr(NEW.name,{n}),NEW.rowid WHERE length(NEW.name)>={n}"
    for n in range(2, LONGEST_NAME_TAIL + 1)
)
_FRESH = "INSERT INTO person_find(rowid,id_number,phone) VALUES(NEW.rowid,NEW.id_number,NEW.phone)"
_STALE = (
    "INSERT INTO person_find(person_find,rowid,id_number,phone)"
    " VALUES('delete',OLD.rowid,OLD.id_number,OLD.phone)"
)
_DERIVED = (
    # B-tree over every proper tail of a name: 建国 finds 陈建国 by prefix, any script, any length
    "CREATE TABLE person_tail(tail TEXT NOT NULL, person INTEGER NOT NULL, PRIMARY KEY(tail,person)) WITHOUT ROWID",
    "CREATE INDEX ix_person_tail_person ON person_tail(person)",
    # trigrams over ID number and phone for fragments of three and more characters. Positions are kept (detail=full):
    # without them a fragment is checked on the rows themselves, 1.2 s instead of 7 ms on a million persons
    (
        "CREATE VIRTUAL TABLE person_find USING fts5(id_number,phone,content='person',content_rowid='rowid',"
        "tokenize='trigram',columnsize=0)"
    ),
    # a row here while many people are inserted: see SEARCH_PAUSE
    "CREATE TABLE person_search_pause(since INTEGER NOT NULL)",
    (
        "CREATE TRIGGER person_search_insert AFTER INSERT ON person"
        " WHEN NOT EXISTS(SELECT 1 FROM person_search_pause)"
        f" BEGIN INSERT INTO person_tail {_TAILS}; {_FRESH}; END"
    ),
    (
        "CREATE TRIGGER person_search_delete AFTER DELETE ON person"
        f" BEGIN DELETE FROM person_tail WHERE person=OLD.rowid; {_STALE}; END"
    ),
    (
        "CREATE TRIGGER person_search_name AFTER UPDATE OF name ON person WHEN OLD.name IS NOT NEW.name"
        f" BEGIN DELETE FROM person_tail WHERE person=OLD.rowid; INSERT INTO person_tail {_TAILS}; END"
    ),
    (
        "CREATE TRIGGER person_search_numbers AFTER UPDATE OF id_number,phone ON person"
        " WHEN OLD.id_number IS NOT NEW.id_number OR OLD.phone IS NOT NEW.phone"
        f" BEGIN {_STALE}; {_FRESH}; END"
    ),
)

_SINCE = "rowid>(SELECT since FROM person_search_pause)"
_ALL_TAILS = " UNION ALL ".join(
    f"SELECT substr(name,{n}),rowid FROM person WHERE length(name)>={n} AND {{0}}"
    for n in range(2, LONGEST_NAME_TAIL + 1)
)
# Inside a trigger the full-text index is flushed at every row; for many rows at once that costs more than the rows.
SEARCH_PAUSE = "INSERT INTO person_search_pause SELECT coalesce(max(rowid),0) FROM person"
SEARCH_RESUME = (
    f"INSERT INTO person_tail SELECT * FROM ({_ALL_TAILS.format(_SINCE)}) ORDER BY 1,2",
    f"INSERT INTO person_find(rowid,id_number,phone) SELECT rowid,id_number,phone FROM person WHERE {_SINCE}",
    "DELETE FROM person_search_pause",
)
# Rowids of a table with a text key may change in VACUUM or in a copy by export: what hangs on them is made anew.
SEARCH_REBUILD = (
    "DELETE FROM person_tail",
    f"INSERT INTO person_tail SELECT * FROM ({_ALL_TAILS.format('1')}) ORDER BY 1,2",
    "INSERT INTO person_find(person_find) VALUES('rebuild')",
)


# After an erasure by law: numbers of persons who are gone would stay in the index until it is merged.
SEARCH_FORGET = "INSERT INTO person_find(person_find) VALUES('optimize')"


class Person(Base):
    """花名册对象: one human being. A learner is a person with an enrolment. Codes are those of §6 of the domain."""

    __tablename__ = "person"

    name: Mapped[str] = field("姓名", secret=True, index=True)
    name_pinyin: Mapped[str | None] = field("全拼", secret=True, index=True)
    name_initials: Mapped[str | None] = field("简拼", secret=True, index=True)
    sex: Mapped[str | None] = field("性别")  # GB/T 2261.1
    birth_date: Mapped[date | None] = field("出生日期")
    ethnicity_code: Mapped[str | None] = field("民族")  # GB/T 3304
    id_kind: Mapped[str | None] = field("证件类型")
    id_number: Mapped[str | None] = field("证件号码", secret=True, index=True)
    phone: Mapped[str | None] = field("电话", secret=True, index=True)
    phone2: Mapped[str | None] = field("备用电话", secret=True)
    education_code: Mapped[str | None] = field("学历")  # GB/T 4658
    hukou: Mapped[str | None] = field("户籍所在地", secret=True)
    address: Mapped[str | None] = field("现住址", secret=True)
    township_code: Mapped[str | None] = field("镇街")
    village: Mapped[str | None] = field("村社")  # as written on the roster
    village_id: Mapped[str | None] = link("village.id", "村社（对照）")
    employer: Mapped[str | None] = field("就业单位")  # as written on the roster
    firm_id: Mapped[str | None] = link("firm.id", "企业（对照）")
    job: Mapped[str | None] = field("就业岗位")
    wish: Mapped[str | None] = field("学历提升意愿")
    learning_path: Mapped[str | None] = field("学习途径")
    photo: Mapped[str | None] = field("照片")  # SHA-256 of the attachment
    origin: Mapped[str | None] = field("来源")  # the file or the desk it came from
    state: Mapped[str] = field("状态", default="here")  # here · moved · dead · merged
    merged_into_id: Mapped[str | None] = link("person.id", "并入")
    consent_version: Mapped[str | None] = field("告知同意书版本")
    consent_on: Mapped[date | None] = field("同意日期")
    note: Mapped[str | None] = field("备注")

    __table_args__ = (
        # the two tails people quote by heart: last four of the ID and of the phone
        Index("ix_person_id_tail", func.substr(literal_column("id_number"), -4)),
        Index("ix_person_phone_tail", func.substr(literal_column("phone"), -4)),
        # 王 兰亭: a name inside a village is answered by this index alone
        Index("ix_person_village", "village", "name", "name_initials", "name_pinyin"),
        about("人员", title="name", extra_ddl=_DERIVED),
    )
