"""The 个人信息保护 page: notices, consents, retention and clean-up, requests, incidents, self-check.

frame.py     the page with its tabs             parts.py     what the tabs share: lists, previews
notices.py   告知文本      consents.py 同意      cleanup.py   保存期限和到期清理
requests.py  个人请求      breaches.py 安全事件  selfcheck.py 等保自查
"""

from kqdesk.rooms.privacy.page.frame import PAGE, PrivacyPage

__all__ = ["PAGE", "PrivacyPage"]
