"""报表 reports — the user's own official forms, filled from what the program knows.

Owns      document_template
Leans on  people, cohorts, exams, certificates, dual, office (school card, who may see whole numbers)
Serves    classfile (packets), the district (forms of other offices)
Rules     R-REP-01.. (which fields a form may ask for)
Sync      per column; the files travel as attachments
"""
