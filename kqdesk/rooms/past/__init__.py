"""历史台账 past — what was taught and issued before the program: old ledgers line by line, marked 补录, with their scans.

Owns      past_ledger, past_record
Leans on  people (whose line it is), catalogue (levels, subjects), office (who checks, the packs' numbers)
Serves    dual, credits: what of it counts, only as the pack says; certificates: numbers that were given already
Rules     R-PAST-01..
Sync      per column; a checked ledger is sealed, its lines move between persons only by a merge
"""
