"""The 课表 page: a week as a grid, by cohort, trainer or site, with the clash check at hand."""

from kqdesk.rooms.timetable.page.screen import PAGE as PAGE
