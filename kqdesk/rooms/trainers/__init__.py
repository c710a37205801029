"""培训师 trainers — who teaches, what, when they can, and what papers they hold.

Owns      trainer, trainer_speciality, trainer_qualification, trainer_availability
Leans on  people (a trainer may also be a person on the roster), places
Serves    cohorts, timetable (who is free), exams (invigilators)
Rules     R-TRA-01..
Sync      per column
"""
