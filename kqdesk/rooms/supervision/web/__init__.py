"""督查 and 部门填报 on the hub's pages."""

from fastapi import APIRouter

from kqdesk.hub.counter import Counter, NavLink
from kqdesk.rooms.supervision.web.returns import return_routes
from kqdesk.rooms.supervision.web.tasks import task_routes

LINKS = (NavLink("督查", "/supervision", "督办", 50), NavLink("部门填报", "/departments", "督办", 52))


def pages(counter: Counter) -> APIRouter:
    """Their routes."""
    routes = APIRouter(include_in_schema=False)
    task_routes(routes, counter)
    return_routes(routes, counter)
    return routes
