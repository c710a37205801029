"""督查 supervision — what the district wants done and by when, the school's answer with its evidence, accepted or returned.

Owns      supervision_task, supervision_step; department_return, department_figure (the district's own rows, at the hub)
Leans on  office (school card, operators), reports (own figures beside those of other departments), attachments
Serves    home (what is due), the district's pages
Rules     R-SUP-01.. (how a task stands, what an answer must have, which version of a return counts)
Sync      tasks and verdicts come from the hub's pages, answers go up; steps are only ever added
"""
