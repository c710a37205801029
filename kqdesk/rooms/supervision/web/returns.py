"""部门填报: numbers of other departments come in as a sheet, cell by cell, and stand beside the district's own figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from kqdesk.excel.lists import ForeignList
from kqdesk.hub.counter import DISTRICT_SCHOOL, Counter, Upload
from kqdesk.hub.officers import Seated
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.reports.queries import facts
from kqdesk.rooms.reports.rules import FIGURES, Period, counted
from kqdesk.rooms.reports.web.overview import district
from kqdesk.rooms.supervision import rules, sheets
from kqdesk.rooms.supervision.queries.returns import FigureRow, ReturnRow, figures, reported, returns
from kqdesk.rooms.supervision.rules import Beside
from kqdesk.rooms.supervision.terms import FIGURE, RETURN

LARGEST = 4 << 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN = 40
SUFFIXES = frozenset({".xlsx", ".xls", ".et", ".ods", ".csv", ".xlsm"})
NO_FILE = "请选表格文件（.xlsx、.xls、.et、.ods）。空表可以点“下载空表”。"
NO_LINES = "表里一个数也没有读到。请用“下载空表”的样子填：项目、单位、数量、备注。"
_HEAD = ("department", "period_from", "period_to", "source", "contact", "overlap")


@dataclass(frozen=True)
class Taken:
    """What a sheet brought: the version it became, or what is wrong with its cells. ``red``: the file with red cells."""

    return_id: str
    found: ForeignList
    red: bytes = b""


class ReturnDesk:
    """What the pages ask and write."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter

    def rows(self) -> list[ReturnRow]:
        """Every return in every version."""
        counter = self.counter
        with counter.reading(DISTRICT_SCHOOL) as conn:
            return returns(conn, counter.table, opened=counter.opened, school=DISTRICT_SCHOOL)

    def one(self, return_id: str) -> tuple[ReturnRow, list[FigureRow], list[ReturnRow]]:
        """One version with its lines, and every version of the same department and period."""
        rows = self.rows()
        found = next((row for row in rows if row.id == return_id), None)
        if found is None:
            raise UserError("这份填报不在了。请返回列表。")
        with self.counter.reading(DISTRICT_SCHOOL) as conn:
            lines = figures(conn, self.counter.table, return_id, school=DISTRICT_SCHOOL)
        return found, lines, [row for row in rows if row.key == found.key]

    def beside(self, first: date, last: date) -> tuple[Beside, ...]:
        """Own figures of a period with what departments reported for exactly that period."""
        rows = [row for row in self.rows() if (row.period_from, row.period_to) == (first, last)]
        with self.counter.reading(DISTRICT_SCHOOL) as conn:
            told = reported(conn, self.counter.table, rows, school=DISTRICT_SCHOOL)
        return rules.beside(self.own(first, last), told)

    def own(self, first: date, last: date) -> dict[str, tuple[int, str]]:
        """Title → (value, unit) of every figure of this system over all schools; means are not compared.

        This calendar year and the one before are kept by the hub; any other period is counted now.
        """
        counter, today = self.counter, school_day(self.counter.clock())
        for kept in (district(counter), district(counter, before=True)):
            if (kept.period.first, kept.period.last) == (first, last) and kept.kept:
                return {
                    kind.title: (kept.total(key), kind.unit.label)
                    for key, kind in FIGURES.items()
                    if not kind.is_mean
                }
        with counter.reading() as conn:
            found = facts(conn, counter.table, Period(first, last, today), school=None, opened=counter.opened)
        return {
            kind.title: (counted(found, key, None).value, kind.unit.label)
            for key, kind in FIGURES.items()
            if not kind.is_mean
        }

    def take(self, who: Seated, fields: Mapping[str, str], upload: Upload) -> Taken:
        """A sheet becomes the next version, whole, or nothing is taken. UserError when the head lacks something."""
        head = {name: fields.get(name, "").strip() for name in _HEAD}
        first, last = _day(head["period_from"]), _day(head["period_to"])
        fault = rules.head_fault(
            head["department"], first, last, head["source"], head["contact"], head["overlap"]
        )
        if fault or first is None or last is None:
            raise UserError(fault or "请写期间。")
        if not upload.body:
            raise UserError(NO_FILE)
        with TemporaryDirectory() as folder:
            path = Path(folder) / _named(upload.name)
            path.write_bytes(upload.body)
            found = sheets.read_return(path)
            if found.faults:
                return Taken("", found, sheets.mark_return(path, found))
        if not found.lines:
            raise UserError(NO_LINES)
        return Taken(self._write(who, head, first, last, upload.name, found), found)

    def _write(
        self, who: Seated, head: Mapping[str, str], first: date, last: date, name: str, found: ForeignList
    ) -> str:
        counter, return_id = self.counter, self.counter.new_id()
        key = rules.ReturnKey(head["department"], first, last)
        version = rules.next_version([row.version for row in self.rows() if row.key == key])
        row = {
            "id": return_id, "department": head["department"], "period_from": first, "period_to": last, "version": version,
            "source": head["source"], "contact": head["contact"], "overlap": head["overlap"], "file_name": name,
            "reported_by": who.officer.name, "reported_at": counter.clock(),
        }  # fmt: skip
        lines = [
            {
                "id": counter.new_id(), "return_id": return_id, "position": number, "title": line.told["title"],
                "unit": line.told["unit"], "amount": line.told["amount"], "note": line.told["note"] or None,
            }
            for number, line in enumerate(found.lines, 1)
        ]  # fmt: skip
        counter.write(
            who,
            DISTRICT_SCHOOL,
            {RETURN: [row], FIGURE: lines},
            f"部门填报：{head['department']}第 {version} 版",
        )
        return return_id


def return_routes(routes: APIRouter, counter: Counter) -> None:
    """List with the comparison, one return, a new one, the empty form."""
    desk, frame = ReturnDesk(counter), counter.frame
    _looking_routes(routes, desk)
    Who = Annotated[Seated, Depends(frame.officer)]

    def listed(who: Seated, status: int = 200, **more: object) -> Response:
        rows = desk.rows()
        periods = list(dict.fromkeys((row.period_from, row.period_to, row.period) for row in rows))
        year = school_day(counter.clock()).year
        shown = {
            "rows": rows,
            "periods": periods,
            "form": {},
            "fault": "",
            "taken": None,
            "year": year,
            **more,
        }
        return frame.page("department_list.html", who, status=status, most=MOST_SHOWN, **shown)

    @routes.get("/departments")
    def all_returns(who: Who) -> Response:
        return listed(who)

    @routes.post("/departments")
    async def take(who: Who, request: Request) -> Response:
        upload = await frame.upload(request, LARGEST)
        frame.expect_sender(who, upload.fields)
        try:
            taken = await run_in_threadpool(desk.take, who, upload.fields, upload)
        except UserError as wrong:
            return await run_in_threadpool(listed, who, 422, form=upload.fields, fault=str(wrong))
        if taken.return_id:
            return frame.go(f"/departments/{taken.return_id}")
        if upload.fields.get("want") == "red":
            return _download(f"标红_{Path(upload.name).stem}.xlsx", taken.red)
        return await run_in_threadpool(listed, who, 422, form=upload.fields, taken=taken)


def _looking_routes(routes: APIRouter, desk: ReturnDesk) -> None:
    frame = desk.counter.frame
    Who = Annotated[Seated, Depends(frame.officer)]

    @routes.get("/departments/template.xlsx")
    def template(who: Who) -> Response:
        titles = [(kind.title, kind.unit.label) for kind in FIGURES.values() if not kind.is_mean]
        return _download(sheets.NAME, sheets.template_bytes(titles))

    @routes.get("/departments/beside/{first}/{last}")
    def beside(who: Who, first: date, last: date) -> Response:
        lines = desk.beside(first, last)
        period = next(
            (row.period for row in desk.rows() if (row.period_from, row.period_to) == (first, last)), ""
        )
        return frame.page("department_beside.html", who, lines=lines, period=period or f"{first} 至 {last}")

    @routes.get("/departments/{return_id}")
    def one(who: Who, return_id: str) -> Response:
        row, lines, versions = desk.one(return_id)
        return frame.page("department_return.html", who, row=row, lines=lines, versions=versions)


def _download(name: str, content: bytes) -> Response:
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "no-store",
    }
    return Response(content, 200, headers, XLSX)


def _named(name: str) -> str:
    """The file's own name, so that sentences can say it, as a name that every disk takes."""
    plain = "".join(sign for sign in Path(name).name if sign.isprintable() and sign not in '\\:*?"<>|')
    stem, suffix = Path(plain).stem.strip(" .")[:60], Path(plain).suffix.lower()
    return f"{stem or '填报'}{suffix if suffix in SUFFIXES else '.xlsx'}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
