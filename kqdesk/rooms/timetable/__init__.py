"""课表 timetable — dated lessons, and the check that nobody is in two places at once.

Owns      lesson, holiday_override
Leans on  cohorts, trainers, places, catalogue
Serves    attendance (rolls), exams, certificates (hours), papers on the wall
Rules     R-TIM-01.. (clashes of trainer, site, cohort, learner; holidays)
Sync      per column
"""
