"""花名册 people — everybody the school knows: typed once, found by any scrap, never twice.

Owns      person, person_alias (merges), person_distinct (found to be two), person_document, person_contact, sign_up,
          sheet_layout; derived and kept by triggers: person_tail (infixes of names), person_find (fragments of numbers)
Leans on  places (village, firm), office
Serves    cohorts (who enrols), every paper with a name on it
Rules     R-PEO-01.. in kqdesk/RULES.md
Sync      per column; the same person met twice becomes a work-list, then an alias
"""
