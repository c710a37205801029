"""The demo's 督查: two papers of the district, one answered with numbers and evidence, one due in a few days."""

from datetime import timedelta

from kqdesk.cli.demo_story import Story
from kqdesk.rooms.supervision import actions
from kqdesk.store.attachments import KeptFile


def answer_district(story: Story) -> None:
    """What the district asked, and what the school said."""
    done = story.do(
        actions.enter_task,
        title="夜校春季开班情况",
        words="报春季夜校开班数和学员数；没有开班的说明原因，附开班照片或名单。",
        paper_no=f"柯教成〔{story.today.year}〕5号",
        issued_by="区教育局成人教育科",
        issued_on=story.today - timedelta(days=6),
        due_on=story.today + timedelta(days=4),
        figures="新开夜校班 个\n夜校学员 人",
        wants_files=True,
    )
    night = [lead for lead in story.cohorts if lead.what != "senior"]
    content = list_of_classes([lead.title for lead in night])
    kept = KeptFile(story.school.attachments.keep(content), "开班名单.pdf", "application/pdf", len(content))
    story.do(actions.put_evidence, task_id=done, files=[kept])
    people = {person for lead in night for person in lead.person_ids}
    story.do(
        actions.answer,
        task_id=done,
        words=f"春季已开 {len(night)} 个班，名单附后。",
        figures={"n1": len(night), "n2": len(people)},
    )
    story.do(
        actions.enter_task,
        title="教学点消防安全自查",
        words="每个教学点自查一遍，隐患列清单，写明整改期限。",
        paper_no=f"柯教安〔{story.today.year}〕11号",
        issued_by="区教育局",
        issued_on=story.today - timedelta(days=2),
        due_on=story.today + timedelta(days=2),
        figures="教学点 个\n查出隐患 处",
    )
    story.facts["supervision"] = {"tasks": 2, "answered": 1}


def list_of_classes(titles: list[str]) -> bytes:
    """A PDF of classes, as evidence."""
    from kqdesk.printing.blocks import Text
    from kqdesk.printing.document import pdf_bytes
    from kqdesk.printing.styles import BODY, TITLE

    return pdf_bytes("开班名单", [Text("开班名单", TITLE), *(Text(title, BODY) for title in titles)])
