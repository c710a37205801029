"""A rule as a Chinese sentence: conditions, amount, limits; and what one condition asks. Pure."""

from typing import Any

from kqdesk.rooms.office.rules.inputs import ACHIEVEMENTS, EVIDENCE, INPUTS, ONCE_PER, ORDERS, InputKind
from kqdesk.rooms.office.rules.predicates import Condition, Group, Negation, Predicate
from kqdesk.rooms.office.rules.rulerow import Amount, RuleRow
from kqdesk.rooms.office.terms import UNSET, AmountKind

_HAN = "零一二三四五六七八九"
_OPS = {"eq": "是", "ne": "不是", "ge": "不少于", "le": "不超过", "gt": "多于", "lt": "少于"}
_DAY_OPS = {"eq": "在", "ne": "不在", "ge": "不早于", "le": "不晚于", "gt": "晚于", "lt": "早于"}


def money(fen: int) -> str:
    """分 as 元 with two places only where there are some: 120000 → 1200 元."""
    sign, rest = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{rest // 100}{f'.{rest % 100:02d}' if rest % 100 else ''} 元"


def percent(permille: int) -> str:
    """25 → 2.5%."""
    whole, rest = divmod(permille, 10)
    return f"{whole}.{rest}%" if rest else f"{whole}%"


def value_words(field: str, value: Any) -> str:
    """A value of an input as people say it."""
    asked = INPUTS[field]
    if value is None:
        return "缺"
    match asked.kind:
        case InputKind.YES_NO:
            return "是" if value else "否"
        case InputKind.MONEY:
            return money(value)
        case InputKind.CHOICE:
            return asked.choices.get(value, str(value))
        case InputKind.INTEGER:
            return f"{value} {asked.unit}".strip()
    return str(value)


def condition_words(condition: Condition) -> str:
    """One condition: 劳动合同起到劳动合同止满 12 个月."""
    field, op = INPUTS[condition.field], condition.op
    than = INPUTS[condition.than].label if condition.than else ""
    if op == "months_between":
        return f"{field.label}到{than.removeprefix('劳动合同') or than}满 {condition.value} 个月"
    if op in ("share_ge", "share_le"):
        part, whole = condition.value
        is_small = whole < len(_HAN) > part
        share = f"{_HAN[whole]}分之{_HAN[part]}" if is_small else f" {percent(part * 1000 // whole)}"
        return f"{field.label}{'不少于' if op == 'share_ge' else '不超过'}{than}的{share}"
    if op == "in":
        return f"{field.label}是{'、'.join(value_words(field.name, one) for one in condition.value)}之一"
    if op == "between":
        low, high = (value_words(field.name, one) for one in condition.value)
        return f"{field.label}在 {low} 到 {high} 之间"
    if field.kind is InputKind.YES_NO:
        against = f"不{field.label}" if field.label.startswith("是") else f"不是“{field.label}”"
        return field.label if condition.value else against
    words = _DAY_OPS[op] if field.kind is InputKind.DATE else _OPS[op]
    said = than or value_words(field.name, condition.value)
    return f"{field.label}{words}{' ' if said[:1].isdigit() else ''}{said}"


def predicate_words(part: Predicate) -> str:
    """A whole condition as a phrase; 没有别的条件 for none."""
    match part:
        case Condition():
            return condition_words(part)
        case Negation():
            return f"不能是：{predicate_words(part.part)}"
        case Group(is_any=is_any, parts=parts):
            if not parts:
                return "没有别的条件"
            inner = [
                f"（{predicate_words(one)}）"
                if isinstance(one, Group) and len(one.parts) > 1
                else predicate_words(one)
                for one in parts
            ]
            return ("或者" if is_any else "，").join(inner)
    raise TypeError(part)


def amount_words(amount: Amount) -> str:
    """How much, as a phrase; 金额未配置 where no paper says."""
    limits = _limits(amount)
    match amount.kind:
        case AmountKind.RATE:
            of = INPUTS[amount.rate_of].label if amount.rate_of else ""
            words = f"{of}的 {percent(amount.permille)}" if amount.permille is not None and of else ""
        case AmountKind.BAND:
            choices = INPUTS[amount.table_by].choices if amount.table_by else {}
            words = "，".join(f"{choices[code]} {money(fen)}" for code, fen in amount.table)
        case AmountKind.QUOTA:
            words = f"按分配的名额，每个名额 {money(amount.fen)}" if amount.fen is not None else ""
        case _:
            words = money(amount.fen) if amount.fen is not None else ""
    return f"{words or f'金额{UNSET}'}{limits}"


def _limits(amount: Amount) -> str:
    if amount.least_permille is not None and amount.most_permille is not None:
        return f"（规定 {percent(amount.least_permille)}—{percent(amount.most_permille)}）"
    if amount.least_fen is not None and amount.most_fen is not None:
        return f"（规定 {money(amount.least_fen)}—{money(amount.most_fen)}）"
    return ""


def in_short(rule: RuleRow) -> str:
    """For a list: 给个人，每人 1200 元."""
    until = f"，{rule.effective_to} 起失效" if rule.effective_to else ""
    return f"{rule.beneficiary.label}，{amount_words(rule.amount)}{until}"


def sentence(rule: RuleRow) -> str:
    """The whole rule, as one would tell somebody across the table."""
    earned = "、".join(ACHIEVEMENTS[one][0] for one in rule.achievements)
    words = [
        f"给{rule.beneficiary.label}：凭{earned}，{predicate_words(rule.predicate)}的，{amount_words(rule.amount)}"
    ]
    words.append(ONCE_PER[rule.once_per])
    if rule.cap_per_person is not None:
        words.append(f"每人最多 {money(rule.cap_per_person)}")
    if rule.cap_per_year is not None:
        words.append(f"每人每年最多 {money(rule.cap_per_year)}")
    if rule.exclusive_with:
        words.append(f"不能和 {'、'.join(rule.exclusive_with)} 同时领")
    days = rule.claim_window_days
    words.append(f"取得后 {days} 天内申领" if days is not None else f"申领期限{UNSET}")
    if rule.amount.kind is AmountKind.QUOTA:
        words.append(f"名额{ORDERS[rule.order]}")
    if rule.evidence:
        words.append(f"要带{'、'.join(EVIDENCE[one] for one in rule.evidence)}")
    posted = rule.publicity_days
    words.append(f"公示 {posted} 个工作日" if posted is not None else f"公示天数{UNSET}")
    until = f"到 {rule.effective_to}（不含）" if rule.effective_to else ""
    words.append(f"{rule.effective_from} 起{until}")
    return "；".join(words) + "。"
