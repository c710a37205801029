"""匹配 matching — the four lists: what is offered, who wants what, which policies, who fits which offer and why.

Owns      offer, offer_answer, vacancy
Leans on  survey (wishes), people, catalogue (courses, programmes, routes), places (sites), trainers, cohorts, timetable, office (packs)
Serves    referrals, cohorts made from a trial class
Rules     R-MAT-01.. (when a person fits an offer, minutes to a site, who can make an evening)
Sync      offers, answers and vacancies per column; what fits whom is never stored, only reckoned
"""
