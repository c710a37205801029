"""What the district said of certificates, where the rule pack has it review them before they are printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.certificates.model import CertificateReview, CompletionCertificate
from kqdesk.rooms.certificates.queries.register import CertificatePaper, CertificateRow, papers_of
from kqdesk.rooms.certificates.terms import REVIEWABLE, REVIEWED
from kqdesk.rooms.office.queries import pack_value


@dataclass(frozen=True)
class Review:
    """The newest word of the district on one certificate."""

    accepted: bool
    words: str
    by: str


def district_reviews(session: Session, *, on: date) -> Mapping[str, Review] | None:
    """Certificate → the district's newest word; None where the district does not review (unset counts as no)."""
    told = pack_value(session, REVIEWED, on=on)
    if told is None or not told.flag:
        return None
    rows = session.scalars(
        select(CertificateReview).order_by(CertificateReview.reviewed_at, CertificateReview.id)
    )
    return {row.certificate_id: Review(row.accepted, row.words or "", row.reviewed_by) for row in rows}


def not_passed(session: Session, ids: Sequence[str], *, on: date) -> list[tuple[str, str]]:
    """(number, why it was returned or "" while nobody looked) of those the district has not passed; three statements."""
    reviews = district_reviews(session, on=on)
    if reviews is None or not ids:
        return []
    found = session.execute(
        select(CompletionCertificate.id, CompletionCertificate.serial_no)
        .where(CompletionCertificate.id.in_(ids))
        .order_by(CompletionCertificate.serial_no)
    )
    waiting = [(number, reviews.get(key)) for key, number in found]
    return [(number, one.words if one else "") for number, one in waiting if one is None or not one.accepted]


def papers_to_print(session: Session, ids: Sequence[str], *, on: date) -> list[CertificatePaper]:
    """``papers_of``; what the district has not passed is a specimen, as what the school has not approved."""
    waiting = {number for number, _ in not_passed(session, ids, on=on)}
    return [
        replace(paper, is_drawn=True) if paper.serial_no in waiting else paper
        for paper in papers_of(session, ids)
    ]


def with_district(session: Session, rows: Sequence[CertificateRow], *, on: date) -> list[CertificateRow]:
    """The register's rows with what the district still has to say; two statements."""
    reviews = district_reviews(session, on=on)
    if reviews is None:
        return list(rows)
    return [replace(row, district=_words(row, reviews.get(row.id))) for row in rows]


def _words(row: CertificateRow, review: Review | None) -> str:
    if row.state not in REVIEWABLE:
        return ""
    if review is None:
        return "待区审核"
    return "" if review.accepted else f"区里退回：{review.words}"
