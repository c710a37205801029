"""Spreadsheets of 考试: marks out, lists of an organiser in."""

from kqdesk.rooms.exams.sheets.reading import ListRead, read_list
from kqdesk.rooms.exams.sheets.writing import write_scores

__all__ = ["ListRead", "read_list", "write_scores"]
