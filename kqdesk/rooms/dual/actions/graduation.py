"""Applications for graduation: taken in, checked by another person, posted, sent on with a packet's hash."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, insert, select

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.rooms.cohorts import actions as cohorts
from kqdesk.rooms.cohorts.actions import Enrolled
from kqdesk.rooms.cohorts.terms import CohortKind
from kqdesk.rooms.dual import queries, rules
from kqdesk.rooms.dual.model import GraduationApplication, GraduationBatch
from kqdesk.rooms.dual.terms import GraduationState, Need
from kqdesk.rooms.office.actions.steps import sign_step
from kqdesk.rooms.office.terms import Step
from kqdesk.rooms.people.model import Person
from kqdesk.security.signing import Signer
from kqdesk.store.actions import Writing, action

APPROVED = ("title", "level", "drawn_by", "approved_by", "posted_on", "posted_until")


@action("建立毕业批次")
def open_batch(w: Writing, *, title: str, level: DualLevel) -> str:
    """An empty batch; returns its id."""
    if not title.strip():
        raise UserError("请填写批次名称，例如“2026 年上半年成人高中毕业”。")
    row = GraduationBatch(title=title.strip(), level=level, state=GraduationState.DRAFT, drawn_by=w.actor)
    w.session.add(row)
    w.session.flush()
    w.note(row.title)
    return row.id


@action("受理毕业申请")
def take_applications(w: Writing, *, batch_id: str, person_ids: Sequence[str]) -> int:
    """Learners into a batch, each with her credit sum and its explanation as they are today.

    Refused, with names, for those who have a diploma, lack a subject or the skill certificate, or applied already.
    """
    batch = _draft(w, batch_id)
    if not person_ids:
        raise UserError("请先选学员。")
    found = queries.board(w.session, on=school_day(w.now), level=batch.level)
    by_person = {row.person_id: row for row in found.rows}
    before = queries.applied(w.session, batch.level)
    wanted = [by_person[person] for person in dict.fromkeys(person_ids) if person in by_person]
    faults = []
    for row in wanted:
        lacks = [need.label for need in (Need.EXAM, Need.SKILL) if row.lacks(need)]
        if row.learner.diploma_no:
            faults.append(f"{row.name}已经有{batch.level.label}学历证书")
        elif row.person_id in before:
            faults.append(f"{row.name}已经在「{before[row.person_id]}」里申请过")
        elif lacks:
            faults.append(f"{row.name}还缺{'、'.join(lacks)}")
    if faults or not wanted:
        more = f"等 {len(faults)} 人" if len(faults) > 6 else ""
        raise UserError(f"{'；'.join(faults[:6]) or '选中的人不是这个层次的学员'}{more}，不能申请毕业。")
    schooling = dict(
        w.session.execute(
            select(Person.id, Person.education_code).where(Person.id.in_([r.person_id for r in wanted]))
        ).all()
    )
    rows = []
    for row in wanted:
        kept = rules.frozen(row.learner, found.rules, row.reckoning)
        rows.append(
            {
                "batch_id": batch_id, "person_id": row.person_id, "enrolment_id": row.enrolment_id,
                "applied_on": school_day(w.now), "education_code": schooling.get(row.person_id), "credits": kept.total, "is_whole": kept.is_whole,
                "threshold": kept.threshold, "lacking": list(kept.lacking), "packs": list(kept.packs),
                "explanation": list(kept.lines),
            }
        )  # fmt: skip
    w.session.execute(insert(GraduationApplication), rows)
    w.note(f"{batch.title} {len(rows)} 人")
    return len(rows)


@action("撤回毕业申请")
def drop_applications(w: Writing, *, batch_id: str, person_ids: Sequence[str]) -> int:
    """Out of a batch that is not sent yet."""
    batch = _unsent(w, batch_id)
    w.session.execute(
        delete(GraduationApplication).where(
            GraduationApplication.batch_id == batch_id, GraduationApplication.person_id.in_(person_ids)
        )
    )
    w.note(f"{batch.title} {len(person_ids)} 人")
    return len(person_ids)


@action("审核公示")
def post_batch(
    w: Writing, *, batch_id: str, posted_on: date, posted_until: date, signer: Signer | None
) -> None:
    """Another person than who took the applications in has checked them; the masked list is posted."""
    batch = _draft(w, batch_id)
    if batch.drawn_by == w.actor:
        raise NotAllowed("这一批是您受理的，要由另一个人审核后公示。请换另一人登录。")
    if not w.session.scalar(
        select(GraduationApplication.id).where(GraduationApplication.batch_id == batch_id)
    ):
        raise UserError("这一批还没有人申请，没有可以公示的。")
    if posted_until < posted_on:
        raise UserError("公示结束的日期要在开始以后。")
    batch.approved_by, batch.posted_on, batch.posted_until = w.actor, posted_on, posted_until
    batch.state = GraduationState.POSTED
    sign_step(
        w, signer=signer, table="graduation_batch", row_ids=[batch_id], step=Step.APPROVE, columns=APPROVED
    )
    w.note(f"{batch.title} 到 {posted_until:%Y-%m-%d}")


@action("报送毕业材料", final="毕业材料已经报送，不能撤销。要更正请联系接收单位退回后，在新的一批里重报。")
def submit_batch(w: Writing, *, batch_id: str, submitted_to: str, packet_digest: str) -> None:
    """The packet went to county or city; its SHA-256 is kept, and the batch is frozen. Not before the posting ended."""
    batch = _unsent(w, batch_id)
    today = school_day(w.now)
    if batch.state is not GraduationState.POSTED or batch.posted_until is None:
        raise UserError("还没有审核公示，不能报送。")
    if today <= batch.posted_until:
        raise UserError(f"公示到 {batch.posted_until:%Y-%m-%d} 才结束，之后才能报送。")
    if not submitted_to.strip():
        raise UserError("请填写报送单位，例如“绍兴市教育局”。")
    batch.submitted_on, batch.submitted_to = today, submitted_to.strip()
    batch.packet_digest, batch.state = packet_digest, GraduationState.SUBMITTED
    w.note(f"{batch.title} {batch.submitted_to}")


@action("开设重修班")
def open_retake_cohort(
    w: Writing, *, title: str, programme_id: str, person_ids: Sequence[str]
) -> tuple[str, Enrolled]:
    """A cohort draft of kind 重修班 with everybody chosen in it, as one act; returns its id and who came in."""
    if not person_ids:
        raise UserError("没有人缺这一科，不用开重修班。")
    cohort_id = cohorts.open_cohort(
        w, title=title, kinds=[CohortKind.RETAKE], programme_id=programme_id, capacity=len(set(person_ids))
    )
    enrolled = cohorts.enrol(w, cohort_id=cohort_id, person_ids=person_ids, accept_warnings=True)
    w.notes[:] = [f"{title} {enrolled.enrolled} 人"]
    return cohort_id, enrolled


def _unsent(w: Writing, batch_id: str) -> GraduationBatch:
    batch = w.session.get_one(GraduationBatch, batch_id)
    if batch.state is GraduationState.SUBMITTED:
        raise UserError(f"「{batch.title}」已经报送，不能再改。要更正请在新的一批里重报。")
    return batch


def _draft(w: Writing, batch_id: str) -> GraduationBatch:
    batch = _unsent(w, batch_id)
    if batch.state is not GraduationState.DRAFT:
        raise UserError(f"「{batch.title}」{batch.state.label}，不能再加人。要加请新建一批。")
    return batch
