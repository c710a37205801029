"""The words of 工作台. Imports nothing."""

from enum import StrEnum


class Group(StrEnum):
    """Where a line stands, in the order of the morning: today, what was missed, what waits for me, what is behind plan, what comes."""

    TODAY = "today"
    OVERDUE = "overdue"
    WAITING = "waiting"
    BEHIND = "behind"
    AHEAD = "ahead"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "today": "今天",
            "overdue": "该补的",
            "waiting": "等您的",
            "behind": "落后目标的",
            "ahead": "准备",
        }[self.value]


class Kind(StrEnum):
    """What a line is about."""

    LESSON = "lesson"
    ROLL = "roll"
    GAP = "gap"
    ABSENCE = "absence"
    SCORES = "scores"
    CORRECTIONS = "corrections"
    CERTIFICATES = "certificates"
    DRAFT = "draft"
    PAPERS = "papers"
    CONTACTS = "contacts"
    ANSWERS = "answers"
    UNSET = "unset"
    BACKUP = "backup"
    SYNC = "sync"
    PLAN = "plan"
    TASK = "task"
    PUBLISHED = "published"
    CALLS = "calls"
    CLAIMS = "claims"
    HONOURS = "honours"


class First(StrEnum):
    """The first steps of a new school, in the order they are done."""

    SCHOOL = "school"
    STAFF = "staff"
    PEOPLE = "people"
    COURSES = "courses"
    SITES = "sites"
    TRAINERS = "trainers"
    COHORT = "cohort"
    LESSONS = "lessons"
    SHEET = "sheet"
    ROLL = "roll"
    BACKUP = "backup"
    HUB = "hub"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "school": "设学校信息",
            "staff": "请第二个人",
            "people": "导入花名册",
            "courses": "装入课程",
            "sites": "建教学点",
            "trainers": "添加培训师",
            "cohort": "开班",
            "lessons": "排课",
            "sheet": "打印签到表",
            "roll": "点名",
            "backup": "备份",
            "hub": "加入数据站",
        }[self.value]

    @property
    def sentence(self) -> str:
        """Why it is done."""
        return {
            "school": "校长、地址、电话会印在证明和证书上。",
            "staff": "登分要复核、制证要审批，都要两个人。",
            "people": "村里、企业报来的表直接拖进来，格式不用先改。",
            "courses": "装入十大门类的示例课程，再改成自己的。",
            "sites": "上课的地方：文化礼堂、车间、本校教室。",
            "trainers": "谁能教什么、什么时候有空，排课时会用到。",
            "cohort": "选课程、选人，名册就有了。",
            "lessons": "定好日子，软件会提醒撞课和节假日。",
            "sheet": "发到教学点签，签完扫描或拍照就能读回来。",
            "roll": "只记没到的，一分钟点完一个班。",
            "backup": "每小时自动备份；自己再拷一份到 U 盘。",
            "hub": "几台电脑一起用，数据自动上报；没有数据站可以不办。",
        }[self.value]
