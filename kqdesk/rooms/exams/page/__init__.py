"""The 考试 page: a list of sittings, and each one step by step from its candidates to the lock."""

from kqdesk.rooms.exams.page.screen import PAGE as PAGE
from kqdesk.rooms.exams.page.screen import SOURCE as SOURCE
from kqdesk.rooms.exams.page.screen import ExamsPage as ExamsPage
