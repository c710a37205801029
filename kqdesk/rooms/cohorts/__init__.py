"""班级 cohorts — people who start together, are taught together and finish together.

Owns      cohort, cohort_kind, enrolment, enrolment_change, fee_entry
Leans on  people, trainers, catalogue, places
Serves    timetable, attendance, exams, certificates, dual
Rules     R-COH-01.. (who may enrol, the waiting list, no-shows, money, last year's class again)
Sync      per column; ledger of fees and history only added to
"""
