"""Pages of the hub: night.py 夜校课表 of the district, pool.py 培训师 shared across towns."""

from fastapi import APIRouter

from kqdesk.hub.counter import Counter, NavLink
from kqdesk.rooms.timetable.web.night import KEPT, night_pages, reckon
from kqdesk.rooms.timetable.web.pool import pool_pages

LINKS = (NavLink("夜校课表", "/night", "计划与供需", 22), NavLink("师资共享", "/trainers", "师资与学员", 30))
__all__ = ["KEPT", "LINKS", "pages", "reckon"]


def pages(counter: Counter) -> APIRouter:
    """Their routes."""
    routes = APIRouter(include_in_schema=False)
    routes.include_router(night_pages(counter))
    routes.include_router(pool_pages(counter))
    return routes
