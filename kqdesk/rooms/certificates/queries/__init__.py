"""What is asked of 证书: who may get one, the register, the paper, skill certificates, and whether a square is good."""

from kqdesk.rooms.certificates.queries.eligible import (
    CohortFacts,
    CohortToCertify,
    LearnerToCertify,
    cohort_facts,
    cohorts_to_certify,
    host_of,
    learners_to_certify,
    minutes_per_hour,
    number_pattern,
)
from kqdesk.rooms.certificates.queries.register import (
    CertificatePaper,
    CertificateRow,
    certificate_counts,
    certificates,
    find,
    papers_of,
)
from kqdesk.rooms.certificates.queries.skill import (
    SkillRow,
    person_name,
    skill_certificates,
    skill_form,
    warning_days,
)
from kqdesk.rooms.certificates.queries.stock import (
    DesignRow,
    VoidRow,
    blanks,
    default_design,
    designs,
    numbers,
    void_numbers,
)
from kqdesk.rooms.certificates.queries.verifying import issuing_keys, page_lists, verdict

__all__ = [
    "CertificatePaper",
    "CertificateRow",
    "CohortFacts",
    "CohortToCertify",
    "DesignRow",
    "LearnerToCertify",
    "SkillRow",
    "VoidRow",
    "blanks",
    "certificate_counts",
    "certificates",
    "cohort_facts",
    "cohorts_to_certify",
    "default_design",
    "designs",
    "find",
    "host_of",
    "issuing_keys",
    "learners_to_certify",
    "minutes_per_hour",
    "number_pattern",
    "numbers",
    "page_lists",
    "papers_of",
    "person_name",
    "skill_certificates",
    "skill_form",
    "verdict",
    "void_numbers",
    "warning_days",
]
