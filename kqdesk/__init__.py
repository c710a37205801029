"""kqdesk — the desk of a township adult school: one program, one encrypted file, one journal."""

VERSION = "0.1.0"
RELEASED = "2026-11-22"
"""The day this version was released, as year-month-day; an update file says it."""
