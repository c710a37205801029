"""奖补 subsidies — who may claim what under which rule and why, batches on their way to the district and to the money.

Owns      claimant_particulars, training_fund_year, subsidy_quota, subsidy_batch, subsidy_claim, subsidy_mark, subsidy_form
Leans on  credits, dual, certificates, attendance (marks), referrals, timetable, cohorts, people, trainers, places, office (rules)
Serves    followup, reports
Rules     R-SUB-01.. (verdict, amount, cross-checks, order of steps, quotas, training funds)
Sync      claims per column; batches sealed once frozen; the district's answers and marks come as rows
"""
