"""The pages of 驾驶舱: overview, one figure of the district, one school, one figure of a school and its names."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from kqdesk.excel.writing import OutColumn
from kqdesk.hub.counter import Counter
from kqdesk.hub.freshness import freshness
from kqdesk.hub.officers import Seated
from kqdesk.hub.sheets import sheet_answer
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.reports.rules import FIGURES, FigureKind
from kqdesk.rooms.reports.rules.figures import plain, said
from kqdesk.rooms.reports.terms import Breakdown
from kqdesk.rooms.reports.web.filed import filed_report, filed_reports, macro_figures
from kqdesk.rooms.reports.web.kept import TARGETED
from kqdesk.rooms.reports.web.members import PAGE, figure_of, members_of, names_of
from kqdesk.rooms.reports.web.overview import (
    District,
    district,
    forecast,
    in_short,
    month_line,
    schools,
    titles,
)
from kqdesk.rooms.reports.web.shares import hand_down, shares

NO_FIGURE = "没有这个数字。请回到总览再点。"


@dataclass(frozen=True)
class Cockpit:
    """What the pages stand on."""

    counter: Counter

    def page(self, template: str, who: Seated, found: District, **values: Any) -> Response:
        """A page of the district: how fresh it is stands on every one."""
        return self.counter.frame.page(
            template,
            who,
            found=found,
            year=found.period.first.year,
            fresh=freshness(self.counter),
            said=said,
            **values,
        )

    def district(self, year: int | None) -> District:
        """This year, or the one before."""
        return district(
            self.counter, before=year is not None and year < self.counter.clock().astimezone(CHINA).year
        )

    def overview(self, who: Seated, year: int | None) -> Response:
        """Targets against what was reached, and the schools that are behind."""
        found = self.district(year)
        rows = schools(self.counter, found)
        targets = found.targets()
        this_year = self.counter.clock().astimezone(CHINA).year
        return self.page(
            "reports_overview.html", who, found, targets=[(one, in_short(one)) for one in targets], rows=rows,
            behind=sum(bool(row.behind) for row in rows), lacks=found.lacks(TARGETED), this_year=this_year,
            macros=macro_figures(self.counter, found.names),
        )  # fmt: skip

    def figure(self, who: Seated, key: str, by: str, year: int | None) -> Response:
        """One figure of the district: by school, by month, by groups."""
        kind, found = _figure(key), self.district(year)
        splits = [one for one in found.splits(key) if one is not Breakdown.MONTH]
        chosen = next((one for one in splits if one.value == by), splits[0] if splits else None)
        rows = [
            (code, name, found.progress(key, code) if code in found.kept else None)
            for code, name in found.names.items()
        ]
        rows.sort(key=lambda row: (row[2] is None, -(row[2].value if row[2] else 0), row[0]))
        return self.page(
            "reports_figure.html", who, found, kind=kind, one=found.progress(key), words=forecast(found.progress(key)),
            rows=rows, months=month_line(found, key), splits=splits, by=chosen,
            groups=found.groups(key, chosen) if chosen else [], lacks=found.lacks([key]), plain=plain,
        )  # fmt: skip

    def school(self, who: Seated, code: str, year: int | None) -> Response:
        """Every figure of one school."""
        card, found = self.counter.register.school(code), self.district(year)
        figures = [found.progress(key, code) for key in FIGURES] if code in found.kept else []
        line = next(row for row in schools(self.counter, found) if row.code == code)
        return self.page(
            "reports_school.html",
            who,
            found,
            card=card,
            figures=figures,
            line=line,
            reports=filed_reports(self.counter, code),
        )

    def filed(self, who: Seated, code: str, report: str) -> Response:
        """One report a school submitted."""
        card = self.counter.register.school(code)
        found, lines = filed_report(self.counter, code, report)
        submitted = found.submitted_at.astimezone(CHINA) if found.submitted_at else None
        return self.counter.frame.page(
            "reports_filed.html", who, card=card, report=found, lines=lines, said=said,             submitted=f"{submitted:%Y-%m-%d %H:%M}" if submitted else "",
        )  # fmt: skip

    def school_figure(self, who: Seated, code: str, key: str, by: str, year: int | None) -> Response:
        """One figure of one school, counted now, by any of its groups."""
        kind, card, found = _figure(key), self.counter.register.school(code), self.district(year)
        splits = [one for one in kind.splits if one is not Breakdown.SCHOOL]
        chosen = next((one for one in splits if one.value == by), splits[0] if splits else None)
        figure = figure_of(self.counter, code, found.period.first.year, key, chosen)
        return self.page(
            "reports_school_figure.html",
            who,
            found,
            kind=kind,
            card=card,
            figure=figure,
            splits=splits,
            by=chosen,
            plain=plain,
            lacks=titles(figure.lacks),
        )

    def names(self, who: Seated, code: str, key: str, form: dict[str, str]) -> Response:
        """The names behind a number, after the right and the reason; written down."""
        self.counter.frame.expect_names(who)
        kind, card = _figure(key), self.counter.register.school(code)
        by = next((one for one in kind.splits if one.value == form.get("by")), None)
        group = form.get("group") if by is not None else None
        year = int(form["year"]) if form.get("year", "").isdecimal() else None
        found = self.district(year)
        figure = figure_of(self.counter, code, found.period.first.year, key, by)
        part = next((one for one in figure.groups if one.key == group), None) if by else None
        members = members_of(figure, group)
        words = f"{found.period.words}{kind.title}{f'·{part.label}' if part else ''}（{said(kind, part.value if part else figure.value)}）"
        reason = form.get("reason", "")
        self.counter.open_names(who, reason, [code], words)
        pages = max(1, -(-len(members) // PAGE))
        number = min(max(int(form["page"]) if form.get("page", "").isdecimal() else 1, 1), pages)
        shown = names_of(self.counter, code, members[(number - 1) * PAGE : number * PAGE])
        return self.page(
            "reports_names.html", who, found, kind=kind, card=card, rows=shown, words=words, by=by, group=group, reason=reason,
            number=number, pages=pages, count=sum(one.count for one in members),
        )  # fmt: skip

    def shares(
        self, who: Seated, fault: str = "", done: str = "", form: dict[str, str] | None = None
    ) -> Response:
        """The form in which the district hands targets down, this year's."""
        found = self.district(None)
        known = shares(self.counter, found.period.first.year)
        sums = {
            key: sum(known[code, key].value or 0 for code in found.names if (code, key) in known)
            for key in TARGETED
        }
        return self.page(
            "reports_shares.html", who, found, names=found.names, known=known, targets=found.targets(), sums=sums, fault=fault,
            done=done, form=form or {}, status=422 if fault else 200,
        )  # fmt: skip

    def hand_down(self, who: Seated, form: dict[str, str]) -> Response:
        """What the form sent."""
        self.counter.frame.expect_sender(who, form)
        try:
            count = hand_down(self.counter, who, self.district(None).period.first.year, form)
        except UserError as wrong:
            return self.shares(who, fault=str(wrong), form=form)
        return self.shares(who, done=f"已下达 {count} 所学校。" if count else "没有改动。")

    def sheet(self, who: Seated, year: int | None) -> Response:
        """Every figure of every school, one row a school."""
        found = self.district(year)
        wanted = list(FIGURES.values())
        columns = [OutColumn("学校", 30), OutColumn("最近来过", 14)]
        columns += [OutColumn(f"{kind.title}（{kind.unit.label}）", 14, "number") for kind in wanted]
        lines = [
            (row.name, row.seen, *(_cell(found, kind, row.code) for kind in wanted))
            for row in sorted(schools(self.counter, found), key=lambda row: row.code)
        ]
        lines.append(("全区合计", "", *(_number(kind, found.total(kind.key)) for kind in wanted)))
        self.counter.frame.officers.note(who.officer, "", "导出总览表格")
        return sheet_answer(f"各校数字{found.period.words}", columns, lines)


def _figure(key: str) -> FigureKind:
    kind = FIGURES.get(key)
    if kind is None:
        raise UserError(NO_FIGURE)
    return kind


def _cell(found: District, kind: FigureKind, school: str) -> float | int | None:
    return _number(kind, found.of(school, kind.key)["value"]) if school in found.kept else None


def _number(kind: FigureKind, value: int) -> float | int:
    return value / 100 if kind.is_mean else value


def pages(counter: Counter) -> APIRouter:
    """Their routes."""
    routes, cockpit = APIRouter(include_in_schema=False), Cockpit(counter)
    _district_routes(routes, cockpit)
    _school_routes(routes, cockpit)
    return routes


def _district_routes(routes: APIRouter, cockpit: Cockpit) -> None:
    Who = Annotated[Seated, Depends(cockpit.counter.frame.officer)]
    Form = Annotated[dict[str, str], Depends(cockpit.counter.frame.form)]

    @routes.get("/cockpit")
    def overview(who: Who, year: int | None = None) -> Response:
        return cockpit.overview(who, year)

    @routes.get("/cockpit/export")
    def sheet(who: Who, year: int | None = None) -> Response:
        return cockpit.sheet(who, year)

    @routes.get("/cockpit/shares")
    def share_form(who: Who) -> Response:
        return cockpit.shares(who)

    @routes.post("/cockpit/shares")
    def hand_shares_down(who: Who, form: Form) -> Response:
        return cockpit.hand_down(who, form)

    @routes.get("/figures")
    def figures(who: Who, year: int | None = None) -> Response:
        found = cockpit.district(year)
        rows = [found.progress(key) for key in FIGURES]
        return cockpit.page("reports_figures.html", who, found, rows=rows, lacks=found.lacks(FIGURES))

    @routes.get("/figures/{key}")
    def figure(key: str, who: Who, by: str = "", year: int | None = None) -> Response:
        return cockpit.figure(who, key, by, year)


def _school_routes(routes: APIRouter, cockpit: Cockpit) -> None:
    Who = Annotated[Seated, Depends(cockpit.counter.frame.officer)]
    Form = Annotated[dict[str, str], Depends(cockpit.counter.frame.form)]

    @routes.get("/cockpit/schools/{code}")
    def school(code: str, who: Who, year: int | None = None) -> Response:
        return cockpit.school(who, code, year)

    @routes.get("/cockpit/schools/{code}/reports/{report}")
    def filed(code: str, report: str, who: Who) -> Response:
        return cockpit.filed(who, code, report)

    @routes.get("/cockpit/schools/{code}/{key}")
    def school_figure(code: str, key: str, who: Who, by: str = "", year: int | None = None) -> Response:
        return cockpit.school_figure(who, code, key, by, year)

    @routes.post("/cockpit/schools/{code}/{key}/names")
    def names(code: str, key: str, who: Who, form: Form) -> Response:
        cockpit.counter.frame.expect_token(who, form)
        return cockpit.names(who, code, key, form)
