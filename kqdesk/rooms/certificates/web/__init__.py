"""证书 on the hub: the district's review where the rule pack wants it, and verification by anybody."""

from fastapi import APIRouter

from kqdesk.hub.counter import Counter, NavLink
from kqdesk.rooms.certificates.web.review import review_routes
from kqdesk.rooms.certificates.web.verify import verify_routes

LINKS = (NavLink("证书审核", "/certificates", "师资与学员", 36),)


def pages(counter: Counter) -> APIRouter:
    """Their routes."""
    routes = APIRouter(include_in_schema=False)
    review_routes(routes, counter)
    verify_routes(routes, counter)
    return routes
