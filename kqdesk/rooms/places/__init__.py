"""地方 places — townships, villages, firms, teaching sites and their classrooms.

Owns      village, firm, site, classroom, school_area
Leans on  office (the school)
Serves    people (where they live and work), cohorts and timetable (where they meet)
Rules     R-PLA-01.. (a township by any of its names and codes)
Sync      per column
"""
