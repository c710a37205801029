"""The hub's web trade: FastAPI around the sync core, sign-in of officers, and the frame of every page. Knows no room.

server.py    the application               switchboard.py  the line to stations, as described.py lists it
frame.py     what every page shares        pages.py        sign-in and the first pages, overview.py what they say
officers.py  who signs in                  speech.py       msgpack or JSON, refusals as kind and sentence
database.py  both kinds, and the wall      secrets.py      the one key of a hub, tls.py its certificate
limits.py    how much, how often           nonces.py       replays seen by every replica
serving.py   runs it, patience.py within   journal.py      the log that names nobody
"""
