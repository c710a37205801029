"""Workbooks of 四张清单: offers and vacancies in and out, what goes to colleges, firms and people."""

from kqdesk.rooms.matching.sheets.reading import read_offers, read_vacancies
from kqdesk.rooms.matching.sheets.writing import (
    write_advice,
    write_demand,
    write_firms,
    write_fits,
    write_intake,
    write_offers,
    write_policies,
    write_trainers,
    write_vacancies,
)

__all__ = [
    "read_offers", "read_vacancies", "write_advice", "write_demand", "write_firms",
    "write_fits", "write_intake", "write_offers", "write_policies", "write_trainers", "write_vacancies",
]  # fmt: skip
