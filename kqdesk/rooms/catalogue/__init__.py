"""课程目录 catalogue — the ten categories, the courses in them, and the 双证 programmes.

Owns      course, course_version, programme, programme_subject
Leans on  office
Serves    cohorts (what is taught), timetable (hours), exams (subjects), certificates (title, hours)
Rules     R-CAT-01..
Sync      per column
"""
