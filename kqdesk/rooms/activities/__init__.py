"""活动 activities — lectures, forums, competitions: a day, a topic, a head-count. Counted as 人次, never as 人.

Owns      activity, activity_attendee
Leans on  people, places, trainers, cohorts (the six projects)
Serves    reports (counts by month, kind, township, with the names behind them)
Rules     R-ACT-01.. (what counts, what may be confirmed)
Sync      per column
"""
