"""班级 cohorts — people who start together, are taught together and finish together.

Owns      cohort, cohort_kind, enrolment
Leans on  people, trainers, catalogue, places
Serves    timetable, attendance, exams, certificates, dual
Rules     R-COH-01.. (who may enrol: warn with the paper's text)
Sync      per column
"""
