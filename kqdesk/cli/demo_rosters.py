"""The demo's rosters: a village workbook with faults in it, a factory's list, an export; and their import."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

from kqdesk.cli.demo_people import MadePerson, make_people, villages
from kqdesk.cli.demo_story import LANTING, Place, Story
from kqdesk.kernel.progress import Quiet
from kqdesk.rooms.people import actions, queries
from kqdesk.rooms.people.sheets import read_roster, write_faults
from kqdesk.rooms.people.terms import education_label, ethnicity_label

PLANTED = 3
"""Rows of the village workbook that are wrong on purpose."""
_SHARE_VILLAGE, _SHARE_FACTORY = 70, 25  # percent of the people; the rest come in the export
_SEEN_TWICE = 20  # every so many-th person of the villages works in the factory too
_VILLAGE_HEAD = (
    "序号",
    "姓名",
    "性别",
    "身份证号码",
    "民族",
    "文化程度",
    "家庭住址",
    "联系电话",
    "就业岗位",
    "学历提升意愿",
)
_FACTORY_HEAD = ("工号", "员工姓名", "性别", "公民身份号码", "出生年月日", "学历", "手机号", "工种", "户籍地")
_CSV_HEAD = ("姓名", "身份证号", "手机号码", "镇街", "村社", "学历")


def make_rosters(story: Story) -> list[Path]:
    """Three files as villages and firms send them: .xlsx by village, .xlsx of a firm, GB18030 .csv."""
    people = township_people(story.people, story.seed)
    first, second = (
        story.people * _SHARE_VILLAGE // 100,
        story.people * (_SHARE_VILLAGE + _SHARE_FACTORY) // 100,
    )
    folder = story.folder("rosters")
    paths = [folder / "兰亭街道分村排摸.xlsx", folder / "蓝桥印染职工名册.xlsx", folder / "夜校报名导出.csv"]
    _write_villages(paths[0], people[:first])
    twice = [_with_phone(person) for person in people[:first:_SEEN_TWICE] if person["id_number"]]
    _write_factory(paths[1], [*people[first:second], *twice])
    _write_csv(paths[2], people[second:])
    return paths


def township_people(count: int, seed: int, place: Place = LANTING) -> list[MadePerson]:
    """``count`` made-up persons who all live in the demo's township."""
    rng = Random(seed)
    own = [name for code, name in villages(seed) if code == place.township]
    people = make_people(count, seed)
    for person in people:
        village = rng.choice(own)
        area = f"浙江省绍兴市柯桥区{place.town}{village}"
        person["township_code"], person["village"], person["hukou"] = place.township, village, area
        person["address"] = f"{area}{rng.randrange(1, 400)}号"
    return people


def import_rosters(story: Story) -> None:
    """Each file the way the window does it: read, compare, write; then the desk enters who is still missing."""
    created = updated = suspects = 0
    faults: list[Any] = []
    for path in make_rosters(story):
        read = read_roster(path, today=story.today)
        plan = story.read(queries.plan_import, read.people)
        counts = story.do(actions.import_roster, plan=plan, file_name=path.name, faults=len(read.faults))
        created, updated = created + counts.created, updated + counts.updated
        suspects += counts.suspects
        faults += read.faults
        if read.faults:
            write_faults(read, path.with_name(f"{path.stem}-问题标红.xlsx"), progress=Quiet())
    entered = enter_people(story, story.people - created)
    story.facts["import"] = {
        "created": created, "updated": updated, "suspects": suspects, "faults": len(faults), "entered": entered,
    }  # fmt: skip


def enter_people(story: Story, count: int) -> int:
    """People who came to the desk themselves, entered by hand, until the roster has as many as were asked for."""
    for person in township_people(max(count, 0), story.seed + 10_000, story.place):
        fields = {name: value for name, value in person.items() if name not in ("path", "id_kind")}
        fields["learning_path"] = person["path"]
        story.do(actions.add_person, fields=fields, origin="窗口登记")
    return max(count, 0)


def _with_phone(person: MadePerson) -> MadePerson:
    """The same person as the firm knows her, with another phone."""
    changed = MadePerson(**person)
    digits = int((person["id_number"] or "0" * 18)[10:17])
    changed["phone"] = f"163{digits * 7 % 10**8:08d}"
    return changed


def _write_villages(path: Path, people: Sequence[MadePerson]) -> None:
    """One sheet a village, title over merged cells, a line of who filled it in, a footer; three rows are wrong."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_numbers": False})
    title = book.add_format({"bold": True, "font_size": 16, "align": "center", "font_name": "宋体"})
    head = book.add_format(
        {"bold": True, "border": 1, "align": "center", "text_wrap": True, "bg_color": "#DDEBF7"}
    )
    cell, text = book.add_format({"border": 1}), book.add_format({"border": 1, "num_format": "@"})
    by_village: dict[str, list[MadePerson]] = {}
    for person in people:
        by_village.setdefault(person["village"], []).append(person)
    wrong = _planted(people)
    for n, (village, rows) in enumerate(sorted(by_village.items())):
        sheet = book.add_worksheet(village)
        sheet.merge_range(
            0, 0, 0, len(_VILLAGE_HEAD) - 1, f"兰亭街道{village}常住人口学历技能排摸花名册", title
        )
        sheet.write(1, 0, f"填报单位：{village}村民委员会        填报人：（示例）        填报日期：")
        sheet.write_row(2, 0, _VILLAGE_HEAD, head)
        for row, line in enumerate([_village_line(one) for one in rows] + (wrong if n == 0 else []), 3):
            sheet.write(row, 0, row - 2, cell)
            sheet.write_row(row, 1, line, text)
        end = 4 + len(rows) + (len(wrong) if n == 0 else 0)
        sheet.write(end, 0, "说明：常住人口指在本街道居住半年以上的人员。")
        sheet.set_column(1, 2, 8)
        sheet.set_column(3, 3, 22)
        sheet.set_column(6, 6, 36)
        sheet.freeze_panes(3, 0)
    book.close()


def _village_line(person: MadePerson) -> list[str]:
    return [
        person["name"], "男" if person["sex"] == "1" else "女", person["id_number"] or "",
        ethnicity_label(person["ethnicity_code"]), education_label(person["education_code"]), person["address"],
        person["phone"] or "无", person["job"] or "", person["wish"] or "",
    ]  # fmt: skip


def _planted(people: Sequence[MadePerson]) -> list[list[str]]:
    """A wrong check digit, a number of seventeen, a missing name."""
    numbers = [one["id_number"] for one in people if one["id_number"]]
    if not numbers:
        return []
    number = numbers[0]
    off = f"{number[:14]}{(int(number[14:17]) + 501) % 1000:03d}"
    wrong = [off + ("1" if number[17] != "1" else "2"), number[:16] + "3", numbers[-1]]
    lines = [["俞小样", "女", wrong[0]], ["祝小样", "男", wrong[1]], ["", "女", wrong[2]]]
    return [[*line, "汉族", "初中", "", "", "", ""] for line in lines][:PLANTED]


def _write_factory(path: Path, people: Sequence[MadePerson]) -> None:
    """A firm's own list: other words, other order, sex as 1/2, birth dates as text."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_numbers": False})
    sheet = book.add_worksheet("职工")
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#E2EFDA"})
    sheet.write(0, 0, "绍兴市柯桥区蓝桥印染有限公司职工登记表（示例）")
    sheet.write_row(1, 0, _FACTORY_HEAD, head)
    for row, person in enumerate(people, 2):
        sheet.write_row(row, 0, [f"LQ{row:05d}", *_factory_line(person)])
    sheet.set_column(3, 3, 22)
    sheet.set_column(8, 8, 36)
    book.close()


def _factory_line(person: MadePerson) -> list[str]:
    born: date = person["birth_date"]
    return [
        person["name"], "男" if person["sex"] == "1" else "女", person["id_number"] or "",
        f"{born.year}年{born.month}月{born.day}日", education_label(person["education_code"]), person["phone"] or "",
        person["job"] or "挡车工", person["hukou"],
    ]  # fmt: skip


def _write_csv(path: Path, people: Sequence[MadePerson]) -> None:
    with path.open("w", encoding="gb18030", errors="replace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_CSV_HEAD)
        for person in people:
            number = f"\t{person['id_number']}" if person["id_number"] else ""
            writer.writerow(
                [person["name"], number, person["phone"] or "", "兰亭街道", person["village"],
                 education_label(person["education_code"])]
            )  # fmt: skip
