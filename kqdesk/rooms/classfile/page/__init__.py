"""The 一班一档 page: how complete each class file is, what is missing, the whole as one PDF or ZIP."""

from kqdesk.rooms.classfile.page.screen import PAGE as PAGE
