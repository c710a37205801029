"""What one can ask the four lists.

facts.py    everybody as columns, kept up with the journal     offers.py   供给 and 岗位
people.py   who fits what and why                              demand.py   需求 with what answers it
trial.py    组班试算                                            outbound.py what goes out of the house
"""

from datetime import date

from sqlalchemy.orm import Session

from kqdesk.rooms.matching.queries.demand import (
    DemandLine,
    demand_lines,
    is_answered,
    shown_round,
    survey_rounds,
)
from kqdesk.rooms.matching.queries.facts import Known, gates_on, keep_up, know_everybody, paces_on
from kqdesk.rooms.matching.queries.offers import (
    OFFER_FIELDS,
    VACANCY_FIELDS,
    OfferRow,
    VacancyRow,
    known_offers,
    not_yet_offered,
    offer_form,
    offers,
    vacancies,
    vacancy_form,
)
from kqdesk.rooms.matching.queries.outbound import (
    AdviceRow,
    FirmRow,
    IntakeRow,
    StudyPlan,
    advice,
    for_firms,
    intake,
    part_time_trainers,
    study_plans,
    wishers_of_job,
)
from kqdesk.rooms.matching.queries.people import (
    ALL,
    SHOWN,
    Filters,
    Fit,
    Fits,
    Way,
    counts,
    ways_of,
    who_fits,
)
from kqdesk.rooms.matching.queries.trial import (
    ClassChoices,
    ClassWish,
    FreeTrainer,
    Outlook,
    Subject,
    TrialGround,
    class_choices,
    outlook,
    trial_ground,
)
from kqdesk.rooms.matching.rules.policies import Policy, policies
from kqdesk.rooms.office.queries import active_packs

__all__ = [
    "ALL", "OFFER_FIELDS", "SHOWN", "VACANCY_FIELDS", "AdviceRow", "ClassChoices", "ClassWish", "DemandLine", "Filters", "FirmRow",
    "Fit", "Fits", "FreeTrainer", "IntakeRow", "Known", "OfferRow", "Outlook", "StudyPlan", "Subject", "TrialGround",
    "VacancyRow", "Way", "advice", "class_choices", "counts", "demand_lines", "for_firms", "gates_on", "intake", "is_answered",
    "keep_up", "know_everybody", "known_offers", "not_yet_offered", "offer_form", "offers", "outlook", "paces_on",
    "part_time_trainers", "policy_list", "shown_round", "study_plans", "survey_rounds", "trial_ground", "vacancies",
    "vacancy_form", "ways_of", "who_fits", "wishers_of_job",
]  # fmt: skip


def policy_list(session: Session, *, on: date) -> list[Policy]:
    """政策清单 as it counts on a day."""
    return policies(active_packs(session), on)
