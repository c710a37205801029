"""A person's own rights: to see, to correct, to be erased (个人信息保护法 第四十四至四十七条)."""

from datetime import date

from sqlalchemy.orm import Session

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.office.actions import sign_step
from kqdesk.rooms.office.queries import may_see_full_ids, role_of, signers_of
from kqdesk.rooms.office.terms import Step
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.privacy.actions.erasing import Erased, erase_by_plan
from kqdesk.rooms.privacy.model import PrivacyRequest
from kqdesk.rooms.privacy.queries.affairs import due_day
from kqdesk.rooms.privacy.queries.dossier import Dossier, dossier
from kqdesk.rooms.privacy.queries.terms_in_force import terms_in_force
from kqdesk.rooms.privacy.queries.whole import ErasurePlan, plan_erasure
from kqdesk.rooms.privacy.rules.keeping import second_person_fault
from kqdesk.rooms.privacy.terms import RequestKind, RequestState
from kqdesk.security.masking import mask_id
from kqdesk.security.signing import Signer
from kqdesk.store.actions import Writing, action

TABLE = PrivacyRequest.__tablename__
PROPOSED = ("person_id", "kind", "plan", "plan_digest", "proposed_by")
AGREED = (*PROPOSED, "agreed_by")
ERASED = "个人信息已按规定删除，不能恢复。办错了只能请本人重新登记。"


@action("登记个人信息请求")
def open_request(
    w: Writing,
    *,
    person_id: str,
    kind: RequestKind,
    received_on: date,
    asked_by: str | None = None,
    contact: str | None = None,
    wish: str | None = None,
) -> str:
    """Somebody asks something about her own data; the day of the answer follows from the rule packs. Returns its id."""
    person = _person(w, person_id)
    if received_on > school_day(w.now):
        raise UserError("收到日期不能在今天以后。")
    if kind is RequestKind.CORRECT and not (wish or "").strip():
        raise UserError("请写明要更正什么、改成什么。")
    row = PrivacyRequest(
        person_id=person_id,
        kind=kind,
        received_on=received_on,
        asked_by=(asked_by or "").strip() or person.name,
        contact=(contact or "").strip() or None,
        wish=(wish or "").strip() or None,
        due_on=due_day(w.session, received_on),
    )
    w.session.add(row)
    w.session.flush()
    w.note(f"{person.name} {kind.label}")
    return row.id


@action("办结个人信息请求")
def answer_request(w: Writing, *, request_id: str, answer: str) -> None:
    """Seen, copied or corrected: what was done. An erasure is done by its two persons instead."""
    row = _request(w, request_id)
    if row.kind is RequestKind.ERASE:
        raise UserError("删除请求要由两个人办：先“提出删除”，再由另一人“同意并删除”；不能办的请“答复不办”。")
    _close(w, row, RequestState.DONE, answer)


@action("答复不办")
def refuse_request(w: Writing, *, request_id: str, answer: str) -> None:
    """It cannot be done, and why; the person may turn to the district or a court (第五十条)."""
    _close(w, _request(w, request_id), RequestState.REFUSED, answer)


@action("提出删除个人信息")
def propose_erasure(w: Writing, *, request_id: str, signer: Signer | None) -> ErasurePlan:
    """The first person's word: what would be deleted and what stays is written down and signed."""
    row = _request(w, request_id)
    if row.kind is not RequestKind.ERASE:
        raise UserError("这件请求不是要求删除。")
    person = _person(w, row.person_id)
    plan = _plan(w.session, row.person_id, school_day(w.now))
    row.plan, row.plan_digest = [list(line) for line in plan.lines()], plan.digest
    row.state, row.proposed_by = RequestState.PROPOSED, w.actor
    sign_step(w, signer=signer, table=TABLE, row_ids=(row.id,), step=Step.PROPOSE, columns=PROPOSED)
    w.note(person.name)
    return plan


@action("同意并删除个人信息", final=ERASED, erases=True)
def execute_erasure(w: Writing, *, request_id: str, signer: Signer | None) -> Erased:
    """The second person's word: everything of the plan is gone. NotAllowed for who proposed it.

    UserError when something of the person changed since it was proposed. The caller destroys ``digests`` afterwards.
    """
    row = _request(w, request_id)
    if row.state is not RequestState.PROPOSED:
        raise UserError("这件删除请求还没有人提出，或者已经办过了。请刷新这一页。")
    signed = signers_of(w.session, TABLE, (row.id,), Step.PROPOSE).get(row.id, set())
    expect_second(w, row.proposed_by, signed)
    plan = _plan(w.session, row.person_id, school_day(w.now))
    if plan.digest != row.plan_digest:
        raise UserError("提出以后这个人的记录又变了。请先“退回”，核对后重新提出。")
    row.agreed_by, row.state = w.actor, RequestState.DONE
    row.answered_on = school_day(w.now)
    sign_step(w, signer=signer, table=TABLE, row_ids=(row.id,), step=Step.AGREE, columns=AGREED)
    done = erase_by_plan(w, plan)
    w.note(f"删除 {done.rows} 条，按规定保留 {done.kept} 条")
    return done


@action("退回删除请求")
def return_request(w: Writing, *, request_id: str) -> None:
    """Not agreed to: the request is open again."""
    row = _request(w, request_id)
    if row.state is not RequestState.PROPOSED:
        raise UserError("这件请求不在等第二个人同意。")
    row.state, row.plan, row.plan_digest, row.proposed_by = RequestState.OPEN, None, None, None


@action("导出个人档案", looks=True)
def export_dossier(w: Writing, *, person_id: str) -> Dossier:
    """Everything known of one person, whole; the look stays in the journal. NotAllowed without the right to see it."""
    if not may_see_full_ids(w.session, w.actor):
        raise NotAllowed(
            "个人档案里有完整证件号，您没有查看的权限。需要时请校长在「设置 · 操作人」里给您开通。"
        )
    person = _person(w, person_id)
    found = dossier(w.session, person_id=person_id)
    assert found is not None
    w.note(f"{person.name} {mask_id(person.id_number)}")
    return found


def expect_second(w: Writing, proposed_by: str | None, signed: set[str]) -> None:
    """NotAllowed unless the first person really signed and the actor is a lawful second one."""
    if not proposed_by or proposed_by not in signed:
        raise UserError("没有第一个人的有效签名，可能在程序之外被改过，不能删除。请退回后重新提出。")
    roles = [role_of(w.session, proposed_by), role_of(w.session, w.actor)]
    wrong = second_person_fault(proposed_by, w.actor, roles)
    if wrong:
        raise NotAllowed(wrong)


def _plan(session: Session, person_id: str, today: date) -> ErasurePlan:
    return plan_erasure(session, (person_id,), terms=terms_in_force(session, on=today), today=today)


def _close(w: Writing, row: PrivacyRequest, state: RequestState, answer: str) -> None:
    if not answer.strip():
        raise UserError("请写明怎样答复的，以后检查要看。")
    row.state, row.answer, row.answered_on = state, answer.strip(), school_day(w.now)
    w.note(row.kind.label)


def _request(w: Writing, request_id: str) -> PrivacyRequest:
    row = w.session.get(PrivacyRequest, request_id)
    if row is None or row.state in (RequestState.DONE, RequestState.REFUSED):
        raise UserError("这件请求已经办结，或刚被撤销了登记。请刷新这一页。")
    return row


def _person(w: Writing, person_id: str) -> Person:
    person = w.session.get(Person, person_id)
    if person is None:
        raise UserError("这个人已经不在花名册里了。请刷新名单。")
    return person
