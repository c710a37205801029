"""Tables of 花名册. ``person`` first; below it what search derives from it, kept by triggers, outside the journal."""

from datetime import date, datetime

from sqlalchemy import Index, func, literal_column
from sqlalchemy.orm import Mapped

from kqdesk.rooms.people.terms import ContactAnswer, ContactWay, SignUpState
from kqdesk.store.base import Base, Json, JsonList, Seal, about, field, link

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
    adviser_id: Mapped[str | None] = link("staff.id", "联络人")
    note: Mapped[str | None] = field("备注")

    __table_args__ = (
        # the two tails people quote by heart: last four of the ID and of the phone
        Index("ix_person_id_tail", func.substr(literal_column("id_number"), -4)),
        Index("ix_person_phone_tail", func.substr(literal_column("phone"), -4)),
        # 王 兰亭: a name inside a village is answered by this index alone
        Index("ix_person_village", "village", "name", "name_initials", "name_pinyin"),
        about("人员", title="name", extra_ddl=_DERIVED, bulk=((SEARCH_PAUSE,), SEARCH_RESUME)),
    )


# an undo takes the judgement back; else it speaks of these two entries for ever, also when one is merged
_BY_HAND = "(SELECT kind FROM journal_entry ORDER BY id DESC LIMIT 1) NOT IN ('undo','redo')"


class PersonAlias(Base):
    """合并记录: two entries were one human being. Living while ``undone_at`` is empty; the winner has the smaller id."""

    __tablename__ = "person_alias"
    __table_args__ = about("合并记录", title="reason", alias=True)

    loser_id: Mapped[str] = link("person.id", "并掉的")
    winner_id: Mapped[str] = link("person.id", "留下的")
    reason: Mapped[str] = field("原因")
    loser_state: Mapped[str] = field("原状态")
    before: Mapped[Json] = field(
        "改动前", secret=True
    )  # column → [as it was at the winner, as it was chosen]
    moved: Mapped[Json] = field("改挂的记录")  # "table.column" → ids of rows that pointed at the loser
    merged_at: Mapped[datetime] = field("合并时间")
    merged_by: Mapped[str] = link("staff.id", "合并人")
    undone_at: Mapped[datetime | None] = field("拆开时间")
    undone_by: Mapped[str | None] = link("staff.id", "拆开人")


class PersonDistinct(Base):
    """不是同一人: people looked at two entries that are alike and found them to be two; never asked again."""

    __tablename__ = "person_distinct"
    __table_args__ = about(
        "不是同一人",
        title="reason",
        seals=[Seal(_BY_HAND, "判断过的两个人不能换成别人。", ("one_id", "other_id"))],
    )

    one_id: Mapped[str] = link("person.id", "其一")  # the smaller id
    other_id: Mapped[str] = link("person.id", "其二")
    reason: Mapped[str] = field("当时像在哪里")
    decided_on: Mapped[date] = field("判断日期")
    decided_by: Mapped[str] = link("staff.id", "判断人")


class PersonDocument(Base):
    """证件: another paper of a person, or one she had before; the one in use stands in ``person``."""

    __tablename__ = "person_document"
    __table_args__ = about("证件", title="number")

    person_id: Mapped[str] = link("person.id", "人员")
    kind: Mapped[str] = field("证件类型")
    number: Mapped[str] = field("证件号码", secret=True, index=True)
    valid_from: Mapped[date | None] = field("有效期起")
    valid_until: Mapped[date | None] = field("有效期止")
    replaced_on: Mapped[date | None] = field("停用日期")  # since when another one stands in ``person``
    note: Mapped[str | None] = field("备注")


class PersonContact(Base):
    """联系记录: somebody of the school spoke with a person. The newest one's ``next_on`` is what is due."""

    __tablename__ = "person_contact"
    __table_args__ = (
        Index("ix_person_contact_next", "school", "next_on"),
        about("联系记录", title="answer"),
    )

    person_id: Mapped[str] = link("person.id", "人员")
    contacted_on: Mapped[date] = field("联系日期")
    way: Mapped[ContactWay] = field("方式")
    answer: Mapped[ContactAnswer] = field("答复")
    words: Mapped[str | None] = field("说了什么", secret=True)
    next_on: Mapped[date | None] = field("下次联系")
    staff_id: Mapped[str] = link("staff.id", "联系人")


class SignUp(Base):
    """报名意愿: a person put her name down for a course, in the words of the list; it becomes an enrolment elsewhere."""

    __tablename__ = "sign_up"
    __table_args__ = (
        Index("ix_sign_up_course", "school", "state", "course"),
        about("报名意愿", title="course"),
    )

    person_id: Mapped[str] = link("person.id", "人员")
    course: Mapped[str] = field("想学的课程")  # as written on the list
    signed_on: Mapped[date | None] = field("报名日期")
    state: Mapped[SignUpState] = field("状态", default=SignUpState.OPEN)
    origin: Mapped[str | None] = field("来源")  # the file
    note: Mapped[str | None] = field("备注")


class SheetLayout(Base):
    """表格对照: how the columns of one kind of file were read when somebody put them right; the newest counts."""

    __tablename__ = "sheet_layout"
    __table_args__ = about("表格对照", title="title")

    purpose: Mapped[str] = field("用途")  # which importer
    fingerprint: Mapped[str] = field("表头指纹", index=True)  # SHA-256 of the headings, hex
    title: Mapped[str] = field("文件")
    headings: Mapped[JsonList] = field("表头")
    titles: Mapped[Json] = field("列对照")  # heading → key, "" = left out
    kept_on: Mapped[date] = field("记下日期")
