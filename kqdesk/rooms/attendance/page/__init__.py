"""The 考勤 page: lessons that wait at the left, one roll at the right, all of it by keyboard."""

from kqdesk.rooms.attendance.page.screen import PAGE as PAGE
