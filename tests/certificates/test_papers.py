"""The certificate as paper: what it says, the square, rare names, a draft that cannot pass for one."""

from dataclasses import replace
from datetime import date

import zxingcpp
from PIL import Image

from kqdesk.printing.preview import page_count, page_rgba, page_text
from kqdesk.printing.sheet import Code
from kqdesk.rooms.certificates import papers
from kqdesk.rooms.certificates.queries import CertificatePaper
from kqdesk.security.certificate_qr import Claim, decode, encode
from kqdesk.security.signing import Signer

CLAIM = Claim("330603008202600001K", "陈㛃一", "330603008", date(2026, 3, 2), "电工（初级）", 1800)
PAPER = CertificatePaper(
    "1", CLAIM.number, CLAIM.name, "2", "019X", None, CLAIM.course, 40, date(2025, 9, 1), date(2025, 12, 20),
    "柯桥区兰亭街道成人文化技术学校", CLAIM.issued, encode(CLAIM, Signer(b"s" * 32)), False, "",
)  # fmt: skip


def said(paper: CertificatePaper) -> str:
    return "".join(part if isinstance(part, str) else part.text for part in papers.body(paper))


def test_the_sentence():
    assert said(PAPER) == (
        "陈㛃一，女，证件尾号 019X，于 2025 年 9 月至 2025 年 12 月参加我校「电工（初级）」课程学习，共 40 学时，"
        "修完规定内容，准予结业。"
    )
    assert said(replace(PAPER, replaces="33A")).endswith("（补发，原编号 33A 的证书作废）")
    assert said(replace(PAPER, sex="", id_tail="", starts_on=None)).startswith("陈㛃一，参加我校")


def test_days_in_chinese_numerals():
    assert papers.chinese_day(date(2026, 3, 2)) == "二〇二六年三月二日"
    assert papers.chinese_day(date(2030, 10, 20)) == "二〇三〇年十月二十日"
    assert papers.chinese_day(date(2026, 12, 31)) == "二〇二六年十二月三十一日"


def test_a_page_each_with_rare_names_drawn_and_the_square_readable():
    pdf = papers.certificates_pdf([PAPER, replace(PAPER, id="2", name="阿卜杜热合曼·买买提明·吐尔逊江")])

    text, second = page_text(pdf, 0), page_text(pdf, 1)

    assert page_count(pdf) == 2
    assert "陈㛃一" in text.replace("\n", "")
    assert "阿卜杜热合曼·买买提明·吐尔逊江" in second.replace("\n", "").replace("\r", "")
    drawn = page_rgba(pdf, 0, 110)
    picture = Image.frombytes("RGBA", (drawn.width, drawn.height), bytes(drawn.data)).convert("L")
    [code] = zxingcpp.read_barcodes(picture)
    assert decode(code.text).claim == CLAIM


def test_the_square_is_29_mm_and_a_draft_has_none():
    codes = [mark for mark in papers.certificate(PAPER).marks if isinstance(mark, Code)]
    draft = papers.certificate(replace(PAPER, qr_text="", is_drawn=True))

    assert [code.mm for code in codes] == [29.0]
    assert [mark for mark in draft.marks if isinstance(mark, Code)] == []
    assert "不能作凭证" in page_text(papers.certificates_pdf([replace(PAPER, qr_text="", is_drawn=True)]), 0)


def test_the_background_is_the_same_object_so_it_is_stored_once():
    first, second = papers.certificate(PAPER), papers.certificate(PAPER)

    assert first.background is second.background
