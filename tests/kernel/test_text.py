"""Names, phones and free text made uniform."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.kernel.text import (
    Name,
    Phones,
    compact,
    half_width,
    plain,
    read_name,
    read_phones,
    standard_points,
)


@pytest.mark.parametrize(
    ("written", "name", "note"),
    [
        ("吉克阿木·尔古", "吉克阿木·尔古", ""),
        ("买买提江‧阿不都", "买买提江·阿不都", ""),
        ("买买提江 • 阿不都", "买买提江·阿不都", ""),
        ("阿不都.买买提", "阿不都·买买提", ""),
        ("丁霞佳【残】", "丁霞佳", "残"),
        ("何龙炳（外出打工）", "何龙炳", "外出打工"),
        ("诸\u3000萍\u3000燕", "诸萍燕", ""),
        (" 孟娟雪\u3000", "孟娟雪", ""),
        ("谭华波\n", "谭华波", ""),
        ("\u200b张三\ufeff", "张三", ""),
        ("TRAN  VAN\nBINH", "TRAN VAN BINH", ""),
        ("ＴＲＡＮ ＶＡＮ", "TRAN VAN", ""),
        ("单𠮷慧", "单𠮷慧", ""),
        ("(低保)张三", "张三", "低保"),
    ],
)
def test_a_name_is_made_uniform(written: str, name: str, note: str) -> None:
    assert read_name(written) == Name(name, note)


@pytest.mark.parametrize(
    ("written", "damaged"), [("王?", True), ("张□", True), ("李\ue000", True), ("施㼆", False)]
)
def test_a_lost_character_shows(written: str, damaged: bool) -> None:
    assert read_name(written).is_damaged is damaged


def test_characters_of_old_tables_get_their_standard_places() -> None:
    assert standard_points("\ue81e\ue826\ue854") == "\u9fb4\u9fb5\u9fba"
    assert standard_points("\ue863") == "\U0001f600"[:0] + "\u4dae"
    assert standard_points("张三") == "张三"


@pytest.mark.parametrize(
    ("written", "phones"),
    [
        ("16000000001", Phones("16000000001")),
        ("163 8525 7863", Phones("16385257863")),
        ("163-7439-8924", Phones("16374398924")),
        ("+86 163-7439-8924", Phones("16374398924")),
        ("008616098767871", Phones("16098767871")),
        ("86-16098767871", Phones("16098767871")),
        ("１６０２３１４９２２３", Phones("16023149223")),
        ("0575-96914099", Phones("0575-96914099")),
        ("057596914099", Phones("057596914099")),
        ("(0575)96914099", Phones("0575-96914099")),
        ("91095425", Phones("91095425")),
        ("15404318353 16017683892", Phones("15404318353", ("16017683892",))),
        ("16351446991，16361906223(妻)", Phones("16351446991", ("16361906223",))),
        ("16351446991/0575-96914099", Phones("16351446991", ("0575-96914099",))),
        ("16351446991\n16361906223", Phones("16351446991", ("16361906223",))),
        ("手机：16351446991", Phones("16351446991")),
        ("无", Phones(None)),
        ("/", Phones(None)),
        ("-", Phones(None)),
        ("", Phones(None)),
        ("1548542090", None),
        ("154568521985", None),
        ("略", None),
        ("11012345678", None),
    ],
)
def test_phones_are_read(written: str, phones: Phones | None) -> None:
    assert read_phones(written) == phones


def test_free_text_keeps_its_marks_and_loses_its_breaks() -> None:
    assert plain("稽东镇\n下坞村6组") == "稽东镇下坞村6组"
    assert plain("绍兴（柯桥）公司　分部") == "绍兴（柯桥）公司分部"
    assert plain(" A  B ") == "A B"


def test_compact_is_for_comparing() -> None:
    assert compact(" 身份证\n号码（必填） ") == "身份证号码(必填)"
    assert half_width("ＡＢ１") == "AB1"


@settings(max_examples=200)
@given(st.text(max_size=20))
def test_making_uniform_twice_changes_nothing_more(written: str) -> None:
    once = read_name(written).text

    assert plain(plain(written)) == plain(written)
    assert read_name(once).text == read_name(read_name(once).text).text
    assert read_phones(written) is None or read_phones(written) == read_phones(written + " ")
