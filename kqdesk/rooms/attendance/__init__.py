"""考勤 attendance — who was at which lesson.

Owns      roll, attendance_mark
Leans on  timetable (lessons), cohorts (enrolments), people (names)
Serves    exams (rate), dual and certificates (study hours)
Rules     R-ATT-01..
Sync      one mark a learner and lesson; a locked roll is changed by a new reason only
"""
