"""证书 certificates — completion certificates nobody can forge, and the skill certificates people bring.

Owns      completion_certificate, number_block, signing_key, skill_certificate, certificate_review
Leans on  cohorts, attendance, people, catalogue, office
Serves    dual (skill certificates), verification by anybody with a phone
Rules     R-CER-01.. (who may get one, shape of a number)
Sync      approved rows are sealed; numbers come from leased blocks
"""
