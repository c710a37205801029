"""Certificates that wait for the district, as they lie at the hub."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, func, select

from kqdesk.rooms.certificates.queries.hub_register import CERTIFICATE
from kqdesk.rooms.certificates.terms import REVIEWABLE
from kqdesk.security.masking import mask_name

REVIEW = "certificate_review"
Tables = Callable[[str], Table]
Opener = Callable[[str, str, object], Any]


@dataclass(frozen=True)
class WaitingCertificate:
    """One certificate; the name masked. ``returned``: why the district sent it back, "" while nobody looked."""

    id: str
    serial_no: str
    name: str
    cohort: str
    course_title: str
    study_hours: int
    awarded_on: date
    returned: str


def waiting_counts(connection: Connection, tables: Tables) -> dict[str, int]:
    """School → certificates it approved and nobody of the district has looked at. One statement."""
    row, review = tables(CERTIFICATE), tables(REVIEW)
    seen = select(review.c.id).where(review.c.school == row.c.school, review.c.certificate_id == row.c.id)
    wanted = (
        select(row.c.school, func.count())
        .where(row.c.state.in_(REVIEWABLE), ~seen.exists())
        .group_by(row.c.school)
    )
    return {row[0]: int(row[1]) for row in connection.execute(wanted)}


def waiting_certificates(
    connection: Connection, tables: Tables, school: str, *, opened: Opener
) -> list[WaitingCertificate]:
    """Of one school: approved, not handed out, not passed; by cohort and number. Two statements."""
    row, review, enrolment, cohort = (
        tables(CERTIFICATE),
        tables(REVIEW),
        tables("enrolment"),
        tables("cohort"),
    )
    said = select(review).where(review.c.school == school).order_by(review.c.reviewed_at, review.c.id)
    newest = {line["certificate_id"]: line for line in connection.execute(said).mappings()}
    wanted = (
        select(row, cohort.c.title.label("cohort"))
        .join(enrolment, (enrolment.c.school == row.c.school) & (enrolment.c.id == row.c.enrolment_id))
        .join(cohort, (cohort.c.school == row.c.school) & (cohort.c.id == enrolment.c.cohort_id))
        .where(row.c.school == school, row.c.state.in_(REVIEWABLE))
        .order_by(cohort.c.title, row.c.serial_no)
    )
    found = []
    for line in connection.execute(wanted).mappings():
        last = newest.get(line["id"])
        if last is not None and last["accepted"]:
            continue
        name = mask_name(opened(CERTIFICATE, "name", line["name"]))
        back = opened(REVIEW, "words", last["words"]) or "" if last is not None else ""
        found.append(
            WaitingCertificate(
                line["id"], line["serial_no"], name, line["cohort"], line["course_title"], line["study_hours"],
                line["awarded_on"], back,
            )
        )  # fmt: skip
    return found
