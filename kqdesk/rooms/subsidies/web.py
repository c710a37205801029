"""Officers' pages of 奖补: batches of every school in order, answered line by line, paid; the same claim at two schools."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from kqdesk.hub.counter import Counter, NavLink
from kqdesk.hub.officers import Seated
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.office.rules.rulewords import money
from kqdesk.rooms.subsidies.queries import district
from kqdesk.rooms.subsidies.queries.district import BATCH, CLAIM, MARK, DistrictBatch, DistrictClaim, Twin
from kqdesk.rooms.subsidies.rules import batch_step_fault, claim_step_fault
from kqdesk.rooms.subsidies.terms import BatchState, Check, ClaimState

LINKS = (NavLink("奖补", "/subsidies", "资金", 40),)
TONES = {"frozen": "neutral", "submitted": "warning", "answered": "success", "paid": "success"}
CLAIM_TONES = {"submitted": "warning", "accepted": "success", "returned": "danger", "paid": "success"}
PAGE = 80
"""Claims on a page: a form takes so many fields and no more."""
GONE = "这一批不在了，或者学校还没有审核。请返回列表。"


class SubsidyDesk:
    """What the pages ask and write."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter

    def names(self) -> dict[str, str]:
        """School code → name."""
        return {card.code: card.name for card in self.counter.register.schools()}

    def batches(self) -> list[DistrictBatch]:
        """Every batch that left its school's desk."""
        with self.counter.reading() as conn:
            return district.district_batches(conn, self.counter.table)

    def twins(self) -> list[Twin]:
        """The same claim at two schools."""
        with self.counter.reading() as conn:
            return district.twins(conn, self.counter.table, self.counter.opened)

    def batch(self, school: str, batch_id: str) -> DistrictBatch:
        """One batch; UserError when it is gone."""
        found = next((one for one in self.batches() if (one.school, one.id) == (school, batch_id)), None)
        if found is None:
            raise UserError(GONE)
        return found

    def claims(self, school: str, batch_id: str, *, whole: bool = False) -> list[DistrictClaim]:
        """Its claims; reading over every school, because the same claim may stand elsewhere."""
        with self.counter.reading() as conn:
            return district.batch_claims(
                conn, self.counter.table, self.counter.opened, school, batch_id, whole=whole
            )

    # ------------------------------------------------------------------ writing

    def answer(self, who: Seated, school: str, batch_id: str, said: Mapping[str, tuple[str, str]]) -> None:
        """Accept or return claims of a batch: claim → (accept or return, reason). The last one ends the batch's turn."""
        batch, claims = self.batch(school, batch_id), {one.id: one for one in self.claims(school, batch_id)}
        if not said:
            raise UserError("一笔也没有选：每一笔选同意或退回。")
        wrong = batch_step_fault(batch.state, BatchState.ANSWERED)
        if wrong:
            raise UserError(wrong)
        rows = []
        for key, (word, reason) in said.items():
            if key not in claims:
                raise UserError(GONE)
            rows.append(_answered(claims[key], word, reason.strip()))
        waiting = [
            key for key, one in claims.items() if one.state is ClaimState.SUBMITTED and key not in said
        ]
        changed: dict[str, list[dict[str, object]]] = {CLAIM: rows}
        if not waiting:
            changed[BATCH] = [
                {
                    "id": batch_id,
                    "state": BatchState.ANSWERED,
                    "answered_on": self._today(),
                    "answered_by": who.officer.name,
                }
            ]
        back = sum(row["state"] is ClaimState.RETURNED for row in rows)
        words = f"审核奖补批次 {batch.no}：同意 {len(rows) - back} 笔，退回 {back} 笔"
        self.counter.write(who, school, changed, words)

    def accept_rest(self, who: Seated, school: str, batch_id: str) -> None:
        """Accept every claim that waits and stands at no other school."""
        waiting = [
            one
            for one in self.claims(school, batch_id)
            if one.state is ClaimState.SUBMITTED and not one.twins
        ]
        self.answer(who, school, batch_id, {one.id: ("accept", "") for one in waiting})

    def pay(self, who: Seated, school: str, batch_id: str, voucher_no: str, paid_on: date) -> None:
        """The accepted claims of a batch were paid."""
        batch = self.batch(school, batch_id)
        wrong = batch_step_fault(batch.state, BatchState.PAID)
        if wrong:
            raise UserError(wrong)
        if not voucher_no.strip():
            raise UserError("请填凭证号。")
        if paid_on > self._today():
            raise UserError("发放日期不能在今天以后。")
        accepted = [one for one in self.claims(school, batch_id) if one.state is ClaimState.ACCEPTED]
        if not accepted:
            raise UserError("这一批全部退回了，没有可以发放的。")
        rows: dict[str, list[dict[str, object]]] = {
            CLAIM: [{"id": one.id, "state": ClaimState.PAID, "paid_on": paid_on} for one in accepted],
            BATCH: [
                {"id": batch_id, "state": BatchState.PAID, "paid_on": paid_on, "voucher_no": voucher_no.strip(),
                 "paid_by": who.officer.name}
            ],
        }  # fmt: skip
        total = sum(one.amount for one in accepted)
        self.counter.write(who, school, rows, f"登记奖补发放 {batch.no}：{len(accepted)} 笔 {money(total)}")

    def mark(self, who: Seated) -> int:
        """Tell the schools of every claim that stands at another school too; returns how many claims were marked."""
        names, today = self.names(), self._today()
        by_school: dict[str, list[dict[str, object]]] = {}
        for twin in self.twins():
            if twin.is_marked:
                continue
            for school, claim_id, *_ in twin.entries:
                others = "、".join(sorted({names.get(one, one) for one, *_ in twin.entries if one != school}))
                if others:
                    by_school.setdefault(school, []).append(
                        {
                            "id": self.counter.new_id(), "claim_id": claim_id, "kind": Check.OTHER_SCHOOL.value,
                            "words": f"{others}也在申领同一项", "marked_on": today, "marked_by": who.officer.name,
                        }
                    )  # fmt: skip
        for school, rows in by_school.items():
            self.counter.write(who, school, {MARK: rows}, f"标记跨校重复申领 {len(rows)} 笔")
        return sum(map(len, by_school.values()))

    def _today(self) -> date:
        return school_day(self.counter.clock())


def _answered(claim: DistrictClaim, word: str, reason: str) -> dict[str, object]:
    state = ClaimState.RETURNED if word == "return" else ClaimState.ACCEPTED
    wrong = claim_step_fault(claim.state, state)
    if wrong:
        raise UserError(f"{claim.name}：{wrong}")
    if state is ClaimState.RETURNED and not reason:
        raise UserError(f"{claim.name}：退回要写明原因。")
    return {"id": claim.id, "state": state, "answer_words": reason or None}


def pages(counter: Counter) -> APIRouter:
    """Their routes."""
    routes, desk = APIRouter(include_in_schema=False), SubsidyDesk(counter)
    _list_routes(routes, desk)
    _batch_routes(routes, desk)
    _answer_routes(routes, desk)
    return routes


def _list_routes(routes: APIRouter, desk: SubsidyDesk) -> None:
    frame = desk.counter.frame
    Who = Annotated[Seated, Depends(frame.officer)]
    Form = Annotated[dict[str, str], Depends(frame.form)]

    def listed(who: Seated, status: int = 200, *, fault: str = "", told: str = "") -> Response:
        return frame.page(
            "subsidies_list.html", who, status=status, batches=desk.batches(), twins=desk.twins(), names=desk.names(),
            tones=TONES, money=money, fault=fault, told=told,
        )  # fmt: skip

    @routes.get("/subsidies")
    def batches(who: Who) -> Response:
        return listed(who)

    @routes.post("/subsidies/mark")
    def mark(who: Who, form: Form) -> Response:
        frame.expect_sender(who, form)
        try:
            count = desk.mark(who)
        except UserError as wrong:
            return listed(who, 422, fault=str(wrong))
        return listed(who, told=f"已通知学校 {count} 笔，下次同步就到。" if count else "没有要通知的。")


@dataclass(frozen=True)
class _Shown:
    """One batch's page."""

    desk: SubsidyDesk

    def __call__(
        self,
        who: Seated,
        school: str,
        batch_id: str,
        status: int = 200,
        *,
        fault: str = "",
        whole: bool = False,
        page: int = 1,
    ) -> Response:
        claims = self.desk.claims(school, batch_id, whole=whole)
        last = max(1, -(-len(claims) // PAGE))
        page = min(max(page, 1), last)
        return self.desk.counter.frame.page(
            "subsidies_batch.html", who, status=status, batch=self.desk.batch(school, batch_id), tones=CLAIM_TONES,
            claims=claims[(page - 1) * PAGE : page * PAGE], names=self.desk.names(), money=money, fault=fault, whole=whole,
            today=school_day(self.desk.counter.clock()), page=page, pages=last,
        )  # fmt: skip


def _batch_routes(routes: APIRouter, desk: SubsidyDesk) -> None:
    frame, opened = desk.counter.frame, _Shown(desk)
    Who = Annotated[Seated, Depends(frame.officer)]
    Form = Annotated[dict[str, str], Depends(frame.form)]

    @routes.get("/subsidies/{school}/{batch_id}")
    def batch(who: Who, school: str, batch_id: str, page_no: int = 1) -> Response:
        return opened(who, school, batch_id, page=page_no)

    @routes.post("/subsidies/{school}/{batch_id}/names")
    def names(who: Who, school: str, batch_id: str, form: Form) -> Response:
        frame.expect_token(who, form)
        frame.expect_names(who)
        reason = form.get("reason", "").strip()
        if not reason:
            return opened(who, school, batch_id, 422, fault="请写明为什么要看名单。")
        no = desk.batch(school, batch_id).no
        desk.counter.names_seen(who, f"看奖补批次 {no} 的名单：{reason}", school)
        return opened(who, school, batch_id, whole=True, page=int(form.get("page_no", "1") or 1))


def _answer_routes(routes: APIRouter, desk: SubsidyDesk) -> None:
    frame, opened = desk.counter.frame, _Shown(desk)
    Who = Annotated[Seated, Depends(frame.officer)]
    Form = Annotated[dict[str, str], Depends(frame.form)]

    @routes.post("/subsidies/{school}/{batch_id}/answer")
    def answer(who: Who, school: str, batch_id: str, form: Form) -> Response:
        frame.expect_sender(who, form)
        try:
            if form.get("rest"):
                desk.accept_rest(who, school, batch_id)
            else:
                desk.answer(who, school, batch_id, _said(form))
        except UserError as wrong:
            return opened(who, school, batch_id, 422, fault=str(wrong))
        return frame.go(f"/subsidies/{school}/{batch_id}")

    @routes.post("/subsidies/{school}/{batch_id}/pay")
    def pay(who: Who, school: str, batch_id: str, form: Form) -> Response:
        frame.expect_sender(who, form)
        try:
            desk.pay(
                who, school, batch_id, form.get("voucher_no", ""), date.fromisoformat(form.get("paid_on", ""))
            )
        except ValueError:
            return opened(who, school, batch_id, 422, fault="发放日期写成 2026-03-02 这样。")
        except UserError as wrong:
            return opened(who, school, batch_id, 422, fault=str(wrong))
        return frame.go(f"/subsidies/{school}/{batch_id}")


def _said(form: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Claim → (accept or return, reason) as the form has them."""
    found = {}
    for name, word in form.items():
        key = name.removeprefix("word_")
        if key != name and word in ("accept", "return"):
            found[key] = (word, form.get(f"reason_{key}", ""))
    return found
