"""Who may get a certificate, and what one may say."""

from fractions import Fraction

from kqdesk.rooms.certificates import rules
from kqdesk.rooms.certificates.model import CompletionCertificate
from kqdesk.rooms.certificates.rules import Completion
from kqdesk.rooms.cohorts.terms import EnrolmentState

THREE_QUARTERS = Fraction(3, 4)


def facts(
    share: Fraction | None = Fraction(1), held: int = 8, to_come: int = 0, has: bool = False,
    state: EnrolmentState = EnrolmentState.ENROLLED,
) -> Completion:  # fmt: skip
    return Completion(state, held, to_come, share, has)


def test_attendance_at_the_minimum_suffices_and_below_does_not():
    assert rules.may_certify(facts(THREE_QUARTERS), THREE_QUARTERS).is_eligible
    assert rules.may_certify(facts(Fraction(7, 10)), THREE_QUARTERS).reasons == ("出勤 70%，不到 75%",)


def test_without_a_minimum_nobody_is_refused_and_it_is_said():
    found = rules.may_certify(facts(Fraction(0)), None)

    assert (found.is_eligible, found.remarks) == (True, ("最低出勤率未配置，没有核对",))


def test_every_reason_is_named():
    found = rules.may_certify(facts(None, held=0, has=True, state=EnrolmentState.SUSPENDED), THREE_QUARTERS)

    assert found.reasons == (
        "已有结业证书",
        "学籍是“休学”",
        "还没有上过课",
        "出勤率算不出（没有点名，或考勤规则未配置）",
    )


def test_lessons_to_come_stand_against_it():
    found = rules.may_certify(facts(to_come=2), THREE_QUARTERS)

    assert (found.is_eligible, found.reasons) == (False, ("还有 2 次课没上（不上的请先在课表里停课）",))


def test_texts():
    assert rules.text_faults("陈学一", "电工（初级）") == []
    assert rules.text_faults("", "电工") == ["没有姓名，不能制证。"]
    assert len(rules.text_faults("陈" * 21, "电" * 31)) == 2
    assert rules.text_faults("陈学一", "国家职业资格培训") == [
        "学校的结业证书上不能写“国家”，请改课程名称。",
        "学校的结业证书上不能写“职业资格”，请改课程名称。",
    ]


def test_blocks_follow_each_other():
    assert rules.next_block([]) == (1, 1000)
    assert rules.next_block([1000, 3000]) == (3001, 4000)


def test_the_region_is_not_said_twice():
    assert rules.short_school_code("330603008", "330603") == "008"
    assert rules.short_school_code("A12", "330603") == "A12"


def test_what_tells_a_name_is_sealed_at_the_hub():
    columns = CompletionCertificate.__table__.columns

    assert {column.name for column in columns if column.info.get("secret")} == {
        "name", "qr_text", "revoke_reason", "handed_to",
    }  # fmt: skip
