"""操作记录 as files: a list people can read, and beside it a proof that nobody changed either.

listing.py  the list as .xlsx or .csv, masked      proof.py  the signed proof and its check, which needs no home
"""

from kqdesk.rooms.safekeeping.sheets.listing import Exported, export_journal
from kqdesk.rooms.safekeeping.sheets.proof import PROOF_ENDING, Proved, check_proof

__all__ = ["PROOF_ENDING", "Exported", "Proved", "check_proof", "export_journal"]
