"""Who may sit an exam, and which papers of it."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from fractions import Fraction

from kqdesk.rooms.attendance.rules import AttendancePolicy, weight
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.cohorts.terms import ScienceOption


class Admission(StrEnum):
    """Whether a learner may sit, as far as the pack says."""

    MAY = "may"
    MAY_NOT = "may_not"
    UNSET = "unset"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """What people read."""
        return {"may": "准考", "may_not": "出勤不足", "unset": "未配置", "unknown": "没有考勤"}[self.value]


def share_attended(hours: Mapping[Mark, int], policy: AttendancePolicy) -> Fraction | None:
    """Study hours attended of those held and marked (0..1); None when nothing is marked or a weight is 未配置."""
    earned, counted = Fraction(0), 0
    for mark, study_hours in hours.items():
        share = weight(mark, policy)
        if share is None:
            return None
        earned += share * study_hours
        counted += 0 if mark is Mark.EXCUSED and policy.excused == "excluded" else study_hours
    return Fraction(earned, counted) if counted else None


def may_sit(share: Fraction | None, minimum: Fraction | None) -> Admission:
    """R-EXA-04: attendance at or above the pack's minimum. Without a minimum nothing is claimed."""
    if minimum is None:
        return Admission.UNSET
    if share is None:
        return Admission.UNKNOWN
    return Admission.MAY if share >= minimum else Admission.MAY_NOT


def takes(subject: Subject, option: ScienceOption | None, left_out: Collection[Subject] = ()) -> bool:
    """Whether a candidate sits this paper: of the two sciences only her own, and none she is let off."""
    if subject in left_out:
        return False
    if subject in (Subject.NATURAL_SCIENCE, Subject.SOCIAL_SCIENCE):
        return option is not None and subject.value == option.value
    return True
