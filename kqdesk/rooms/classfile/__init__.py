"""一班一档 classfile — what an inspection wants to see of a class, and what is still missing.

Owns      class_file, class_file_waiver; attachments of cohorts (approval, notice, plan, photos, summary …)
Leans on  cohorts, timetable, attendance (rolls, scans, pay), exams, certificates
Serves    nobody
Rules     R-FIL-01..
Sync      one archive mark a cohort; files as attachments
"""
