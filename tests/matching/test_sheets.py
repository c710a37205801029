"""Lists of offers and vacancies read in any layout with their faults by cell; what we write reads back unchanged."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from kqdesk.excel.lists import ForeignList
from kqdesk.rooms.catalogue.terms import Category, Route, StudyLevel
from kqdesk.rooms.matching import actions, queries, sheets
from kqdesk.rooms.matching.actions import Imported
from kqdesk.rooms.matching.rules.policies import policies
from kqdesk.rooms.matching.terms import OfferKind
from kqdesk.rooms.office.rules import shipped_packs
from kqdesk.rooms.survey.terms import Grouping, TimeWish
from kqdesk.store.store import Store
from tests.matching.town import TODAY, Town
from tests.office.test_rules import in_force


def book(path: Path, *rows: tuple[Any, ...]) -> Path:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    made.save(path)
    return path


def told(read: ForeignList) -> list[dict[str, Any]]:
    return [dict(line.told) for line in read.lines]


def test_a_colleges_own_list_is_read(tmp_path: Path):
    path = book(
        tmp_path / "学院.xlsx",
        ("2026年成人学历继续教育招生专业一览表",),
        ("序号", "院校名称", "专业名称", "层次", "学习形式", "入学要求", "学费（元）", "招生计划", "报名截止日期", "联系电话"),
        (1, "绍兴开放大学", "现代纺织技术", "高起专", "开放教育", "高中毕业及以上", 7200, "50人", "2026年6月30日", "0575-12345678"),
        (2, "同上", "会计学", "专升本", "业余", "大专毕业及同等学力", "免费", "若干", "长期", ""),
    )  # fmt: skip

    read = sheets.read_offers(path, today=TODAY)

    assert read.faults == []
    assert told(read) == [
        {
            "provider": "绍兴开放大学", "title": "现代纺织技术", "level": StudyLevel.COLLEGE, "route": Route.OPEN_UNIVERSITY,
            "education_least": "61", "fee": 720000, "capacity": 50, "valid_until": date(2026, 6, 30), "phone": "0575-12345678",
            "kind": OfferKind.PROGRAMME,
        },
        {
            "provider": "绍兴开放大学", "title": "会计学", "level": StudyLevel.UPGRADE, "route": Route.ADULT_EXAM,
            "education_least": "31", "fee": 0, "capacity": None, "kind": OfferKind.PROGRAMME,
        },
    ]  # fmt: skip


def test_a_training_firms_list_is_read(tmp_path: Path):
    path = book(
        tmp_path / "培训.xlsx",
        ("培训项目", "培训机构", "门类", "上课时间", "上课地点", "年龄要求", "镇街", "关键词", "开班日期", "报名截止"),
        ("叉车司机", "某技校", "技术技能", "平时晚上、周末白天", "技校实训楼", "18-55周岁", "兰亭街道、柯桥街道", "叉车 装卸", 46203, "26.6.30"),
    )  # fmt: skip

    read = sheets.read_offers(path, today=TODAY)

    assert (read.faults, told(read)) == (
        [],
        [
            {
                "title": "叉车司机", "provider": "某技校", "category": Category.TRADE_SKILLS,
                "times": [TimeWish.EVENING, TimeWish.WEEKEND_DAY], "place": "技校实训楼", "age_least": 18, "age_most": 55,
                "townships": ["330603008", "330603001"], "words": ["叉车", "装卸"], "starts_on": date(2026, 6, 30),
                "valid_until": date(2026, 6, 30), "kind": OfferKind.TRAINING,
            }
        ],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("学费", "面议", "费用“面议”看不懂，请只写数字（元），免费写 0。"),
        ("名额", "很多", "“很多”不是数字，请只写数字。"),
        ("报名截止", "下个月", "日期“下个月”看不懂，请写成 2026-06-30 这样，长期有效就空着。"),
        ("层次", "博士", "层次“博士”不认得"),
        ("上课时间", "看情况", "“看情况”不在可选的里面"),
        ("镇街", "火星街道", "不在柯桥区的 16 个镇街里"),
        ("学历要求", "秀才", "学历「秀才」看不懂"),
        ("年龄要求", "青年", "年龄“青年”看不懂"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_and_its_row_left(
    tmp_path: Path, column: str, value: str, words: str
):
    path = book(
        tmp_path / "x.xlsx", ("项目名称", "机构", column), ("叉车", "某校", value), ("电工", "某校", "")
    )

    read = sheets.read_offers(path, today=TODAY)

    assert [(fault.row, fault.letter, words in fault.reason) for fault in read.faults] == [(2, "C", True)]
    assert [line.told["title"] for line in read.lines] == ["电工"]


def test_the_fault_file_is_the_same_book_with_its_reasons(tmp_path: Path):
    path = book(tmp_path / "x.xlsx", ("项目名称", "机构", "名额"), ("叉车", "某校", "很多"))

    sheets.read_offers(path, today=TODAY).write_faults(tmp_path / "faults.xlsx")

    sheet = load_workbook(tmp_path / "faults.xlsx").active
    assert [cell.value for cell in sheet[1]][-1] == "哪里要改"
    assert "不是数字" in str([cell.value for cell in sheet[2]][-1])


def test_vacancies_of_a_job_fair_are_read(tmp_path: Path):
    path = book(
        tmp_path / "招聘.xlsx",
        ("企业招聘需求表",),
        ("单位名称", "招聘岗位", "招聘人数", "岗位要求", "学历要求", "薪资待遇", "工作地点", "所在镇街", "联系人", "联系电话", "有效期至"),
        ("蓝桥印染", "挡车工", "5人", "会挡车、能倒班", "初中及以上", "5000-7000元/月", "兰亭工业区", "兰亭街道", "王经理", "13512345678", "2026-05-31"),
    )  # fmt: skip

    read = sheets.read_vacancies(path, today=TODAY)

    assert (read.faults, told(read)) == (
        [],
        [
            {
                "employer": "蓝桥印染", "title": "挡车工", "wanted": 5, "words": ["会挡车", "能倒班"], "education_least": "71",
                "pay": "5000-7000元/月", "place": "兰亭工业区", "township_code": "330603008", "contact": "王经理",
                "phone": "13512345678", "valid_until": date(2026, 5, 31),
            }
        ],
    )  # fmt: skip


def test_what_is_written_reads_back_and_changes_nothing(store: Store, clerk: str, town: Town, tmp_path: Path):
    store.run(
        actions.add_offer, clerk, kind=OfferKind.PROGRAMME, title="会计", provider="某校", level=StudyLevel.COLLEGE,
        route=Route.SELF_STUDY, category=Category.DEGREE_UPGRADE, education_least="61", age_least=18, age_most=60,
        times=[TimeWish.WEEKEND_DAY], townships=["330603008"], place="本部", valid_from=date(2026, 3, 1),
        valid_until=date(2026, 9, 1), starts_on=date(2026, 9, 10), study_hours=800, capacity=40, fee=123450, contact="李老师",
        phone="0575-1", words="财务 记账", source="招生简章", note="可分期",
    )  # fmt: skip
    store.run(
        actions.add_vacancy,
        clerk,
        employer="蓝桥",
        title="机修",
        words="电工",
        education_least="71",
        wanted=2,
        pay="面议",
    )

    with store.reading() as session:
        sheets.write_offers(
            tmp_path / "o.xlsx", [row for row in queries.offers(session, on=TODAY) if row.title == "会计"]
        )
        sheets.write_vacancies(tmp_path / "v.xlsx", queries.vacancies(session, on=TODAY))
    offers = sheets.read_offers(tmp_path / "o.xlsx", today=TODAY)
    jobs = sheets.read_vacancies(tmp_path / "v.xlsx", today=TODAY)

    assert (offers.faults, jobs.faults) == ([], [])
    lines = [line.told for line in offers.lines]
    assert store.run(actions.import_offers, clerk, lines=lines, file_name="o").value == Imported(0, 0, 1)
    told_ = [line.told for line in jobs.lines]
    assert store.run(actions.import_vacancies, clerk, lines=told_, file_name="v").value == Imported(0, 0, 1)


def cells(path: Path) -> list[tuple[Any, ...]]:
    return [tuple(cell.value for cell in row) for row in load_workbook(path).active.iter_rows(min_row=2)]


def test_lists_that_go_out_as_workbooks(store: Store, clerk: str, town: Town, tmp_path: Path):
    store.run(
        actions.add_offer,
        clerk,
        kind=OfferKind.PROGRAMME,
        title="会计",
        provider="某校",
        level=StudyLevel.COLLEGE,
    )
    with store.reading() as session:
        known, gates = queries.know_everybody(session, on=TODAY), queries.gates_on(session, TODAY)
        rows = queries.intake(session, known, gates, on=TODAY)
        sheets.write_intake(tmp_path / "masked.xlsx", rows, shows_numbers=False)
        sheets.write_intake(tmp_path / "whole.xlsx", rows, shows_numbers=True)
        sheets.write_advice(
            tmp_path / "advice.xlsx", queries.advice(session, on=TODAY, round_id=town.round_id)
        )
        sheets.write_firms(tmp_path / "firms.xlsx", queries.for_firms(session, known, gates, on=TODAY))
        sheets.write_trainers(
            tmp_path / "trainers.xlsx", queries.part_time_trainers(session, on=TODAY), shows_numbers=False
        )
        lines = queries.demand_lines(session, on=TODAY, round_id=town.round_id, by=Grouping.VILLAGE)
        sheets.write_demand(tmp_path / "demand.xlsx", lines)
        course = next(row for row in queries.offers(session, on=TODAY) if row.title == "电工基础")
        fits = queries.who_fits(session, known, course.offered, gates, on=TODAY)
        sheets.write_fits(tmp_path / "fits.xlsx", course, fits.rows)
    sheets.write_policies(
        tmp_path / "policies.xlsx", policies([in_force(pack) for pack in shipped_packs()], TODAY)
    )

    assert cells(tmp_path / "masked.xlsx")[0][-1] == "135****5674"
    assert cells(tmp_path / "whole.xlsx")[0][-1] == "13512345674"
    assert cells(tmp_path / "advice.xlsx")[0] == ("技能", "插花", 1, "溪南村 1 人", 0, "建议开设")
    assert {row[0] for row in cells(tmp_path / "firms.xlsx")} == {"蓝桥印染"}
    assert [row[0] for row in cells(tmp_path / "trainers.xlsx")] == ["阿强", "柏师傅"]
    assert "缺口：还没有人教" in {row[-1] for row in cells(tmp_path / "demand.xlsx")}
    assert cells(tmp_path / "fits.xlsx")[0][-1] == "想学“电工”，与“电工基础”相合。平时晚上有空。"
    assert "未配置" in cells(tmp_path / "policies.xlsx")[1]
