"""kqdesk — the desk of a township adult school: one program, one encrypted file, one journal."""

VERSION = "0.1.0"
