"""数据交换 exchange — this PC and its hub: joining, what waits, two values of one field, the school's PCs, packets.

Owns      no table: 待确认 is the store's (made by the hub), what is on its way is the sync trade's
Leans on  office (names, rights), people (duplicates)
Serves    home (what should be seen to)
Rules     R-EXC-01.. (what stands side by side, how a PC is called)
Sync      settling is an ordinary act and travels like any other
"""
