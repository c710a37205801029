"""工作台 home — what is due now, each line one click from done.

Owns      nothing
Leans on  every room before it
Serves    whoever opens the program in the morning
Rules     R-HOM-01..
Sync      nothing of its own
"""
