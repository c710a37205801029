"""Questionnaires: frozen questions, forms typed, never too many, results by class and trainer."""

from datetime import date

import pytest

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.classfile.queries import class_files
from kqdesk.rooms.classfile.terms import Paper, Standing
from kqdesk.rooms.followup import actions, queries
from kqdesk.rooms.followup.actions import TypedForm
from kqdesk.rooms.followup.rules import read_scores
from kqdesk.rooms.followup.terms import Audience
from kqdesk.store.store import Store
from tests.followup.conftest import TODAY, TOKEN, Ended, add_class

FORMS = ("54535", "55555", "44444", "31201", "55454")


def typed(*digits: str) -> list[TypedForm]:
    return [TypedForm(read_scores(one, 5, 5), "好" if one[0] == "5" else "") for one in digits]


@pytest.fixture
def asked(store: Store, clerk: str, ended: Ended) -> str:
    """Id of a questionnaire for the learners of the class."""
    return store.run(actions.open_questionnaire, clerk, cohort_id=ended.id, token=TOKEN).value


def row_of(store: Store, key: str) -> queries.QuestionnaireRow:
    with store.reading() as session:
        return queries.questionnaires(session, ids=[key])[0]


def test_a_questionnaire_freezes_what_the_pack_asks(store: Store, asked: str, ended: Ended) -> None:
    row = row_of(store, asked)

    assert [key for key, _ in row.questions] == ["content", "teaching", "time", "place", "service"]
    assert (row.scale, row.expected, row.trainer, row.rule) == (5, 8, "周培红", "柯桥区规则 第 1 版")
    assert (len(row.code), row.shown_code.count("-"), row.takes(TODAY)) == (9, 2, True)


def test_the_number_on_the_paper_finds_it_and_a_wrong_digit_does_not(store: Store, asked: str) -> None:
    row = row_of(store, asked)
    wrong = str((int(row.code[0]) % 9) + 1) + row.code[1:]
    with store.reading() as session:
        found = queries.questionnaire_of_code(session, row.shown_code)
        none = queries.questionnaire_of_code(session, wrong)

    assert (found is not None and found.id, none) == (asked, None)


def test_one_open_questionnaire_a_class_and_audience(
    store: Store, clerk: str, asked: str, ended: Ended
) -> None:
    kw = {"cohort_id": ended.id, "token": TOKEN[::-1]}
    with pytest.raises(UserError, match="缝纫班已经有一份学员问卷在收"):
        store.run(actions.open_questionnaire, clerk, **kw)
    with pytest.raises(UserError, match="最多几家单位"):
        store.run(actions.open_questionnaire, clerk, audience=Audience.EMPLOYER, **kw)
    firms = store.run(actions.open_questionnaire, clerk, audience=Audience.EMPLOYER, expected=3, **kw).value

    assert row_of(store, firms).questions[0] == ("skill", "员工的技能有提高")


@pytest.mark.parametrize("token", ["", "x" * 32, TOKEN.upper(), TOKEN[:-1]])
def test_the_lot_cannot_be_guessed(store: Store, clerk: str, ended: Ended, token: str) -> None:
    with pytest.raises(UserError, match="32 位十六进制"):
        store.run(actions.open_questionnaire, clerk, cohort_id=ended.id, token=token)


def test_without_the_packs_there_is_nothing_to_ask(store: Store, clerk: str) -> None:
    cohort = store.run(add_class, "system").value.id

    with pytest.raises(UserError, match="未配置"):
        store.run(actions.open_questionnaire, clerk, cohort_id=cohort, token=TOKEN)


def test_forms_are_typed_and_the_result_appears_with_the_fifth(store: Store, clerk: str, asked: str) -> None:
    store.run(actions.put_forms, clerk, questionnaire_id=asked, forms=typed(*FORMS[:4]))
    with store.reading() as session:
        few = queries.questionnaire_card(session, asked, today=TODAY)
    store.run(actions.put_forms, clerk, questionnaire_id=asked, forms=typed(FORMS[4]))
    with store.reading() as session:
        card = queries.questionnaire_card(session, asked, today=TODAY)
        forms = queries.satisfaction_forms(session)

    assert few is not None
    assert card is not None
    assert (few.result.forms, few.result.questions, few.result.words) == (4, (), ())
    assert [one.mean for one in card.result.questions] == ["4.40", "3.80", "4.00", "4.25", "3.80"]
    assert (card.result.overall, card.result.satisfied, card.result.words) == ("4.04", 79, ("好", "好", "好"))
    assert list(forms.values()) == [5]


def test_no_more_forms_than_learners(store: Store, clerk: str, asked: str) -> None:
    store.run(actions.put_forms, clerk, questionnaire_id=asked, forms=typed(*FORMS))
    with pytest.raises(UserError, match="最多 8 份，已有 5 份，再登记 4 份就多了"):
        store.run(actions.put_forms, clerk, questionnaire_id=asked, forms=typed(*FORMS[:4]))
    store.run(actions.change_questionnaire, clerk, questionnaire_id=asked, expected=9)

    assert store.run(actions.put_forms, clerk, questionnaire_id=asked, forms=typed(*FORMS[:4])).value == 4


def test_a_closed_one_takes_nothing(store: Store, clerk: str, asked: str) -> None:
    store.run(actions.close_questionnaire, clerk, questionnaire_id=asked)
    with pytest.raises(UserError, match="已经结束"):
        store.run(actions.put_forms, clerk, questionnaire_id=asked, forms=typed("55555"))
    store.run(actions.reopen_questionnaire, clerk, questionnaire_id=asked)
    store.run(actions.put_forms, clerk, questionnaire_id=asked, forms=typed("55555"))

    with pytest.raises(UserError, match="已经收到答卷"):
        store.run(actions.remove_questionnaire, clerk, questionnaire_id=asked)


def test_forms_typed_wrong_go_out_again(store: Store, clerk: str, asked: str) -> None:
    store.run(actions.put_forms, clerk, questionnaire_id=asked, forms=typed(*FORMS))
    with store.reading() as session:
        first = queries.forms_of(session, asked)[0].id

    assert store.run(actions.remove_forms, clerk, questionnaire_id=asked, form_ids=[first]).value == 1
    assert row_of(store, asked).forms == 4


def test_by_class_and_by_trainer(store: Store, clerk: str, asked: str) -> None:
    store.run(actions.put_forms, clerk, questionnaire_id=asked, forms=typed(*FORMS))
    with store.reading() as session:
        [by_class] = queries.results(session, today=TODAY, by_trainer=False)
        [by_trainer] = queries.results(session, today=TODAY, by_trainer=True)

    assert (by_class.title, by_trainer.title) == ("缝纫班", "周培红")
    assert by_class.result == by_trainer.result
    assert by_class.result.overall == "4.04"


def test_a_day_to_close_is_not_in_the_past(store: Store, clerk: str, asked: str) -> None:
    with pytest.raises(UserError, match="截止日期不能在今天以前"):
        store.run(actions.change_questionnaire, clerk, questionnaire_id=asked, closes_on=date(2026, 3, 1))
    store.run(actions.change_questionnaire, clerk, questionnaire_id=asked, closes_on=TODAY)

    assert row_of(store, asked).takes(TODAY)
    assert not row_of(store, asked).takes(date(2026, 3, 3))


def test_forms_make_the_class_file_whole(store: Store, clerk: str, asked: str, ended: Ended) -> None:
    def line() -> tuple[Standing, str]:
        with store.reading() as session:
            [row] = class_files(session, on=TODAY, cohort_id=ended.id)
        item = next(one for one in row.items if one.paper is Paper.SATISFACTION)
        return item.standing, item.words

    before = line()
    store.run(actions.put_forms, clerk, questionnaire_id=asked, forms=typed(*FORMS))

    assert before == (Standing.MISSING, "还没有答卷，也没有放入文件")
    assert line() == (Standing.THERE, "5 份答卷")
