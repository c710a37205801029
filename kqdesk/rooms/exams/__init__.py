"""考试 exams — a sitting, who may sit, where, and what they scored.

Owns      sitting, sitting_paper, exam_centre, exam_room, candidate, paper_waiver, room_record, exemption, score
Leans on  cohorts (enrolments), attendance (rate), catalogue (subjects), office (rule packs)
Serves    dual (bands and credits), papers (tickets, score sheets)
Rules     R-EXA-01.. (bands A/B/C/D, who may sit)
Sync      per column; scores of a locked sitting are sealed
"""
