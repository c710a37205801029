"""What leaves as .xlsx: the four lists, and what is sent to colleges, firms and people. Offers read back change nothing."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from kqdesk.excel.writing import OutColumn, write_table
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.rooms.matching.queries import (
    AdviceRow,
    DemandLine,
    FirmRow,
    Fit,
    IntakeRow,
    OfferRow,
    VacancyRow,
)
from kqdesk.rooms.matching.rules.policies import Policy
from kqdesk.rooms.people.terms import education_label
from kqdesk.rooms.places.queries import township_name
from kqdesk.rooms.trainers.queries import TrainerRow
from kqdesk.security.masking import mask_phone

OFFERS = (
    OutColumn("类别", 10), OutColumn("名称", 26), OutColumn("院校（机构）", 24), OutColumn("途径", 12), OutColumn("层次", 16),
    OutColumn("门类", 12), OutColumn("学历要求", 14), OutColumn("年龄下限", 9, "number"), OutColumn("年龄上限", 9, "number"),
    OutColumn("上课时间", 20), OutColumn("上课地点", 22), OutColumn("面向镇街", 20), OutColumn("报名开始", 12, "date"),
    OutColumn("报名截止", 12, "date"), OutColumn("开课日期", 12, "date"), OutColumn("学时", 8, "number"),
    OutColumn("名额", 8, "number"), OutColumn("费用（元）", 12), OutColumn("联系人", 10), OutColumn("联系电话", 14),
    OutColumn("关键词", 20), OutColumn("依据", 24), OutColumn("备注", 20),
)  # fmt: skip
VACANCIES = (
    OutColumn("用人单位", 24), OutColumn("岗位", 18), OutColumn("要求", 22), OutColumn("学历要求", 14), OutColumn("招聘人数", 9, "number"),
    OutColumn("待遇", 16), OutColumn("工作地点", 22), OutColumn("镇街", 12), OutColumn("发布日期", 12, "date"),
    OutColumn("有效期至", 12, "date"), OutColumn("联系人", 10), OutColumn("联系电话", 14), OutColumn("备注", 20),
)  # fmt: skip


def write_offers(path: Path, rows: Iterable[OfferRow], *, progress: Progress = Quiet()) -> int:
    """供给清单; the number of rows."""
    lines = (
        (
            row.kind.label, row.title, row.provider, row.route.label if row.route else None, row.level.label if row.level else None,
            row.category.label if row.category else None, f"{education_label(row.education_least)}及以上" if row.education_least else None,
            row.age_least, row.age_most, row.times_words or None, row.place or None, row.townships_words or None, row.valid_from,
            row.valid_until, row.starts_on, row.study_hours, row.capacity,
            row.fee_words or None, row.contact or None, row.phone or None,
            "、".join(row.words) or None, row.source or None, row.note or None,
        )
        for row in rows
    )  # fmt: skip
    return write_table(path, "供给清单", OFFERS, lines, progress=progress)


def write_vacancies(path: Path, rows: Iterable[VacancyRow], *, progress: Progress = Quiet()) -> int:
    """岗位信息."""
    lines = (
        (
            row.employer, row.title, "、".join(row.words) or None,
            f"{education_label(row.education_least)}及以上" if row.education_least else None, row.wanted, row.pay or None,
            row.place or None, row.township or None, row.valid_from, row.valid_until, row.contact or None, row.phone or None,
            row.note or None,
        )
        for row in rows
    )  # fmt: skip
    return write_table(path, "岗位信息", VACANCIES, lines, progress=progress)


def write_demand(path: Path, rows: Sequence[DemandLine]) -> int:
    """需求清单 with what answers each."""
    columns = (
        OutColumn("镇街", 14), OutColumn("村社/企业", 26), OutColumn("类别", 12), OutColumn("想学", 26), OutColumn("时间", 14),
        OutColumn("人数", 8, "number"), OutColumn("有几项供给", 12, "number"), OutColumn("供给", 40),
    )  # fmt: skip
    lines = [
        (one.row.township, one.row.title, one.row.kind.label, one.row.wish, one.row.time, one.count, len(one.answers),
         "、".join(row.title for row in one.answers) or "缺口：还没有人教")
        for one in rows
    ]  # fmt: skip
    return write_table(path, "需求清单", columns, lines)


def write_policies(path: Path, rows: Sequence[Policy]) -> int:
    """政策清单: one line a policy, what is not set stays 未配置."""
    columns = (
        OutColumn("政策", 24), OutColumn("对象", 8), OutColumn("给什么", 40), OutColumn("给谁", 40), OutColumn("到哪里办", 26),
        OutColumn("什么时候办", 18), OutColumn("带什么材料", 26), OutColumn("依据", 36),
    )  # fmt: skip
    lines = [
        (one.title, one.audience.label, *(one.words_of(part) for part in ("gives", "who", "where", "until", "papers")),
         "；".join(dict.fromkeys(line.source for line in one.lines if line.is_set)) or None)
        for one in rows
    ]  # fmt: skip
    return write_table(path, "政策清单", columns, lines)


def write_fits(path: Path, offer: OfferRow, rows: Iterable[Fit], *, progress: Progress = Quiet()) -> int:
    """匹配清单 of one offer: who, and every reason in words."""
    columns = (
        OutColumn("供给", 22), OutColumn("姓名", 10), OutColumn("年龄", 7, "number"), OutColumn("学历", 14), OutColumn("镇街", 12),
        OutColumn("村社", 14), OutColumn("就业单位", 22), OutColumn("电话", 14), OutColumn("方便时间", 18), OutColumn("答复", 10),
        OutColumn("为什么", 60),
    )  # fmt: skip
    lines = (
        (
            offer.title, row.name, row.age, row.education, township_name(row.township), row.village, row.employer, row.phone_masked,
            row.times_words, row.answer.label if row.answer else None, "".join(line.sentence for line in row.reasons),
        )
        for row in rows
    )  # fmt: skip
    return write_table(path, "匹配清单", columns, lines, progress=progress)


def write_intake(
    path: Path, rows: Iterable[IntakeRow], *, shows_numbers: bool, progress: Progress = Quiet()
) -> int:
    """生源信息 to colleges; phones masked unless ``shows_numbers``."""
    columns = (
        OutColumn("院校", 24), OutColumn("专业", 22), OutColumn("层次", 16), OutColumn("姓名", 10), OutColumn("性别", 6),
        OutColumn("年龄", 7, "number"), OutColumn("现有学历", 14), OutColumn("村社", 16), OutColumn("电话", 14),
    )  # fmt: skip
    lines = (
        (row.college, row.programme, row.level, row.name, row.sex, row.age, row.education, row.village,
         row.phone if shows_numbers else mask_phone(row.phone))
        for row in rows
    )  # fmt: skip
    return write_table(path, "生源信息", columns, lines, progress=progress)


def write_advice(path: Path, rows: Sequence[AdviceRow]) -> int:
    """专业课程开设建议 to colleges."""
    columns = (
        OutColumn("类别", 12), OutColumn("想学", 26), OutColumn("人数", 8, "number"), OutColumn("主要在哪里", 46),
        OutColumn("现有供给", 10, "number"), OutColumn("建议", 30),
    )  # fmt: skip
    lines = [
        (row.kind.label, row.wish, row.people, "、".join(f"{name} {count} 人" for name, count in row.places), row.offers,
         "建议开设" if not row.offers else None)
        for row in rows
    ]  # fmt: skip
    return write_table(path, "开设建议", columns, lines)


def write_trainers(path: Path, rows: Sequence[TrainerRow], *, shows_numbers: bool) -> int:
    """可兼职教师信息 to colleges; phones masked unless ``shows_numbers``."""
    columns = (
        OutColumn("姓名", 10), OutColumn("来源", 14), OutColumn("级别", 12), OutColumn("专长", 30), OutColumn("工作单位", 24),
        OutColumn("可上课时间", 30), OutColumn("资格证书", 10, "number"), OutColumn("电话", 14),
    )  # fmt: skip
    lines = [
        (row.name, row.source.label, row.pay_level.label, "、".join(row.specialities), row.employer, row.times_shown,
         row.qualification_count, row.phone if shows_numbers else mask_phone(row.phone or ""))
        for row in rows
    ]  # fmt: skip
    return write_table(path, "可兼职教师", columns, lines)


def write_firms(path: Path, rows: Sequence[FirmRow]) -> int:
    """学习培训供给信息 to firms: how many of their people fit what."""
    columns = (
        OutColumn("企业", 28), OutColumn("能学什么", 26), OutColumn("类别", 12), OutColumn("院校（机构）", 24),
        OutColumn("合适的员工（人）", 14, "number"), OutColumn("上课时间", 20), OutColumn("地点", 22), OutColumn("费用", 12),
        OutColumn("报名", 22), OutColumn("联系", 24),
    )  # fmt: skip
    lines = [
        (one.firm, one.offer.title, one.offer.kind.label, one.offer.provider, one.people, one.offer.times_words, one.offer.place,
         one.offer.fee_words, one.offer.valid_words, f"{one.offer.contact} {one.offer.phone}".strip())
        for one in rows
    ]  # fmt: skip
    return write_table(path, "供给信息", columns, lines)
