"""Rules of 个人信息保护: consent, how long data stays, what law keeps from erasing, what a self-check may claim.

consent.py    which notice counts, how a person stands to it
keeping.py    terms of retention, what stays when a person asks to be erased
selfcheck.py  等保二级 items judged from facts
"""
