"""The words of 督查. Imports nothing, so anyone may import it."""

from kqdesk.kernel.words import Word

TASK, STEP = "supervision_task", "supervision_step"
RETURN, FIGURE = "department_return", "department_figure"
EVIDENCE = "evidence"
"""The purpose of a file that shows that something was done."""
TEMPLATE_COLUMNS = ("项目", "单位", "数量", "备注")
"""Of the sheet other departments fill in 部门填报."""


class TaskSource(Word):
    """How a task came to the school."""

    HUB = "hub", "区里网上布置"
    PAPER = "paper", "纸质来文"


class StepKind(Word):
    """What was done with a task. Steps are added, never changed."""

    ANSWER = "answer", "答复"
    ACCEPT = "accept", "认可"
    RETURN = "return", "退回"
    URGE = "urge", "催办"
    WITHDRAW = "withdraw", "撤回"


class TaskState(Word):
    """Where a task stands, as its steps say."""

    OPEN = "open", "待答复"
    ANSWERED = "answered", "已答复"
    RETURNED = "returned", "退回重报"
    ACCEPTED = "accepted", "已认可"
    WITHDRAWN = "withdrawn", "已撤回"

    @property
    def is_ours(self) -> bool:
        """The school has to do something."""
        return self in (TaskState.OPEN, TaskState.RETURNED)
