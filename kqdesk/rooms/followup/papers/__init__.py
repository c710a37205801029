"""What is printed of 跟踪, and forms read back.

calls.py   回访名单, 增收跟踪统计表      form.py, form_layout.py   满意度问卷      scans.py   filled forms read
results.py 满意度统计表                  honour.py  奖状, 公示, 表彰名单            lifeline.py  学习生命线
"""

from kqdesk.rooms.followup.papers.calls import (
    CallPaper,
    OutcomePaper,
    call_part,
    calls_pdf,
    outcome_part,
    outcome_pdf,
    print_calls,
    print_outcome,
)
from kqdesk.rooms.followup.papers.form import FormPaper, first_number, form_parts, forms_pdf, print_forms
from kqdesk.rooms.followup.papers.honour import (
    HonourPaper,
    award_pdf,
    honour_list_pdf,
    print_awards,
    print_honour_list,
    publish_words,
)
from kqdesk.rooms.followup.papers.lifeline import LifePaper, life_part, life_pdf, print_lives
from kqdesk.rooms.followup.papers.results import (
    ResultPaper,
    print_results,
    result_part,
    result_pdf,
    side_by_side_pdf,
)

__all__ = [
    "CallPaper", "FormPaper", "HonourPaper", "LifePaper", "OutcomePaper", "ResultPaper", "award_pdf", "call_part", "calls_pdf",
    "first_number", "form_parts", "forms_pdf", "honour_list_pdf", "life_part", "life_pdf", "outcome_part", "outcome_pdf",
    "print_awards", "print_calls", "print_forms", "print_honour_list", "print_lives", "print_outcome", "print_results",
    "publish_words", "result_part", "result_pdf", "side_by_side_pdf",
]  # fmt: skip
