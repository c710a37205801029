"""store — one encrypted file, one write lane, two read lanes, one journal.

base.py       the mapped base: what every journaled table has, and the column types
engine.py     connections to SQLCipher, each asserted
journal.py    triggers that write every change down, sealing, verification
erasing.py    what the law wants forgotten: contents go, the chain still verifies
undo.py       undo and redo, derived from the journal
history.py    the journal as sentences
actions.py    what an action is
store.py      the door: read, run, undo
migrations.py numbered steps of db/, tried on a verified copy
tables.py     the store's own bookkeeping, outside the journal
"""
