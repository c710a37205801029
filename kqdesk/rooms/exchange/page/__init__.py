"""The 数据交换 page: how this PC stands to its hub, what a person must choose, the school's PCs.

frame.py      the page with its three tabs         state.py      同步: joining, numbers, packets, the brake
conflicts.py  待确认: two values, one click each    stations.py   电脑: who was in touch when, lock, invite
joining.py    the forms: join by a code, the invitation for the next PC
"""

from kqdesk.rooms.exchange.page.frame import PAGE, ExchangePage

__all__ = ["PAGE", "ExchangePage"]
