"""What the demo's term is made of: one cohort of every kind, and the trainers who teach them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kqdesk.rooms.catalogue.terms import Category, DualLevel, Subject
from kqdesk.rooms.cohorts.terms import CohortKind, Project
from kqdesk.rooms.trainers.terms import PayLevel, TrainerSource

SENIOR_SUBJECTS = (Subject.CHINESE, Subject.MATHEMATICS, Subject.SOCIAL_SCIENCE, Subject.CIVICS)
JUNIOR_SUBJECTS = (Subject.CHINESE, Subject.MATHEMATICS, Subject.SCIENCE, Subject.CIVICS)


@dataclass(frozen=True)
class Plan:
    """One cohort of the story. ``begins``: days after the story's first. Of ``course`` and ``level`` one is given.

    Times are minutes of the day; ``hours`` are 学时 a lesson.
    """

    what: str
    title: str
    kinds: Collection[CohortKind]
    project: Project
    weekdays: tuple[int, ...]
    start_minute: int
    minutes: int
    hours: int
    lessons: int
    begins: int
    course: str = ""
    level: DualLevel | None = None
    subjects: Sequence[Subject] = ()
    is_elderly: bool = False
    site: str = "school"  # where it is held: school · hall (of a village) · firm

    @property
    def in_firm(self) -> bool:
        """Whether its learners are the firm's people."""
        return self.site == "firm"


PLANS = (
    Plan("village", "智能手机村班", {CohortKind.VILLAGE, CohortKind.NIGHT_SCHOOL}, Project.CITIZENS,
         (2, 4), 18 * 60 + 30, 90, 2, 8, 7, course="GF10-01", site="hall"),
    Plan("factory", "蓝桥印染职工技能班", {CohortKind.FACTORY, CohortKind.ENTERPRISE}, Project.NEW_TRADES,
         (6,), 8 * 60 + 30, 90, 2, 12, 10, course="GF02-02", site="firm"),
    Plan("senior", "成人高中双证班", {CohortKind.NIGHT_SCHOOL, CohortKind.VILLAGE}, Project.DUAL_UPGRADE,
         (1, 3, 5), 18 * 60 + 30, 135, 3, 48, 5, level=DualLevel.SENIOR, subjects=SENIOR_SUBJECTS),
    Plan("farmer", "家庭农场经营农民班", {CohortKind.FARMER, CohortKind.VILLAGE}, Project.FARMERS,
         (7,), 14 * 60, 90, 2, 8, 84, course="GF06-08", site="hall"),
    Plan("junior", "成人初中双证班", {CohortKind.NIGHT_SCHOOL}, Project.DUAL_UPGRADE,
         (2, 4), 18 * 60 + 30, 135, 3, 24, 70, level=DualLevel.JUNIOR, subjects=JUNIOR_SUBJECTS),
    Plan("elderly", "老年书法班", {CohortKind.VILLAGE}, Project.CITIZENS,
         (3,), 9 * 60, 90, 2, 12, 130, course="GF04-05", is_elderly=True),
)  # fmt: skip

WEEK = ((1, 18, 21), (2, 18, 21), (3, 9, 21), (4, 18, 21), (5, 18, 21), (6, 8, 17), (7, 8, 17))
"""When the demo's trainers can come: weekday, from and to in whole hours."""


@dataclass(frozen=True)
class Coming:
    """One trainer of the story."""

    name: str
    source: TrainerSource
    pay_level: PayLevel
    category: Category
    typed: str
    employer: str


TRAINERS = (
    Coming("王水根", TrainerSource.VILLAGE_MASTER, PayLevel.MIDDLE, Category.SMART_LIFE, "智能手机、手机摄影", ""),
    Coming("茹雅琴", TrainerSource.FIRM_TECHNICIAN, PayLevel.ASSOCIATE, Category.TRADE_SKILLS, "印染工艺", "蓝桥印染有限公司"),
    Coming("俞建萍", TrainerSource.SCHOOL_STAFF, PayLevel.ASSOCIATE, Category.DEGREE_UPGRADE, "语文、公民道德", "成校本部"),
    Coming("傅柏林", TrainerSource.LOCAL_TALENT, PayLevel.MIDDLE, Category.ENTERPRISE, "家庭农场、茶叶", ""),
    Coming("钱利江", TrainerSource.IN_SERVICE, PayLevel.ASSOCIATE, Category.DEGREE_UPGRADE, "数学、科学", "兰亭镇中学（示例）"),
    Coming("金文娟", TrainerSource.RETIRED_CADRE, PayLevel.MIDDLE, Category.HERITAGE, "兰亭书法", ""),
    Coming("陆炳坤", TrainerSource.PROVINCIAL_MASTER, PayLevel.FULL, Category.HERITAGE, "黄酒酿造", "东浦酒业有限公司"),
    Coming("董菊芬", TrainerSource.VOLUNTEER, PayLevel.MIDDLE, Category.FAMILY, "隔代教育", ""),
    Coming("祝永良", TrainerSource.FIRM_TECHNICIAN, PayLevel.MIDDLE, Category.TRADE_SKILLS, "电工", "鉴湖纺织有限公司"),
    Coming("蒋美华", TrainerSource.IN_SERVICE, PayLevel.ASSOCIATE, Category.HEALTH, "急救、慢病管理", "街道卫生院（示例）"),
    Coming("邵志明", TrainerSource.LOCAL_TALENT, PayLevel.MIDDLE, Category.ENTERPRISE, "电商直播", ""),
    Coming("倪月英", TrainerSource.RETIRED_CADRE, PayLevel.MIDDLE, Category.RED_ROOTS, "村干部政策课堂", ""),
)  # fmt: skip
