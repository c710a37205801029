"""Everything that changes a certificate: drawn up, approved, printed, handed out, revoked; designs; skill certificates."""

from kqdesk.rooms.certificates.actions.design import choose_design, keep_design, retire_design
from kqdesk.rooms.certificates.actions.drawing import (
    APPROVED,
    approve_certificates,
    discard_certificates,
    draw_certificates,
    hand_out,
    reissue_certificate,
    revoke_certificate,
)
from kqdesk.rooms.certificates.actions.printing import receive_blanks, record_print
from kqdesk.rooms.certificates.actions.skill import (
    attach_skill_scan,
    change_skill_certificate,
    record_skill_certificate,
    remove_skill_certificate,
    verify_skill_certificate,
)

__all__ = [
    "APPROVED",
    "approve_certificates",
    "attach_skill_scan",
    "change_skill_certificate",
    "choose_design",
    "discard_certificates",
    "draw_certificates",
    "hand_out",
    "keep_design",
    "receive_blanks",
    "record_print",
    "record_skill_certificate",
    "reissue_certificate",
    "remove_skill_certificate",
    "retire_design",
    "revoke_certificate",
    "verify_skill_certificate",
]
