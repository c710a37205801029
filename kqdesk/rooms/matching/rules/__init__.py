"""When a person fits an offer and why, kept as columns of bits for many, and who can make an evening. Pure.

fitting.py  one person and one offer, reason by reason     pool.py   everybody at once, as bits
reach.py    minutes to a site                              trial.py  组班试算
offers.py   where an offer stands, what is wrong with one  policies.py  the policy list out of rule packs
"""
