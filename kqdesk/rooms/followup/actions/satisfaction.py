"""Questionnaires and the forms that come back: typed, scanned, taken out again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.cohorts.model import Cohort
from kqdesk.rooms.followup import queries, rules
from kqdesk.rooms.followup.model import Questionnaire, SatisfactionAnswer
from kqdesk.rooms.followup.terms import FORM, AnswerWay, Audience
from kqdesk.rooms.office.terms import UNSET
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import attach, attached

GONE = "这份问卷已经不在了。请刷新。"
MOST_WORDS = 500


@action("新建满意度问卷")
def open_questionnaire(
    w: Writing,
    *,
    cohort_id: str,
    token: str,
    audience: Audience = Audience.LEARNER,
    closes_on: date | None = None,
    expected: int | None = None,
    note: str | None = None,
) -> str:
    """One class, one audience: questions and scale of today's pack are frozen in it. Returns its id.

    ``token``: 32 hex digits by lot, for the page and the number. ``expected``: the most forms there may be; of learners
    it is how many sat in the class.
    """
    cohort = w.session.get(Cohort, cohort_id)
    if cohort is None:
        raise UserError("这个班级已经不在了。请刷新。")
    if fault := rules.token_fault(token):
        raise UserError(fault)
    today = school_day(w.now)
    _refuse_twin(w, cohort, audience)
    key = queries.QUESTIONS if audience is Audience.LEARNER else queries.EMPLOYER_QUESTIONS
    policy = queries.form_policy(w.session, key, today)
    scale = _scale(policy)
    most = queries.learners_of(w.session, cohort_id) if audience is Audience.LEARNER else expected
    if not most or most < 1:
        raise UserError(
            "班里还没有学员，没有人可以评。" if audience is Audience.LEARNER else "请写明最多几家单位来评。"
        )
    _check_close(closes_on, today)
    code = rules.form_code(token)
    if w.session.scalar(select(Questionnaire.id).where(Questionnaire.code == code)):
        raise UserError("问卷号碰巧重了，请再新建一次。")
    row = Questionnaire(
        cohort_id=cohort_id, trainer_id=queries.main_trainer(w.session, cohort_id), audience=audience, code=code, token=token,
        questions=[list(one) for one in policy.questions], scale=scale, rule=policy.rule, opened_on=today,
        closes_on=closes_on, expected=most, note=(note or "").strip() or None,
    )  # fmt: skip
    w.session.add(row)
    w.session.flush()
    w.note(f"{cohort.title} {audience.label}")
    return row.id


def _refuse_twin(w: Writing, cohort: Cohort, audience: Audience) -> None:
    there = w.session.scalar(
        select(Questionnaire.id).where(
            Questionnaire.cohort_id == cohort.id,
            Questionnaire.audience == audience,
            Questionnaire.is_open.is_(True),
        )
    )
    if there:
        raise UserError(f"{cohort.title}已经有一份{audience.label}问卷在收，不用再建。要重来请先结束那一份。")


def _scale(policy: queries.FormPolicy) -> int:
    if not policy.questions or policy.scale is None:
        raise UserError(
            f"满意度的问题或最高分{UNSET}。请到「设置 · 规则包」填写 satisfaction.questions、satisfaction.scale。"
        )
    if len(policy.questions) > rules.MOST_QUESTIONS:
        raise UserError(f"规则包里有 {len(policy.questions)} 个问题，一张纸最多 {rules.MOST_QUESTIONS} 个。")
    if not rules.LEAST_SCALE <= policy.scale <= rules.MOST_SCALE:
        raise UserError(
            f"规则包里的最高分是 {policy.scale}，要在 {rules.LEAST_SCALE} 到 {rules.MOST_SCALE} 之间。"
        )
    return policy.scale


def _check_close(closes_on: date | None, today: date) -> None:
    if closes_on is not None and closes_on < today:
        raise UserError("截止日期不能在今天以前。")


@action("修改满意度问卷")
def change_questionnaire(
    w: Writing,
    /,
    *,
    questionnaire_id: str,
    seen: int | None = None,
    **fields: Any,
) -> None:
    """``closes_on``, ``expected``, ``note``; the questions stay as they were printed."""
    row = _questionnaire(w, questionnaire_id)
    unknown = fields.keys() - {"closes_on", "expected", "note"}
    if unknown:
        raise TypeError(f"not a field of a questionnaire: {sorted(unknown)}")
    w.check_fresh(row, fields, seen)
    _check_close(fields.get("closes_on"), school_day(w.now))
    if fields.get("expected") is not None and fields["expected"] < _count(w, row):
        raise UserError(f"已经收了 {_count(w, row)} 份，不能少于它。")
    for name, value in fields.items():
        if name != "expected" or value is not None:
            setattr(row, name, (value.strip() or None) if type(value) is str else value)
    w.note(_title(w, row))


@action("结束满意度问卷")
def close_questionnaire(w: Writing, *, questionnaire_id: str) -> None:
    """No more forms, on the page of the hub neither."""
    row = _questionnaire(w, questionnaire_id)
    row.is_open = False
    w.note(_title(w, row))


@action("重开满意度问卷")
def reopen_questionnaire(w: Writing, *, questionnaire_id: str) -> None:
    """Forms come in again."""
    row = _questionnaire(w, questionnaire_id)
    row.is_open, row.closes_on = True, None
    w.note(_title(w, row))


@action("删除满意度问卷")
def remove_questionnaire(w: Writing, *, questionnaire_id: str) -> None:
    """One that was made by mistake and has no form yet."""
    row = _questionnaire(w, questionnaire_id)
    if _count(w, row):
        raise UserError("已经收到答卷，不能删除。不再收了请用「结束」。")
    w.note(_title(w, row))
    w.session.delete(row)


# -- forms -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TypedForm:
    """One form as typed: digits, and what was written."""

    scores: tuple[int | None, ...]
    words: str = ""


@action("登记满意度答卷")
def put_forms(w: Writing, *, questionnaire_id: str, forms: Sequence[TypedForm]) -> int:
    """Forms typed from paper, one undo step; how many."""
    row = _taking(w, questionnaire_id)
    _expect_room(w, row, len(forms))
    for form in forms:
        _add(w, row, form.scores, form.words, AnswerWay.TYPED, None)
    w.note(f"{_title(w, row)} {len(forms)} 份")
    return len(forms)


@dataclass(frozen=True)
class ScannedForm:
    """One scanned form to file. ``digest`` names the kept picture."""

    questionnaire_id: str
    form_no: int
    scores: tuple[int | None, ...]
    words: str
    digest: str
    name: str
    size: int
    media: str = "image/jpeg"


@action("扫描满意度答卷")
def file_forms(w: Writing, *, forms: Sequence[ScannedForm]) -> int:
    """Scanned forms with their pictures, one undo step; a sheet that came before is passed over. How many are new."""
    fresh = 0
    for key in dict.fromkeys(form.questionnaire_id for form in forms):
        row = _taking(w, key)
        known = queries.form_numbers(w.session, key)
        filed = {one.digest for one in attached(w.session, "questionnaire", [key], FORM).get(key, ())}
        own = {form.form_no: form for form in forms if form.questionnaire_id == key}
        new = [form for number, form in own.items() if number not in known]
        _expect_room(w, row, len(new))
        for form in new:
            _add(w, row, form.scores, form.words, AnswerWay.SCANNED, form.form_no)
            if form.digest not in filed:
                attach(
                    w, table="questionnaire", row_id=key, purpose=FORM, digest=form.digest, name=form.name, media=form.media,
                    size=form.size,
                )  # fmt: skip
        fresh += len(new)
    w.notes[:] = [f"{fresh} 份"]
    return fresh


@action("删除满意度答卷")
def remove_forms(w: Writing, *, questionnaire_id: str, form_ids: Sequence[str]) -> int:
    """Forms typed by mistake; those filled in on the page of the hub stay. How many went."""
    row = _questionnaire(w, questionnaire_id)
    there = w.session.scalars(
        select(SatisfactionAnswer).where(
            SatisfactionAnswer.id.in_(form_ids), SatisfactionAnswer.questionnaire_id == questionnaire_id
        )
    ).all()
    if any(one.way is AnswerWay.WEB for one in there):
        raise UserError("手机填写的答卷不能删除，只能删打字和扫描登记错的。")
    w.session.execute(delete(SatisfactionAnswer).where(SatisfactionAnswer.id.in_([one.id for one in there])))
    w.note(f"{_title(w, row)} {len(there)} 份")
    return len(there)


def _add(
    w: Writing,
    row: Questionnaire,
    scores: Sequence[int | None],
    words: str,
    way: AnswerWay,
    number: int | None,
) -> None:
    if fault := rules.scores_fault(scores, len(row.questions), row.scale):
        raise UserError(fault)
    said = words.strip()
    if len(said) > MOST_WORDS:
        raise UserError(f"意见最多 {MOST_WORDS} 个字。")
    w.session.add(
        SatisfactionAnswer(
            questionnaire_id=row.id, way=way, scores=list(scores), words=said or None, form_no=number,
            answered_on=school_day(w.now), entered_by=w.actor,
        )
    )  # fmt: skip


def _questionnaire(w: Writing, questionnaire_id: str) -> Questionnaire:
    row = w.session.get(Questionnaire, questionnaire_id)
    if row is None:
        raise UserError(GONE)
    return row


def _taking(w: Writing, questionnaire_id: str) -> Questionnaire:
    row = _questionnaire(w, questionnaire_id)
    if not row.is_open:
        raise UserError(f"{_title(w, row)}的问卷已经结束。要补登记请先「重开」。")
    return row


def _count(w: Writing, row: Questionnaire) -> int:
    w.session.flush()
    return int(
        w.session.scalar(select(func.count()).where(SatisfactionAnswer.questionnaire_id == row.id)) or 0
    )


def _expect_room(w: Writing, row: Questionnaire, fresh: int) -> None:
    there = _count(w, row)
    if rules.is_full(there, fresh, row.expected):
        raise UserError(
            f"{_title(w, row)}最多 {row.expected} 份，已有 {there} 份，再登记 {fresh} 份就多了。请核对是不是登记了两遍；"
            "班里后来加了人，请先在「修改」里改最多几份。"
        )


def _title(w: Writing, row: Questionnaire) -> str:
    cohort = w.session.get(Cohort, row.cohort_id)
    return cohort.title if cohort else ""
