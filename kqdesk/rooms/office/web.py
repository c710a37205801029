"""Officers' pages of 规则包: upload a pack, see what it changes, have a second officer publish it to schools, signed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from kqdesk.hub.counter import DISTRICT_SCHOOL, Counter, NavLink
from kqdesk.hub.officers import Seated
from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.rooms.office.queries.district_packs import (
    PACK,
    DistrictPack,
    SchoolHas,
    at_schools,
    district_packs,
)
from kqdesk.rooms.office.rules import Pack, contents, read_pack, shipped_packs
from kqdesk.rooms.office.rules.publishing import (
    DISTRICT_FIRST,
    PURPOSE,
    Publication,
    confirming_fault,
    differences,
)
from kqdesk.rooms.office.terms import PackState

LINKS = (NavLink("规则包", "/packs", "督办", 54),)
LARGEST = 1_000_000  # bytes of a pack's file
GONE = "这一版规则包不在了。请返回列表。"
NOT_TEXT = "这个文件读不出文字，不是规则包。请选 .toml 文件。"
NOTHING = "请选规则包文件（.toml），或把内容粘贴进来。"
DRAFT_THERE = "“{title}”已经有一份草案等着核对（{by}上传）。请先发布或放弃它。"
NO_SCHOOL = "请选学校：发给哪几所学校。"


class PackDesk:
    """What the pages ask and write."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter

    def packs(self) -> list[DistrictPack]:
        """Every version and draft."""
        counter = self.counter
        with counter.reading(DISTRICT_SCHOOL) as conn:
            return district_packs(conn, counter.table, opened=counter.opened, district=DISTRICT_SCHOOL)

    def pack(self, pack_id: str) -> DistrictPack:
        """One version; UserError when it is gone."""
        found = next((one for one in self.packs() if one.id == pack_id), None)
        if found is None:
            raise UserError(GONE)
        return found

    def holders(self) -> list[SchoolHas]:
        """Which school has which version."""
        counter = self.counter
        keys = (counter.signer.public,) if counter.signer is not None else ()
        with counter.reading() as conn:
            return at_schools(conn, counter.table, opened=counter.opened, district=DISTRICT_SCHOOL, keys=keys)

    def names(self) -> dict[str, str]:
        """School code → name."""
        return {card.code: card.name for card in self.counter.register.schools()}

    def before(self, pack: DistrictPack) -> Pack | None:
        """What a version is compared with: the published one before it, else the one that came with the program."""
        older = [
            one.pack
            for one in self.packs()
            if one.key == pack.key and one.version < pack.version and one.state is PackState.ACTIVE
        ]
        return older[0] if older else next((one for one in shipped_packs() if one.key == pack.key), None)

    # ------------------------------------------------------------------ writing

    def draft(self, who: Seated, text: str) -> str:
        """A pack's text becomes a draft of the next version; its id. UserError tells every fault of the text."""
        pack, packs = read_pack(text), self.packs()
        waiting = next((one for one in packs if one.key == pack.key and one.is_draft), None)
        if waiting is not None:
            raise UserError(DRAFT_THERE.format(title=waiting.title, by=waiting.drafted_by))
        last = max((one.version for one in packs if one.key == pack.key), default=DISTRICT_FIRST - 1)
        pack_id = self.counter.new_id()
        row = {
            "id": pack_id, "pack_key": pack.key, "version": last + 1, "title": pack.title, "state": PackState.DRAFT,
            "effective_from": pack.effective_from, "effective_to": pack.effective_to,
            "content": contents(replace(pack, authors=())), "drafted_by": who.officer.name,
        }  # fmt: skip
        self.counter.write(who, DISTRICT_SCHOOL, {PACK: [row]}, f"上传规则包：{pack.title}")
        return pack_id

    def discard(self, who: Seated, pack_id: str) -> None:
        """A draft nobody wants; it stays in the list as 停用, its number is not given again."""
        pack = self.pack(pack_id)
        if not pack.is_draft:
            raise UserError("已经发布，不能放弃。要停用请点“停用”。")
        row = {"id": pack_id, "state": PackState.RETIRED}
        self.counter.write(who, DISTRICT_SCHOOL, {PACK: [row]}, f"放弃规则包草案：{pack.title}")

    def publish(self, who: Seated, pack_id: str, schools: Sequence[str]) -> None:
        """The second officer confirms a draft and it goes to these schools; a published one goes to more of them."""
        pack, names = self.pack(pack_id), self.names()
        if not schools or set(schools) - set(names):
            raise UserError(NO_SCHOOL)
        if pack.state is PackState.RETIRED:
            raise UserError("这一版已经停用，不能再发。")
        if pack.is_draft:
            wrong = confirming_fault(pack.drafted_by, who.officer.name)
            if wrong:
                raise NotAllowed(wrong)
            pack = replace(
                pack, state=PackState.ACTIVE, published_by=who.officer.name, published_at=self.counter.clock()
            )
            words = f"核对并发布规则包：{pack.title}{pack.version_words}"
            self.counter.write(who, DISTRICT_SCHOOL, {PACK: [self._row(pack, DISTRICT_SCHOOL)]}, words)
        for school in schools:
            words = f"发布规则包：{pack.title}{pack.version_words}"
            self.counter.write(who, school, {PACK: [self._row(pack, school)]}, words)

    def retire(self, who: Seated, pack_id: str, reason: str) -> None:
        """Out of force at every school that has it; the version before it counts again."""
        pack = self.pack(pack_id)
        if pack.state is not PackState.ACTIVE:
            raise UserError("只有发布了的才能停用。")
        if not reason.strip():
            raise UserError("请写明为什么停用，学校的操作记录里会有。")
        pack = replace(pack, state=PackState.RETIRED)
        holders = [one.school for one in self.holders() if one.pack_id == pack_id]
        for school in (DISTRICT_SCHOOL, *holders):
            words = f"停用规则包：{pack.title}{pack.version_words}，{reason.strip()}"
            self.counter.write(who, school, {PACK: [self._row(pack, school)]}, words)

    def _row(self, pack: DistrictPack, school: str) -> dict[str, object]:
        """A version as it lies at a school, signed for that school."""
        content = contents(replace(pack.pack, authors=()))
        claim = Publication(
            school, pack.key, pack.version, pack.title, pack.effective_from, pack.effective_to, pack.state, content,
            pack.published_by, pack.published_at, "",
        )  # fmt: skip
        at: datetime | None = pack.published_at
        return {
            "id": pack.id, "pack_key": pack.key, "version": pack.version, "title": pack.title, "state": pack.state,
            "effective_from": pack.effective_from, "effective_to": pack.effective_to, "content": content,
            "drafted_by": pack.drafted_by, "published_by": pack.published_by, "published_at": at, "activated_at": at,
            "hub_signature": self.counter.sign(PURPOSE, claim.message()).hex(),
        }  # fmt: skip


def pages(counter: Counter) -> APIRouter:
    """Their routes."""
    routes, desk = APIRouter(include_in_schema=False), PackDesk(counter)
    _list_routes(routes, desk)
    _pack_routes(routes, desk)
    return routes


def _list_routes(routes: APIRouter, desk: PackDesk) -> None:
    frame = desk.counter.frame
    Who = Annotated[Seated, Depends(frame.officer)]

    def listed(who: Seated, status: int = 200, *, fault: str = "", text: str = "") -> Response:
        holders, packs = desk.holders(), desk.packs()
        has = {one.id: len([h for h in holders if h.pack_id == one.id]) for one in packs}
        altered = [one for one in holders if one.fault]
        return frame.page(
            "pack_list.html", who, status=status, packs=packs, has=has, altered=altered, names=desk.names(), fault=fault,
            text=text, shipped=shipped_packs(),
        )  # fmt: skip

    @routes.get("/packs")
    def packs(who: Who) -> Response:
        return listed(who)

    @routes.post("/packs")
    async def upload(who: Who, request: Request) -> Response:
        sent = await frame.upload(request, LARGEST)
        frame.expect_sender(who, sent.fields)
        text = sent.fields.get("text", "")
        try:
            read = _text(sent.body) if sent.body else text
            if not read.strip():
                raise UserError(NOTHING)
            pack_id = await run_in_threadpool(desk.draft, who, read)
        except UserError as wrong:
            return await run_in_threadpool(listed, who, 422, fault=str(wrong), text=text)
        return frame.go(f"/packs/{pack_id}")


def _pack_routes(routes: APIRouter, desk: PackDesk) -> None:
    frame = desk.counter.frame
    Who = Annotated[Seated, Depends(frame.officer)]
    Form = Annotated[dict[str, str], Depends(frame.form)]

    def shown(who: Seated, pack_id: str, status: int = 200, fault: str = "") -> Response:
        pack = desk.pack(pack_id)
        holders = {one.school: one for one in desk.holders() if one.pack_id == pack_id}
        before = desk.before(pack)
        changes = differences(before, pack.pack)
        changed, dropped = [one for one in changes if one.after], [one for one in changes if not one.after]
        return frame.page(
            "pack.html", who, status=status, pack=pack, changed=changed, dropped=dropped, before=before,
            holders=holders, names=desk.names(), fault=fault, is_own=pack.drafted_by == who.officer.name,
        )  # fmt: skip

    @routes.get("/packs/{pack_id}")
    def one(who: Who, pack_id: str) -> Response:
        return shown(who, pack_id)

    @routes.post("/packs/{pack_id}/{act}")
    def change(who: Who, pack_id: str, act: str, form: Form) -> Response:
        frame.expect_sender(who, form)
        try:
            if act == "publish":
                desk.publish(who, pack_id, [code for code in desk.names() if f"school_{code}" in form])
            elif act == "retire":
                desk.retire(who, pack_id, form.get("words", ""))
            elif act == "discard":
                desk.discard(who, pack_id)
            else:
                raise UserError("没有这个操作。")
        except (UserError, NotAllowed) as wrong:
            return shown(who, pack_id, 403 if isinstance(wrong, NotAllowed) else 422, str(wrong))
        return frame.go(f"/packs/{pack_id}")


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(NOT_TEXT) from None
