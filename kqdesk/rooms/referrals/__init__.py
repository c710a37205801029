"""报读转介 referrals — a person goes on to a college: applied, admitted, enrolled, graduated, with every call made.

Owns      referral, referral_contact
Leans on  people, office
Serves    home (who is referred already, whom to call), reports (how many go on, how many graduate)
Rules     R-REF-01.. (which step follows which, whose schooling rises)
Sync      per column
"""
