"""The 双证 page: learner × requirement, each missing item a link, every sum explained; graduation and receipts."""

from kqdesk.rooms.dual.page.screen import PAGE as PAGE
from kqdesk.rooms.dual.page.screen import DualPage as DualPage
