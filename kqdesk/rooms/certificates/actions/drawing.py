"""A certificate's way: drawn up by one, approved by another, handed out, revoked, reissued; numbers given and void."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, update

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.certificates import queries, rules
from kqdesk.rooms.certificates.model import (
    DRAWN,
    FROZEN,
    CompletionCertificate,
    NumberBlock,
    SigningKey,
    VoidNumber,
)
from kqdesk.rooms.certificates.terms import SERIALS, CertificateState
from kqdesk.rooms.office.actions.steps import sign_step
from kqdesk.rooms.office.queries import school_card
from kqdesk.rooms.office.queries.steps import signers_of
from kqdesk.rooms.office.terms import Step
from kqdesk.rooms.past.queries import numbers_given
from kqdesk.rooms.past.rules import NumberGiven
from kqdesk.rooms.past.terms import Part
from kqdesk.rooms.people.model import Person
from kqdesk.security.certificate_number import expand_number
from kqdesk.security.certificate_qr import Claim, encode
from kqdesk.security.signing import Signer, key_id
from kqdesk.store.actions import Writing, action
from kqdesk.sync.own_numbers import own_spans

APPROVED = "证书已批准，不能撤销批准。要收回请用「撤销证书」，再用「补发证书」。"


@action("制作证书")
def draw_certificates(
    w: Writing,
    *,
    cohort_id: str,
    enrolment_ids: Sequence[str],
    awarded_on: date,
    course_title: str | None = None,
    signer: Signer | None,
) -> list[str]:
    """Draw up completion certificates of a cohort with their numbers; another person approves. Returns their ids.

    Refused as a whole, with every name, when somebody may not get one.
    """
    if awarded_on > school_day(w.now):
        raise UserError("发证日期不能在今天以后。")
    facts = queries.cohort_facts(w.session, cohort_id)
    course = (course_title or facts.course_title).strip()
    chosen = set(enrolment_ids)
    learners = [
        one for one in queries.learners_to_certify(w.session, cohort_id, on=awarded_on) if one.id in chosen
    ]
    if not learners:
        raise UserError("请先选中要发证的学员。")
    _refuse(
        [f"{one.name}（{'；'.join(one.eligibility.reasons)}）" for one in learners if one.eligibility.reasons]
    )
    faults = [fault for one in learners for fault in rules.text_faults(one.name, course)]
    if faults:
        raise UserError("".join(dict.fromkeys(faults)))
    rows = [
        {
            "person_id": one.person_id, "enrolment_id": one.id, "name": one.name, "course_title": course,
            "study_hours": facts.study_hours,
        }
        for one in learners
    ]  # fmt: skip
    w.note(f"{facts.title} {len(rows)} 张")
    return _draw(w, rows, awarded_on, signer)


@action("退回制证")
def discard_certificates(w: Writing, *, ids: Sequence[str], reason: str | None = None) -> int:
    """Throw away certificates nobody approved yet; their numbers stay used and are void."""
    rows = certificates_of(w, ids)
    if any(row.state is not CertificateState.DRAWN for row in rows):
        raise UserError("只有待审批的证书可以退回。已批准的请用「撤销证书」。")
    w.session.execute(delete(CompletionCertificate).where(CompletionCertificate.id.in_(ids)))
    w.session.execute(
        insert(VoidNumber),
        [
            {"serial_no": row.serial_no, "year": row.awarded_on.year, "voided_on": school_day(w.now),
             "voided_by": w.actor, "reason": (reason or "").strip() or "退回制证"}
            for row in rows
        ],
    )  # fmt: skip
    w.note(f"{len(rows)} 张")
    return len(rows)


@action("批准证书", final=APPROVED)
def approve_certificates(w: Writing, *, ids: Sequence[str], issuer: Signer, signer: Signer | None) -> int:
    """The second person's word: each text is signed with the school's key and sealed. Returns how many.

    NotAllowed for what the actor drew up herself, UserError for what nobody signed as drawn. Both persons' own
    signatures are kept. A school key used for the first time is put on record.
    """
    rows = certificates_of(w, ids)
    if any(row.state is not CertificateState.DRAWN for row in rows):
        raise UserError("选中的证书里有已经批准过的。请只选“待审批”的。")
    if any(row.drawn_by == w.actor for row in rows):
        raise NotAllowed("这些证书是您制作的，要由另一个人批准。小学校可以请区里批准。")
    _expect_signed(w, rows)
    school = school_card(w.session)
    if school is None:
        raise UserError("还没有建立学校，不能发证。")
    minutes = queries.minutes_per_hour(w.session, school_day(w.now))
    if minutes is None:
        raise UserError("“1 学时是多少分钟”未配置。请先到「设置 · 规则包」填写，证书上要写学时。")
    host, key = queries.host_of(w.session), _put_key_on_record(w, issuer, rows)
    signed = [
        {
            "id": row.id, "state": CertificateState.APPROVED, "approved_by": w.actor, "approved_at": w.now,
            "key_id": key, "qr_text": _square(row, school.code, minutes, issuer, host),
        }
        for row in rows
    ]  # fmt: skip
    w.session.execute(update(CompletionCertificate), signed)
    sign_step(
        w, signer=signer, table="completion_certificate", row_ids=[row.id for row in rows], step=Step.APPROVE,
        columns=FROZEN,
    )  # fmt: skip
    w.note(f"{len(rows)} 张")
    return len(rows)


def _expect_signed(w: Writing, rows: Sequence[CompletionCertificate]) -> None:
    """Every draft carries its maker's good signature: one slipped in or changed beside the program has none."""
    signed = signers_of(w.session, "completion_certificate", [row.id for row in rows], Step.DRAW)
    bare = [row.serial_no for row in rows if row.drawn_by not in signed.get(row.id, set())]
    if bare:
        raise UserError(
            f"编号 {'、'.join(bare[:5])} 没有制证人的有效签名，或制证后被改动过，不能批准。请「退回制证」后重新制作。"
        )


@action("发放证书")
def hand_out(w: Writing, *, ids: Sequence[str], receipt: str | None = None, on: date | None = None) -> int:
    """To the learner herself, or to whoever signs for her (``receipt``)."""
    rows = certificates_of(w, ids)
    if any(row.state not in (CertificateState.APPROVED, CertificateState.PRINTED) for row in rows):
        raise UserError("只有已批准、已打印的证书可以发放。请看选中各张的状态。")
    expect_reviewed(w, ids)
    for row in rows:
        row.state, row.handed_on = CertificateState.HANDED_OUT, on or school_day(w.now)
        row.handed_to = (receipt or "").strip() or row.name
    w.note(f"{len(rows)} 张")
    return len(rows)


def expect_reviewed(w: Writing, ids: Sequence[str]) -> None:
    """UserError while the district, where the rule pack wants its word, has not passed every one of these."""
    fault = rules.review_fault(queries.not_passed(w.session, ids, on=school_day(w.now)))
    if fault:
        raise UserError(fault)


@action("撤销证书", final="证书已撤销，不能恢复。需要时请用「补发证书」另发新证。")
def revoke_certificate(
    w: Writing, *, certificate_id: str, reason: str, on: date | None = None, signer: Signer | None
) -> None:
    """An approved certificate no longer counts; whoever verifies it is told so."""
    row = w.session.get_one(CompletionCertificate, certificate_id)
    if row.state is CertificateState.DRAWN:
        raise UserError("这张证书还没有批准，直接「退回制证」就行。")
    if row.state is CertificateState.REVOKED:
        raise UserError("这张证书已经撤销过了。")
    if not reason.strip():
        raise UserError("请写明撤销原因，以后检查要看。")
    row.revoked_on, row.revoke_reason = on or school_day(w.now), reason.strip()
    row.state = CertificateState.REVOKED
    sign_step(
        w, signer=signer, table="completion_certificate", row_ids=[row.id], step=Step.REVOKE,
        columns=(*FROZEN, "revoked_on", "revoke_reason"),
    )  # fmt: skip
    w.note(row.serial_no)


@action("补发证书")
def reissue_certificate(
    w: Writing,
    *,
    certificate_id: str,
    awarded_on: date,
    course_title: str | None = None,
    signer: Signer | None,
) -> str:
    """A new certificate with a new number in place of a revoked one, with the name as it is now. Returns its id."""
    old = w.session.get_one(CompletionCertificate, certificate_id)
    if old.state is not CertificateState.REVOKED:
        raise UserError("要补发，先把原来那张「撤销证书」，写明原因（遗失、写错等）。")
    if awarded_on > school_day(w.now):
        raise UserError("发证日期不能在今天以后。")
    newer = select(CompletionCertificate.serial_no).where(CompletionCertificate.replaces_id == old.id)
    already = w.session.scalar(newer.where(CompletionCertificate.state != CertificateState.REVOKED))
    if already:
        raise UserError(f"这张证书已经补发过，新编号是 {already}。")
    person = w.session.get_one(Person, old.person_id)
    course = (course_title or old.course_title).strip()
    faults = rules.text_faults(person.name, course)
    if faults:
        raise UserError("".join(faults))
    row = {
        "person_id": old.person_id, "enrolment_id": old.enrolment_id, "name": person.name, "course_title": course,
        "study_hours": old.study_hours, "replaces_id": old.id,
    }  # fmt: skip
    [fresh] = _draw(w, [row], awarded_on, signer)
    w.note(f"代替 {old.serial_no}")
    return fresh


# -- inside ---------------------------------------------------------------------------------------


def certificates_of(w: Writing, ids: Sequence[str]) -> Sequence[CompletionCertificate]:
    """The certificates with these ids by number; UserError when there is none."""
    found = w.session.scalars(
        select(CompletionCertificate)
        .where(CompletionCertificate.id.in_(ids))
        .order_by(CompletionCertificate.serial_no)
    ).all()
    if not found:
        raise UserError("请先选中证书。")
    return found


def _refuse(names: Sequence[str]) -> None:
    if names:
        shown = "、".join(names[:8]) + (f" 等 {len(names)} 人" if len(names) > 8 else "")
        raise UserError(f"下面的学员还不能发证：{shown}。请去掉他们，或先补齐。")


def _draw(w: Writing, rows: Sequence[dict[str, Any]], awarded_on: date, signer: Signer | None) -> list[str]:
    school = school_card(w.session)
    if school is None:
        raise UserError("还没有建立学校，不能发证。")
    pattern = queries.number_pattern(w.session, awarded_on)
    code = rules.short_school_code(school.code, school.region_code)
    year = awarded_on.year
    numbers = _unused_numbers(
        w,
        len(rows),
        year,
        lambda serial: expand_number(
            pattern, region=school.region_code, school=code, year=year, serial=serial
        ),
    )
    full = [
        {"replaces_id": None, **row, "serial_no": number, "issuer": school.name, "awarded_on": awarded_on,
         "drawn_by": w.actor}
        for row, number in zip(rows, numbers, strict=True)
    ]  # fmt: skip
    w.session.execute(insert(CompletionCertificate), full)
    ids = dict(
        w.session.execute(
            select(CompletionCertificate.serial_no, CompletionCertificate.id).where(
                CompletionCertificate.serial_no.in_(numbers)
            )
        ).all()
    )
    made = [ids[number] for number in numbers]
    sign_step(w, signer=signer, table="completion_certificate", row_ids=made, step=Step.DRAW, columns=DRAWN)
    return made


def _unused_numbers(w: Writing, count: int, year: int, written: Callable[[int], str]) -> list[str]:
    """R-CER-08: the next numbers; one that stands in an old ledger already is passed over and void."""
    numbers: list[str] = []
    passed: dict[str, NumberGiven] = {}
    while len(numbers) < count:
        fresh = [written(serial) for serial in _serials(w, year, count - len(numbers))]
        known = numbers_given(w.session, Part.HOURS, fresh)
        numbers += [number for number in fresh if number not in known]
        passed |= known
    if passed:
        void = [
            {"serial_no": number, "year": year, "voided_on": school_day(w.now), "voided_by": w.actor,
             "reason": f"编号已在{given.words}用过"}
            for number, given in passed.items()
        ]  # fmt: skip
        w.session.execute(insert(VoidNumber), void)
        w.note(f"{'、'.join(list(passed)[:3])} 在历史台账里用过，已跳过")
    return numbers


def _serials(w: Writing, year: int, count: int) -> list[int]:
    """The next ``count`` serials of this station: of its leases where there is a hub, else of a block of its own."""
    blocks = w.session.scalars(
        select(NumberBlock).where(NumberBlock.year == year).order_by(NumberBlock.first_serial)
    ).all()
    spans = own_spans(w.session, SERIALS, year)
    if spans is None:
        mine = [block for block in blocks if block.station == w.station]
    else:
        known = {block.first_serial: block for block in blocks}
        mine = [known.get(first) or _leased(w, year, first, last) for first, last in spans]
    taken: list[int] = []
    for block in mine:
        taken += _next_of(block, count - len(taken))
    if len(taken) == count:
        return taken
    if spans is not None:
        raise UserError(rules.NO_NUMBERS.format(year=year, left=len(taken), wanted=count))
    last = [block.last_serial for block in blocks]
    while len(taken) < count:
        first, end = rules.next_block(last)
        taken += _next_of(_leased(w, year, first, end), count - len(taken))
        last.append(end)
    return taken


def _leased(w: Writing, year: int, first: int, last: int) -> NumberBlock:
    """A block nobody else uses, entered into the register when its first number is needed."""
    block = NumberBlock(year=year, first_serial=first, last_serial=last, next_serial=first, station=w.station)
    w.session.add(block)
    return block


def _next_of(block: NumberBlock, most: int) -> range:
    """Up to ``most`` of its unused serials, used from now on."""
    free = range(block.next_serial, min(block.last_serial, block.next_serial + most - 1) + 1)
    block.next_serial += len(free)
    return free


def _square(row: CompletionCertificate, school: str, minutes: int, issuer: Signer, host: str) -> str:
    claim = Claim(
        row.serial_no, row.name, school, row.awarded_on, row.course_title, row.study_hours * minutes
    )
    return encode(claim, issuer, host)


def _put_key_on_record(w: Writing, issuer: Signer, rows: Sequence[CompletionCertificate]) -> str:
    """The key's id; its row reaches back to the earliest certificate it signs."""
    name, earliest = key_id(issuer.public).hex(), min(row.awarded_on for row in rows)
    known = w.session.scalar(select(SigningKey).where(SigningKey.public_key == issuer.public.hex()))
    if known is None:
        w.session.add(
            SigningKey(key_id=name, public_key=issuer.public.hex(), since=min(earliest, school_day(w.now)))
        )
    elif earliest < known.since:
        known.since = earliest
    return name
