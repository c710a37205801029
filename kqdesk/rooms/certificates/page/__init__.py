"""The 证书 page: the register of completion certificates, drawing up, and skill certificates people bring."""

from kqdesk.rooms.certificates.page.screen import PAGE as PAGE
from kqdesk.rooms.certificates.page.screen import SOURCE as SOURCE
from kqdesk.rooms.certificates.page.screen import CertificatesPage as CertificatesPage
