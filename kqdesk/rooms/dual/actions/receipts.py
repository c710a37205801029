"""A diploma handed out, fetched by somebody else, lost and proved: never overwritten."""

from datetime import date

from sqlalchemy import select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.dual.model import Diploma, DiplomaProof, DiplomaReceipt
from kqdesk.rooms.dual.terms import Relation
from kqdesk.rooms.people.model import Person
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import KeptFile, attach

PROXY = "proxy"  # purpose of the attached power of attorney


@action("发放学历证书")
def hand_out_diploma(
    w: Writing,
    *,
    diploma_id: str,
    handed_on: date,
    relation: Relation = Relation.SELF,
    taker_name: str | None = None,
    taker_number: str | None = None,
    note: str | None = None,
    paper: KeptFile | None = None,
) -> str:
    """The learner signs for it, or somebody for her: then name, ID number and a power of attorney are kept.

    From now on the diploma's own words are sealed. Returns the receipt's id.
    """
    diploma = w.session.get_one(Diploma, diploma_id)
    person = w.session.get_one(Person, diploma.person_id)
    if w.session.scalar(select(DiplomaReceipt.id).where(DiplomaReceipt.diploma_id == diploma_id)):
        raise UserError(f"{person.name}的学历证书已经领走。遗失的请用「补办证明书」。")
    if handed_on < diploma.issued_on or handed_on > school_day(w.now):
        raise UserError("领取日期要在发证日期以后、今天以前。")
    if relation is not Relation.SELF and not ((taker_name or "").strip() and (taker_number or "").strip()):
        raise UserError("代领要写明代领人的姓名和证件号码，并附委托书。")
    row = DiplomaReceipt(
        diploma_id=diploma_id, handed_on=handed_on, relation=relation,
        taker_name=person.name if relation is Relation.SELF else (taker_name or "").strip(),
        taker_number=None if relation is Relation.SELF else (taker_number or "").strip().upper(),
        handed_by=w.actor, note=note or None,
    )  # fmt: skip
    w.session.add(row)
    w.session.flush()
    if paper is not None:
        attach(
            w, table="diploma_receipt", row_id=row.id, purpose=PROXY, digest=paper.digest, name=paper.name,
            media=paper.media, size=paper.size,
        )  # fmt: skip
    w.note(f"{person.name} {relation.label}领取")
    return row.id


@action("补办证明书")
def record_proof(
    w: Writing, *, diploma_id: str, number: str, issuer: str, issued_on: date, reason: str
) -> str:
    """A 毕业证明书 the issuer gave in the place of a lost diploma; the diploma stays in the register as it was."""
    diploma = w.session.get_one(Diploma, diploma_id)
    for words, label in ((number, "证明书编号"), (issuer, "出具机关"), (reason, "原因")):
        if not words.strip():
            raise UserError(f"请填写{label}。")
    if number.strip() == diploma.number:
        raise UserError("证明书有自己的编号，不能用原证书的编号。")
    other = w.session.scalar(select(DiplomaProof.id).where(DiplomaProof.number == number.strip()))
    if other:
        raise UserError(f"证明书编号 {number.strip()} 已经登记过，请核对。")
    if issued_on > school_day(w.now) or issued_on < diploma.issued_on:
        raise UserError("出具日期要在发证日期以后、今天以前。")
    row = DiplomaProof(
        diploma_id=diploma_id, number=number.strip(), issuer=issuer.strip(), issued_on=issued_on, reason=reason.strip()
    )  # fmt: skip
    w.session.add(row)
    w.session.flush()
    w.note(f"{w.session.get_one(Person, diploma.person_id).name} {row.number}")
    return row.id
