"""The 课程目录 page."""

from kqdesk.rooms.catalogue.page.frame import PAGE, SOURCE, CataloguePage, find

__all__ = ["PAGE", "SOURCE", "CataloguePage", "find"]
