"""Updating: a newer program comes as one signed file, is unpacked beside the old one, and a pointer is switched.

rules.py     which update fits which program; how long an old program is welcome. Pure
manifest.py  what a release says of itself, and its signature
packing.py   the update file: written by a release, opened and proved here
layout.py    versions/<v>/ beside each other and ``current``, which the launcher reads
applying.py  from a file to the next start, broken off anywhere without harm; one step back
shelf.py     update files on the hub, handed out in parts, and fetched by a desk over many rounds

It knows no school: backing up and trying the data are lent to it (``applying.Care``).
"""
