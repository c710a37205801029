"""等保二级 (GB/T 22239-2019 第二级, 安全计算环境) and 个人信息保护法: each item judged from the real state. Pure.

Clause wording is to be compared with the assessor's copy (domain §7.2). What only a person can know is asked.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kqdesk.rooms.privacy.terms import Holds

WEEK, TWO_WEEKS, YEAR = timedelta(days=7), timedelta(days=14), timedelta(days=366)
DAY = timedelta(days=1)
LONGEST_IDLE = 30  # minutes
NEWEST_SQLITE = (3, 51, 3)

ASKED: Mapping[str, str] = {
    "rules": "安全管理制度：有数据和密码管理制度，人人知道",
    "training": "人员培训：操作人受过个人信息保护培训",
    "emergency": "应急预案：数据丢失、泄露时谁做什么，演练过",
    "impact": "个人信息保护影响评估（处理敏感信息前，记录保存三年）",
    "antivirus": "恶意代码防范：电脑装有杀毒软件并更新",
    "patches": "操作系统按时打补丁",
    "room": "电脑、U 盘、恢复码纸有人保管，房间能锁",
    "grading": "系统定级、备案",
}
"""What only a person can say; an answer counts for a year."""


@dataclass(frozen=True)
class Answer:
    """What somebody said of an asked item, when, and where its proof is."""

    holds: Holds
    proof: str
    on: date
    by: str


@dataclass(frozen=True)
class Facts:
    """The state of program and school, as it was read just now. None where it could not be read."""

    now: datetime
    is_encrypted: bool | None
    cipher: str
    sqlite: tuple[int, ...]
    program: str
    slots: int  # people who can sign in
    cost_holds: bool | None  # every password is guarded at least by the floor of cost
    given_passwords: int  # still those somebody else gave
    stale_slots: int  # leavers who could still sign in
    staff: int
    leaders: int
    clerks: int
    refuses_weak: bool
    locks_after: int  # wrong passwords
    idle_minutes: int | None
    actions: int
    actions_without_row: int
    entries: int
    first_entry: date | None
    chain_fault: str | None
    unwatched: tuple[str, ...]  # tables without their journal triggers
    audit_months: int | None
    backup_at: datetime | None
    drilled_at: datetime | None
    copied_at: datetime | None
    signed: int
    signature_faults: tuple[str, ...]
    masks: bool
    looks: int
    terms_unset: int
    purposes_unpublished: int
    cleanup_on: date | None
    requests_late: int
    breaches_late: int
    listens: bool
    largest_import: int  # bytes
    answers: Mapping[str, Answer]


@dataclass(frozen=True)
class CheckItem:
    """One line of the self-check. ``go``: page and context that mend or prove it; ``asked``: key of an asked item."""

    clause: str
    title: str
    holds: Holds
    sentence: str
    proof: str
    go: tuple[str, str] | None = None
    asked: str = ""

    @property
    def id(self) -> str:
        """What the table knows the line by."""
        return self.title


Judged = tuple[Holds, str]


def judge(facts: Facts) -> list[CheckItem]:
    """R-PRI-06: every item from the facts; nothing is ticked by hand but what only a person can know."""
    return [
        *(CheckItem(clause, title, *how(facts), proof, go) for clause, title, how, proof, go in _SEEN),
        *_asked(facts),
    ]


def _asked(facts: Facts) -> Iterator[CheckItem]:
    for key, title in ASKED.items():
        answer = facts.answers.get(key)
        if answer is None:
            holds, sentence, proof = Holds.ASK, "还没有人确认。", ""
        elif facts.now.date() - answer.on > YEAR:
            holds, sentence, proof = (
                Holds.ASK,
                f"上次确认是 {answer.on}，满一年了，请重新确认。",
                answer.proof,
            )
        else:
            holds, sentence, proof = answer.holds, f"{answer.by}{answer.on} 确认。", answer.proof
        yield CheckItem("管理", title, holds, sentence, proof, asked=key)


def _identity(f: Facts) -> Judged:
    if f.slots == 0 or f.cost_holds is None:
        return Holds.NO, "读不到钥匙文件，不能核对。"
    if f.stale_slots:
        return Holds.NO, f"有 {f.stale_slots} 位已离职的人还能登录，请在操作人页重新办理离职。"
    if not f.cost_holds:
        return Holds.NO, "有人的密码保护强度低于下限，请本人改一次密码。"
    if f.given_passwords:
        return Holds.PARTLY, f"{f.slots} 人各用各的账号；{f.given_passwords} 人还在用别人给的初始密码。"
    return Holds.YES, f"{f.slots} 人各用各的账号和密码，没有默认账号；密码按 argon2id 保护，不低于下限。"


def _password(f: Facts) -> Judged:
    if not f.refuses_weak:
        return Holds.NO, "程序接受了太简单的密码。"
    return Holds.YES, "刚才试过：过短、常见、含姓名的密码都被拒绝。"


def _lockout(f: Facts) -> Judged:
    idle = f"，闲置 {f.idle_minutes} 分钟锁屏" if f.idle_minutes else ""
    if f.locks_after > 5:
        return Holds.NO, f"密码错 {f.locks_after} 次才锁定，太多。"
    if f.idle_minutes is None or f.idle_minutes > LONGEST_IDLE:
        return Holds.PARTLY, f"密码错 {f.locks_after} 次锁定；闲置自动锁屏没有读到或太长。"
    return Holds.YES, f"密码错 {f.locks_after} 次锁定{idle}。"


def _access(f: Facts) -> Judged:
    if f.actions_without_row:
        return Holds.NO, f"有 {f.actions_without_row} 种操作没有写进权限表。"
    if f.leaders == 0 or f.staff < 2:
        return (
            Holds.PARTLY,
            f"{f.actions} 种操作都有权限；但在岗 {f.staff} 人、校长 {f.leaders} 人，两人办理的事办不了。",
        )
    return (
        Holds.YES,
        f"{f.actions} 种操作逐项规定了谁能做；在岗 {f.staff} 人，校长 {f.leaders} 人，教务 {f.clerks} 人。",
    )


def _audit(f: Facts) -> Judged:
    if f.chain_fault:
        return Holds.NO, f.chain_fault
    if f.unwatched:
        return Holds.NO, f"{'、'.join(f.unwatched)}的改动没有被记录。"
    since = f"，从 {f.first_entry} 起" if f.first_entry else ""
    return Holds.YES, f"{f.entries:,} 条操作记录{since}，刚刚核对，前后相接，没有改动；每张表都在记录。"


def _audit_kept(f: Facts) -> Judged:
    if f.audit_months is None:
        return Holds.PARTLY, "至少保存几个月未配置；程序从不删除操作记录。"
    return Holds.YES, f"要求至少 {f.audit_months} 个月；程序从不删除操作记录，只按规定抹去个人信息的内容。"


def _intrusion(f: Facts) -> Judged:
    if f.listens:
        return Holds.PARTLY, "这台电脑同时开着网页服务，请确认防火墙只放行要用的端口。"
    return (
        Holds.YES,
        f"这个程序不开网络端口；外来文件先检查再在受限的进程里读，上限 {f.largest_import >> 20} MB。",
    )


def _storage(f: Facts) -> Judged:
    if f.is_encrypted is None:
        return Holds.NO, "读不到数据文件。"
    if not f.is_encrypted:
        return Holds.NO, "数据文件没有加密。"
    return Holds.YES, f"数据文件已加密（{f.cipher}），刚才读过文件头，看不出内容。"


def _patched(f: Facts) -> Judged:
    version = ".".join(map(str, f.sqlite))
    if f.sqlite < NEWEST_SQLITE:
        return Holds.NO, f"SQLite {version} 太旧，有已知的问题，请升级程序。"
    return (
        Holds.YES,
        f"程序 {f.program}；数据库组件 SQLite {version}，不低于要求的 {'.'.join(map(str, NEWEST_SQLITE))}。",
    )


def _backup(f: Facts) -> Judged:
    if f.backup_at is None:
        return Holds.NO, "一份能用的备份也没有。"
    if f.now - f.backup_at > 2 * DAY:
        return Holds.PARTLY, f"最近一份备份是 {_days(f.now - f.backup_at)}。"
    if f.drilled_at is None or f.now - f.drilled_at > TWO_WEEKS:
        last = "还没有做过恢复演练" if f.drilled_at is None else f"上次恢复演练{_days(f.now - f.drilled_at)}"
        return Holds.PARTLY, f"每天有备份；{last}。"
    return (
        Holds.YES,
        f"最近一份备份{_days(f.now - f.backup_at)}，恢复演练{_days(f.now - f.drilled_at)}，都能打开。",
    )


def _elsewhere(f: Facts) -> Judged:
    if f.copied_at is None:
        return Holds.NO, "还没有把备份拷到别处。电脑坏了，数据就没有了。"
    if f.now - f.copied_at > TWO_WEEKS:
        return Holds.PARTLY, f"上次拷到 U 盘是{_days(f.now - f.copied_at)}。"
    return Holds.YES, f"上次拷到 U 盘是{_days(f.now - f.copied_at)}。"


def _two(f: Facts) -> Judged:
    if f.signature_faults:
        return Holds.NO, f"{len(f.signature_faults)} 处签名不对：{f.signature_faults[0]}"
    if f.signed == 0:
        return Holds.PARTLY, "还没有两人办理的签名。规则、成绩、证书、删除都要两个人，各用自己的密码。"
    return Holds.YES, f"{f.signed:,} 个签名逐个核对，都是本人的，内容没有改动。"


def _masking(f: Facts) -> Judged:
    if not f.masks:
        return Holds.NO, "证件号没有打码。"
    return Holds.YES, f"证件号、电话默认打码；看完整号码要另外的权限，每次都有记录（共 {f.looks:,} 次）。"


def _notices(f: Facts) -> Judged:
    if f.purposes_unpublished:
        return Holds.PARTLY, f"还有 {f.purposes_unpublished} 个用途没有发布告知文本。"
    return Holds.YES, "每个用途都有生效的告知文本，谁同意了哪一版有记录。"


def _retention(f: Facts) -> Judged:
    if f.terms_unset:
        return Holds.PARTLY, f"{f.terms_unset} 类数据保存多久还未配置，到期清理不会动它们。"
    if f.cleanup_on is None or f.now.date() - f.cleanup_on > YEAR:
        return Holds.PARTLY, "保存期限都已定，今年还没有做到期清理。"
    return Holds.YES, f"保存期限都已定，上次到期清理 {f.cleanup_on}，两人签名。"


def _rights(f: Facts) -> Judged:
    if f.requests_late:
        return Holds.NO, f"{f.requests_late} 件个人信息请求过了答复期限。"
    return Holds.YES, "没有过期未答复的请求；能导出个人档案、更正、按规定删除。"


def _incidents(f: Facts) -> Judged:
    if f.breaches_late:
        return Holds.NO, f"{f.breaches_late} 件安全事件过了报告期限还没有报告。"
    return Holds.YES, "没有过期未报告的事件。"


def _days(passed: timedelta) -> str:
    return "今天" if passed < DAY else f"{passed.days} 天前"


Seen = tuple[str, str, Callable[[Facts], Judged], str, tuple[str, str] | None]
_SEEN: tuple[Seen, ...] = (
    ("身份鉴别", "一人一号，密码有保护", _identity, "设置 · 操作人", ("office", "staff")),
    ("身份鉴别", "密码复杂度", _password, "改密码时的检查", None),
    ("身份鉴别", "登录失败处理、超时退出", _lockout, "登录页；状态栏锁定", None),
    ("访问控制", "按角色授权，最小权限", _access, "权限表（随程序）", ("office", "staff")),
    ("访问控制", "重要的事两个人办，各自签名", _two, "规则包、成绩、证书、到期清理的签名", None),
    ("安全审计", "每个人的重要操作都有记录，防篡改", _audit, "审计与备份 · 操作记录", ("safekeeping", "")),
    ("安全审计", "记录保存期限", _audit_kept, "设置 · 规则包", ("office", "packs")),
    ("入侵防范", "不开端口，外来数据先检查", _intrusion, "导入时的检查", None),
    ("入侵防范", "软件版本", _patched, "关于", None),
    ("数据保密", "存储加密", _storage, "数据文件", None),
    ("备份恢复", "本地备份，恢复演练", _backup, "审计与备份 · 备份", ("safekeeping", "")),
    ("备份恢复", "异地存放", _elsewhere, "审计与备份 · 备份", ("safekeeping", "")),
    ("个人信息", "打码和查看留痕", _masking, "审计与备份 · 操作记录", ("safekeeping", "")),
    ("个人信息", "告知和同意", _notices, "本页 · 告知文本", ("privacy", "notices")),
    ("个人信息", "保存期限和到期清理", _retention, "本页 · 保存期限", ("privacy", "cleanup")),
    ("个人信息", "查阅、更正、删除", _rights, "本页 · 个人请求", ("privacy", "requests")),
    ("个人信息", "安全事件报告", _incidents, "本页 · 安全事件", ("privacy", "breaches")),
)
