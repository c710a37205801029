"""Two persons, and nobody leaves a school without somebody who can act."""

from collections.abc import Collection, Mapping

from kqdesk.security.roles import Role

RUNNERS = frozenset({Role.HEADMASTER, Role.CLERK})


def second_person_fault(authors: Collection[str], actor: str) -> str | None:
    """Why ``actor`` may not put into force what ``authors`` (staff ids) entered; None when it is another person.

    R-OFF-02: a rule pack is entered by one person and activated by another (domain.md §4.3).
    """
    if actor in authors:
        return "规则由一个人录入、另一个人启用。这份草案您录入过，请另一位操作人来启用。"
    return None


def leaving_fault(roles: Mapping[str, Role], leaving: str, actor: str) -> str | None:
    """Why a person may not leave; None when she may.

    ``roles``: staff id → role of everybody who is here now. R-OFF-03: a school keeps at least one
    校长 or 教务, and nobody signs herself out.
    """
    if leaving == actor:
        return "不能给自己办离职，请另一位操作人来办。"
    if leaving not in roles:
        return "这位操作人已经离职了。"
    if not any(role in RUNNERS for person, role in roles.items() if person != leaving):
        return "学校至少要留一位校长或教务，否则没有人能管理软件。请先添加接手的人。"
    return None
