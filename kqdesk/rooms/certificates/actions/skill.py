"""职业技能证书 somebody brought: recorded, looked up, mended."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, update

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.catalogue.terms import SkillLevel
from kqdesk.rooms.certificates import queries
from kqdesk.rooms.certificates.model import SkillCertificate
from kqdesk.rooms.certificates.terms import SCAN, Verification
from kqdesk.rooms.past.queries import numbers_given
from kqdesk.rooms.past.rules import is_hers
from kqdesk.rooms.past.terms import Part
from kqdesk.rooms.people.model import Person
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import KeptFile, attach

# -- skill certificates ---------------------------------------------------------------------------


@action("登记技能证书")
def record_skill_certificate(
    w: Writing,
    *,
    person_id: str,
    occupation: str,
    level: SkillLevel,
    number: str | None = None,
    issuer: str | None = None,
    issued_on: date | None = None,
    expires_on: date | None = None,
    verification: Verification = Verification.UNCHECKED,
) -> str:
    """What somebody brought; the same number is never recorded for two people. Returns its id."""
    row = SkillCertificate(person_id=person_id, occupation="", level=level)
    _fill_skill(w, row, occupation, level, number, issuer, issued_on, expires_on, verification)
    w.session.add(row)
    w.session.flush()
    w.note(f"{queries.person_name(w.session, person_id)} {row.occupation} {level.label}")
    return row.id


@action("修改技能证书")
def change_skill_certificate(
    w: Writing,
    *,
    certificate_id: str,
    occupation: str,
    level: SkillLevel,
    number: str | None = None,
    issuer: str | None = None,
    issued_on: date | None = None,
    expires_on: date | None = None,
    verification: Verification = Verification.UNCHECKED,
    seen: int | None = None,
) -> None:
    """Mend what was recorded; StaleRecord when somebody else was quicker."""
    row = w.session.get_one(SkillCertificate, certificate_id)
    w.check_fresh(
        row, ("occupation", "level", "number", "issuer", "issued_on", "expires_on", "verification"), seen
    )
    _fill_skill(w, row, occupation, level, number, issuer, issued_on, expires_on, verification)
    w.note(row.occupation)


@action("核验技能证书")
def verify_skill_certificate(w: Writing, *, ids: Sequence[str], verification: Verification) -> int:
    """What looking them up at their issuer brought."""
    w.session.execute(
        update(SkillCertificate).where(SkillCertificate.id.in_(ids)).values(verification=verification)
    )
    w.note(f"{verification.label} {len(ids)} 本")
    return len(ids)


@action("删除技能证书")
def remove_skill_certificate(w: Writing, *, certificate_id: str) -> None:
    """Recorded by mistake."""
    row = w.session.get_one(SkillCertificate, certificate_id)
    w.note(row.occupation)
    w.session.delete(row)


def _fill_skill(
    w: Writing,
    row: SkillCertificate,
    occupation: str,
    level: SkillLevel,
    number: str | None,
    issuer: str | None,
    issued_on: date | None,
    expires_on: date | None,
    verification: Verification,
) -> None:
    if not occupation.strip():
        raise UserError("请填写职业（工种），例如“电工”“养老护理员”。")
    if issued_on and issued_on > school_day(w.now):
        raise UserError("发证日期不能在今天以后。")
    if issued_on and expires_on and expires_on <= issued_on:
        raise UserError("有效期要在发证日期之后。")
    plain = (number or "").strip().upper() or None
    other = w.session.scalar(
        select(Person.name)
        .join(SkillCertificate, SkillCertificate.person_id == Person.id)
        .where(SkillCertificate.number == plain, SkillCertificate.id != (row.id or ""))
    )
    if plain and other:
        raise UserError(f"证书编号 {plain} 已经登记在{other}名下。请核对编号，同一本证书不能登记两次。")
    if plain:
        _refuse_past(w, plain, row.person_id)
    row.occupation, row.level, row.number, row.issuer = (
        occupation.strip(),
        level,
        plain,
        (issuer or "").strip() or None,
    )
    row.issued_on, row.expires_on, row.verification = issued_on, expires_on, verification


def _refuse_past(w: Writing, number: str, person_id: str) -> None:
    given = numbers_given(w.session, Part.SKILLS, [number]).get(number)
    person = w.session.get_one(Person, person_id)
    if given is not None and not is_hers(given, person_id, person.name, person.id_number):
        raise UserError(f"证书编号 {number} 已经在{given.words}里。请核对编号，同一本证书不能登记给两个人。")


@action("附技能证书扫描件")
def attach_skill_scan(w: Writing, *, certificate_id: str, scan: KeptFile) -> None:
    """The scan or photo of the paper, kept before; a later one takes its place."""
    row = w.session.get_one(SkillCertificate, certificate_id)
    attach(
        w, table="skill_certificate", row_id=row.id, purpose=SCAN, digest=scan.digest, name=scan.name,
        media=scan.media, size=scan.size,
    )  # fmt: skip
    row.scan = scan.digest
    w.note(row.occupation)
