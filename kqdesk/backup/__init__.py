"""backup — whole copies of a home, each verified, and the way back.

policy.py     when a backup is due and which old ones may go (rules, pure)
container.py  one backup = one ``.kqbackup`` file: encrypted parts, a MACed manifest, a hash over every byte
making.py     a copy by SQLite's backup API, reopened and compared before it counts
shelf.py      the folder of backups: list, verify, the newest good one, copies on a USB stick
restoring.py  what a restore would change, and the restore itself, finished after a kill
entrance.py   who may restore: a password or the printed code, under the home's lock
ballast.py    room to give back on a full disk; writing stops before it is full
"""
