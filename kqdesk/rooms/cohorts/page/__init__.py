"""The 班级 page: the list of cohorts, and one cohort's card with its learners."""

from kqdesk.rooms.cohorts.page.screen import PAGE as PAGE
from kqdesk.rooms.cohorts.page.screen import SOURCE as SOURCE
