"""免考: a subject the credit bank certifies, with its proof; it counts once the city has reviewed it."""

from datetime import date

from sqlalchemy import select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.catalogue.terms import DualLevel, Subject
from kqdesk.rooms.exams.actions.checks import said
from kqdesk.rooms.exams.model import Exemption
from kqdesk.rooms.exams.rules import same_subject
from kqdesk.rooms.people.model import Person
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import KeptFile, attach

PROOF = "proof"  # purpose of the attached certificate


@action("登记免考")
def record_exemption(
    w: Writing,
    *,
    person_id: str,
    level: DualLevel,
    subject: Subject,
    proof_no: str,
    issuer: str,
    issued_on: date,
    points_tenths: int | None = None,
    reviewed_on: date | None = None,
    note: str | None = None,
    proof: KeptFile | None = None,
) -> str:
    """One subject certified by the credit bank; the same proof serves nobody else. Returns its id."""
    _refuse_known(w, person_id, level, subject, said(proof_no, "证明编号"))
    row = Exemption(
        person_id=person_id, level=level, subject=subject, proof_no=proof_no.strip(), issuer=said(issuer, "出具单位"),
        issued_on=_past(w, issued_on, "出具日期"), points_tenths=points_tenths,
        reviewed_on=_past(w, reviewed_on, "市审核日期") if reviewed_on else None, note=note or None,
    )  # fmt: skip
    w.session.add(row)
    w.session.flush()
    if proof is not None:
        _attach(w, row.id, proof)
    w.note(f"{w.session.get_one(Person, person_id).name} {subject.label}")
    return row.id


@action("审核免考")
def review_exemption(w: Writing, *, exemption_id: str, reviewed_on: date) -> None:
    """The city has reviewed it: from now on it counts in 双证."""
    row = w.session.get_one(Exemption, exemption_id)
    row.reviewed_on = _past(w, reviewed_on, "市审核日期")
    w.note(f"{w.session.get_one(Person, row.person_id).name} {row.subject.label}")


@action("放入免考证明")
def attach_proof(w: Writing, *, exemption_id: str, proof: KeptFile) -> None:
    """The scanned certificate of an exemption."""
    row = w.session.get_one(Exemption, exemption_id)
    _attach(w, row.id, proof)
    w.note(f"{row.proof_no} {proof.name}")


@action("删除免考")
def remove_exemption(w: Writing, *, exemption_id: str) -> None:
    """Recorded by mistake."""
    row = w.session.get_one(Exemption, exemption_id)
    w.note(f"{w.session.get_one(Person, row.person_id).name} {row.subject.label}")
    w.session.delete(row)


def _attach(w: Writing, row_id: str, proof: KeptFile) -> None:
    attach(
        w, table="exemption", row_id=row_id, purpose=PROOF, digest=proof.digest, name=proof.name, media=proof.media,
        size=proof.size,
    )  # fmt: skip


def _refuse_known(w: Writing, person_id: str, level: DualLevel, subject: Subject, proof_no: str) -> None:
    other = w.session.scalar(
        select(Person.name)
        .join(Exemption, Exemption.person_id == Person.id)
        .where(Exemption.proof_no == proof_no.strip(), Exemption.person_id != person_id)
    )
    if other:
        raise UserError(f"证明编号 {proof_no.strip()} 已经登记在{other}名下，同一张证明不能给两个人。")
    own = w.session.scalars(
        select(Exemption.subject).where(Exemption.person_id == person_id, Exemption.level == level)
    )
    if any(same_subject(subject, known) for known in own):
        raise UserError(f"这名学员的{subject.label}已经登记过免考。")


def _past(w: Writing, on: date, label: str) -> date:
    if on > school_day(w.now):
        raise UserError(f"{label}不能在今天以后。")
    return on
