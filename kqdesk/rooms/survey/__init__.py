"""排摸 survey — rounds of asking everybody 20 to 70 what they want to learn: the eight fields of the plan and wishes.

Owns      survey_round, survey_answer
Leans on  people (the roster, its reader of foreign workbooks), places (townships), catalogue (十大门类), office (rule packs)
Serves    matching (需求清单), reports
Rules     R-SUR-01.. (who is asked, row codes, who is behind, what counts as raised)
Sync      answers per column
"""
