"""学分 credits — append-only accounts in three units that are never added, and the way to the credit bank and back.

Owns      credit_account, credit_entry, credit_batch, credit_claim
Leans on  dual (the 测算 and what it rests on), certificates, attendance (locked rolls), people, office (rule packs)
Serves    reports, subsidies
Rules     R-CRE-01.. (what is to be booked, balances, answers matched)
Sync      entries are only ever added; claims per column
"""
