"""个人信息保护 privacy — what people were told and agreed to, how long data stays, one person's rights, incidents.

Owns      privacy_notice, consent, privacy_request, cleanup, cleanup_line, data_breach, self_check_answer
Leans on  every room's tables by their metadata (what points at a person), office (rules, signatures), backup and keys
Serves    nobody; erasing goes through the store's erase entry
Rules     R-PRI-01..
Sync      per column; an erase entry tells the hub which rows to forget
"""
