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
from kqdesk.rooms.certificates.queries.skill import SkillRow, person_name, skill_certificates, skill_form
from kqdesk.rooms.certificates.queries.verifying import issuing_keys, verdict

__all__ = [
    "CertificatePaper",
    "CertificateRow",
    "CohortFacts",
    "CohortToCertify",
    "LearnerToCertify",
    "SkillRow",
    "certificate_counts",
    "certificates",
    "cohort_facts",
    "cohorts_to_certify",
    "find",
    "host_of",
    "issuing_keys",
    "learners_to_certify",
    "minutes_per_hour",
    "number_pattern",
    "papers_of",
    "person_name",
    "skill_certificates",
    "skill_form",
    "verdict",
]
