"""sync — several PCs of a school and one hub; no room is known here, tables come as metadata.

asking.py     one request, one answer, whatever carries them
wire.py       the messages
tables.py     a station's bookkeeping
freezing.py   the journal's unsent changes as frozen batches
applying.py   what came from the hub goes into the store, at once
client.py     a station's rounds; no I/O
numbers.py    leased numbers
parcels.py    photos and scans, in parts
merging.py    the rule of the merge, pure
books.py      the hub's database
taking.py     the one writer of the hub
mending.py    links that a merge left without a row, and people who were entered twice
serving.py    what a station may pull
hub.py        the hub; no I/O
cipher.py     secret columns at the hub
register.py   schools and stations of a hub; invitation.py the one-time codes; envelope.py signed asks and replies
line.py       asks over HTTPS; certificate.py, spoken.py the hub's fingerprint; packet.py asks on a USB stick
"""
