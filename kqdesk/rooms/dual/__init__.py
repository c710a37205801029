"""双证 dual — who has diploma and skill certificate, and who lacks what.

Owns      diploma, diploma_receipt, diploma_proof, graduation_batch, graduation_application
Leans on  exams (bands), certificates (skill certificates), attendance (hours), cohorts, office (rule packs)
Serves    home, reports, subsidies
Rules     R-DUA-01.. (credit sum as 测算, both papers = 双证)
Sync      per column
"""
