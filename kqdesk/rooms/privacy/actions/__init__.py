"""What changes 个人信息保护.

consent.py  notices and consents          requests.py  a person's rights, erasure by two persons
cleanup.py  the yearly clean-up           erasing.py   how rows, journal and search forget
breach.py   incidents, self-check answers
"""

from kqdesk.rooms.privacy.actions.breach import (
    answer_self_check,
    change_breach,
    close_breach,
    record_breach,
    report_breach,
)
from kqdesk.rooms.privacy.actions.cleanup import drop_cleanup, execute_cleanup, propose_cleanup
from kqdesk.rooms.privacy.actions.consent import publish_notice, record_consents, withdraw_consent
from kqdesk.rooms.privacy.actions.erasing import Erased
from kqdesk.rooms.privacy.actions.requests import (
    answer_request,
    execute_erasure,
    export_dossier,
    open_request,
    propose_erasure,
    refuse_request,
    return_request,
)

__all__ = [
    "Erased", "answer_request", "answer_self_check", "change_breach", "close_breach", "drop_cleanup", "execute_cleanup",
    "execute_erasure", "export_dossier", "open_request", "propose_cleanup", "propose_erasure", "publish_notice",
    "record_breach", "record_consents", "refuse_request", "report_breach", "return_request", "withdraw_consent",
]  # fmt: skip
