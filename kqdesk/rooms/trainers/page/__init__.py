"""The 培训师 page: the list with its form (listing.py), and one trainer's papers and week (papers.py, week.py)."""

from kqdesk.rooms.trainers.page.listing import PAGE, SOURCE, TrainersPage

__all__ = ["PAGE", "SOURCE", "TrainersPage"]
