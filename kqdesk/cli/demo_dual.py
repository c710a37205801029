"""The demo's 双证: skill certificates learners bring, diplomas from the city's list, and the board that adds them up."""

from dataclasses import asdict
from datetime import timedelta

from kqdesk.cli.demo_story import Story
from kqdesk.rooms.catalogue.terms import DualLevel, SkillLevel
from kqdesk.rooms.certificates import actions as certificates
from kqdesk.rooms.certificates.terms import Verification
from kqdesk.rooms.cohorts import queries as rosters
from kqdesk.rooms.dual import actions as dual
from kqdesk.rooms.dual import queries as board
from kqdesk.rooms.dual.actions import DiplomaLine
from kqdesk.rooms.dual.terms import Need

_OCCUPATIONS = ("电工", "养老护理员", "中式面点师", "纺织染色工", "茶艺师", "电子商务师")


def bring_papers(story: Story) -> None:
    """What the learners of the senior cohorts have by now, and what the board says of them."""
    story.facts["skill_certificates"] = _record_skills(story)
    story.facts["diplomas"] = _import_diplomas(story)
    shown = story.read(board.board, on=story.today)
    story.facts["dual_board"] = asdict(board.counts(shown.rows)) | {"not_set": list(shown.unset)}


def _record_skills(story: Story) -> int:
    """Two of three seniors bring a certificate; half of these were looked up at the issuer."""
    people = [person for lead in story.cohorts if lead.what == "senior" for person in lead.person_ids]
    chosen = [person for n, person in enumerate(people) if n % 3 != 2]
    for n, person in enumerate(chosen):
        story.do(
            certificates.record_skill_certificate,
            person_id=person,
            occupation=_OCCUPATIONS[n % len(_OCCUPATIONS)],
            level=(SkillLevel.JUNIOR, SkillLevel.MIDDLE)[n % 2],
            number=f"S{story.today.year}33060{n:08d}",
            issuer="示例职业技能鉴定机构",
            issued_on=story.today - timedelta(days=20 + n % 60),
            verification=Verification.VERIFIED if n % 2 else Verification.UNCHECKED,
        )
    return len(chosen)


def _import_diplomas(story: Story) -> int:
    """The city's list: three of four who passed every subject."""
    rows = story.read(board.board, on=story.today, level=DualLevel.SENIOR).rows
    passed = {row.person_id for row in rows if not row.lacks(Need.EXAM)}
    numbers = {
        row.person_id: (row.id_number, row.name)
        for lead in story.cohorts
        if lead.what == "senior"
        for row in story.read(rosters.roster, lead.id)
        if row.person_id in passed and row.id_number
    }
    chosen = [pair for n, pair in enumerate(numbers.values()) if n % 4 != 3]
    lines = [
        DiplomaLine(n, number, name, f"浙绍成高{story.today.year}{n:05d}", story.today - timedelta(days=5))
        for n, (number, name) in enumerate(chosen, 1)
    ]
    if not lines:
        return 0
    return int(
        story.do(
            dual.import_diplomas,
            level=DualLevel.SENIOR,
            issuer="绍兴市教育局（示例）",
            lines=lines,
            origin="市发证名单",
        )
    )
