"""Packs of the district: two officers publish, a desk takes what is signed and keeps out what was altered."""

import json
from datetime import date

import pytest

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.office import actions, queries
from kqdesk.rooms.office.model import RulePack
from kqdesk.rooms.office.queries import PublishedPack
from kqdesk.rooms.office.rules import read_pack
from kqdesk.rooms.office.rules.publishing import DISTRICT_FIRST, differences, version_words
from kqdesk.rooms.office.terms import Certainty, PackState
from tests.conftest import Clock
from tests.supervision.district import LANTING, OFFICER, QIXIAN, SECOND, District, Home

ON = date(2026, 3, 2)
PACK = """
[pack]
key = "keqiao"
title = "柯桥区成人教育规则"
scope = "district"
effective_from = 2026-03-01
paper = "柯教〔2026〕3号"
[[items]]
key = "attendance.minimum_rate"
title = "最低出勤率"
kind = "percent"
unit = "%"
value = {rate}
source = "柯教〔2026〕3号第二条"
mark = "seed"
"""


def uploaded(district: District, rate: int = 75) -> str:
    answer = district.upload("/packs", "keqiao.toml", PACK.format(rate=rate).encode())
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("/")[2]


def published(district: District, rate: int = 75, *schools: str) -> str:
    """Uploaded by one officer, confirmed by the other."""
    district.sign_in(OFFICER)
    pack_id = uploaded(district, rate)
    district.sign_in(SECOND)
    fields = {f"school_{code}": "on" for code in schools or (LANTING,)}
    answer = district.send(f"/packs/{pack_id}/publish", **fields)
    assert answer.status_code == 303, answer.text
    return pack_id


def arrived(home: Home, *, trusts: bool = True) -> list[PublishedPack]:
    if trusts:
        home.client.trust(home.district.hub.keys.signer.public)
    home.sync()
    with home.store.reading() as session:
        return queries.published_packs(session)


def rate(home: Home) -> tuple[int, int] | None:
    """The lowest rate that counts at the desk, and the version it stands in."""
    with home.store.reading() as session:
        found = queries.pack_value(session, "attendance.minimum_rate", on=ON)
    return (found.number, found.pack_version) if found else None


def test_a_pack_of_two_officers_counts_at_the_desk_before_its_own(
    district: District, home: Home, clerk: str
) -> None:
    home.store.run(actions.load_packs, clerk)
    own = rate(home)
    published(district, 75, LANTING)
    [one] = arrived(home)

    assert (one.title, one.version_words, one.published_by, one.fault) == (
        "柯桥区成人教育规则", "区发第 1 版", SECOND, "",
    )  # fmt: skip
    assert rate(home) == (75, DISTRICT_FIRST)
    assert own is None or own[1] == 1


def test_what_the_district_leaves_unset_stays_as_the_school_has_it(
    district: District, home: Home, clerk: str
) -> None:
    home.store.run(actions.load_packs, clerk)
    with home.store.reading() as session:
        before = queries.pack_value(session, "attendance.lock_hours", on=ON)
    published(district)
    arrived(home)
    with home.store.reading() as session:
        after = queries.pack_value(session, "attendance.lock_hours", on=ON)

    assert before == after
    assert before is not None


def test_the_next_version_takes_over_and_the_older_stays(
    district: District, home: Home, clock: Clock
) -> None:
    published(district, 75)
    arrived(home)
    clock.forward(days=1)
    second = published(district, 80)
    found = arrived(home)
    newest = rate(home)
    district.send(f"/packs/{second}/retire", words="写错了")
    arrived(home)

    assert [(one.version, one.state) for one in found] == [
        (DISTRICT_FIRST + 1, PackState.ACTIVE),
        (DISTRICT_FIRST, PackState.ACTIVE),
    ]
    assert (newest, rate(home)) == ((80, DISTRICT_FIRST + 1), (75, DISTRICT_FIRST))
    with home.store.reading() as session:
        assert [one.fault for one in queries.published_packs(session)] == ["", ""]


def test_an_altered_pack_is_kept_out_and_says_why(district: District, home: Home) -> None:
    pack_id = published(district, 75)
    arrived(home)
    with home.store.reading() as session:
        content = session.get_one(RulePack, pack_id).content
    content["items"][0]["value"] = 10
    with district.hub.engine.begin() as line:  # somebody at the hub's database
        line.exec_driver_sql(
            "UPDATE rule_pack SET content=? WHERE id=? AND school=?", (json.dumps(content), pack_id, LANTING)
        )
        line.exec_driver_sql("UPDATE hub_school SET head=head+1 WHERE school=?", (LANTING,))
        line.exec_driver_sql(
            "UPDATE rule_pack SET hub_version=(SELECT head FROM hub_school WHERE school=rule_pack.school) WHERE id=?",
            (pack_id,),
        )
        line.exec_driver_sql(
            "UPDATE hub_top SET version=(SELECT head FROM hub_school WHERE school=hub_top.school) WHERE tbl='rule_pack'"
        )
    [one] = arrived(home)
    listed = district.browser.get("/packs").text

    assert one.fault == "签名不对：内容在路上或数据库里被改动过。没有启用，请联系区里重新发布。"
    assert rate(home) is None
    assert "有一版规则包和发布时不一样" in listed
    district.send(f"/packs/{pack_id}/publish", **{f"school_{LANTING}": "on"})
    assert [again.fault for again in arrived(home)] == [""]
    assert rate(home) == (75, DISTRICT_FIRST)


def test_a_pack_for_another_school_or_from_another_hub_is_kept_out(district: District, home: Home) -> None:
    published(district, 75)
    home.client.trust(b"\x09" * 32)
    home.sync()
    with home.store.reading() as session:
        [strange] = queries.published_packs(session)
    [known] = arrived(home)

    assert strange.fault.startswith("签名不对")
    assert known.fault == ""


def test_a_desk_that_never_met_its_hub_believes_nothing(district: District, home: Home) -> None:
    published(district, 75)

    [one] = arrived(home, trusts=False)

    assert one.fault.startswith("这台电脑还没有和数据站同步过")
    assert rate(home) is None


def test_one_officer_alone_publishes_nothing(district: District, home: Home) -> None:
    pack_id = uploaded(district)

    refused = district.send(f"/packs/{pack_id}/publish", **{f"school_{LANTING}": "on"})
    twice = district.upload("/packs", "keqiao.toml", PACK.format(rate=70).encode())
    district.sign_in(SECOND)
    nobody = district.send(f"/packs/{pack_id}/publish")
    page = district.browser.get(f"/packs/{pack_id}").text
    district.send(f"/packs/{pack_id}/discard")
    late = district.send(f"/packs/{pack_id}/publish", **{f"school_{LANTING}": "on"})

    assert (refused.status_code, twice.status_code, nobody.status_code, late.status_code) == (
        403,
        422,
        422,
        422,
    )
    assert "要由另一位区管理员核对后发布" in refused.text
    assert "已经有一份草案等着核对" in twice.text
    assert "75%" in page
    assert "和随程序来的一版比" in page
    assert arrived(home) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pack = 3", "规则包缺少内容"),
        ("not toml", "规则包文件读不懂"),
        ("", "请选规则包文件"),
        (PACK.format(rate=140), "规则包有错，没有装入"),
    ],
)
def test_a_text_that_is_no_pack_is_explained(district: District, text: str, said: str) -> None:
    answer = district.upload("/packs", "x.toml", text.encode())

    assert answer.status_code == 422
    assert said in answer.text


def test_a_school_does_not_change_what_the_district_published(
    district: District, home: Home, head: str, head_signer
) -> None:
    home.store.run(actions.load_packs, head)
    pack_id = published(district)
    arrived(home)
    with pytest.raises(UserError, match="要停用请联系区里"):
        home.store.run(actions.retire_pack, head, pack_id=pack_id, reason="不要")
    draft = home.store.run(
        actions.set_pack_value, head, key="attendance.lock_hours", value=24, source="校务会", mark=Certainty.SEED,
        effective_from=ON, signer=head_signer,
    ).value  # fmt: skip

    with home.store.reading() as session:
        assert session.get_one(RulePack, draft).version == 2


def test_more_schools_get_it_later(district: District) -> None:
    pack_id = published(district, 75, LANTING)
    district.send(f"/packs/{pack_id}/publish", **{f"school_{QIXIAN}": "on"})
    page = district.browser.get(f"/packs/{pack_id}").text

    assert page.count("已发</span>") == 2
    assert [act.words for act in district.hub.officers.acts(QIXIAN)] == [
        "发布规则包：柯桥区成人教育规则区发第 1 版"
    ]


def test_what_a_version_changes_is_told_line_by_line() -> None:
    before, after = read_pack(PACK.format(rate=70)), read_pack(PACK.format(rate=75))

    assert differences(after, after) == ()
    assert [(one.title, one.before, one.after) for one in differences(before, after)] == [
        ("最低出勤率", "70%", "75%")
    ]
    assert [one.before for one in differences(None, after)] == [""]
    assert (version_words(3), version_words(DISTRICT_FIRST + 1)) == ("第 3 版", "区发第 2 版")
