"""What changes 双证: diplomas imported, applications sent on, diplomas handed out, retake cohorts opened."""

from kqdesk.rooms.dual.actions.diplomas import (
    DiplomaLine,
    LineFault,
    change_diploma,
    import_diplomas,
    record_diploma,
    remove_diploma,
)
from kqdesk.rooms.dual.actions.graduation import (
    drop_applications,
    open_batch,
    open_retake_cohort,
    post_batch,
    submit_batch,
    take_applications,
)
from kqdesk.rooms.dual.actions.receipts import hand_out_diploma, record_proof

__all__ = [
    "DiplomaLine",
    "LineFault",
    "change_diploma",
    "drop_applications",
    "hand_out_diploma",
    "import_diplomas",
    "open_batch",
    "open_retake_cohort",
    "post_batch",
    "record_diploma",
    "record_proof",
    "remove_diploma",
    "submit_batch",
    "take_applications",
]
