"""Words for people beside what is stored."""

import pickle

import pytest

from kqdesk.kernel.words import Word


class Way(Word):
    """How somebody was reached."""

    PHONE = "phone", "电话"
    PAPER = "paper", "书面"


def test_a_word_is_stored_as_its_value_and_read_as_its_label() -> None:
    assert [(way, way.value, f"{way}", way.label) for way in Way] == [
        ("phone", "phone", "phone", "电话"),
        ("paper", "paper", "paper", "书面"),
    ]
    assert Way("paper") is Way.PAPER
    assert pickle.loads(pickle.dumps(Way.PHONE)) is Way.PHONE
    with pytest.raises(ValueError, match="fax"):
        Way("fax")


def test_a_word_nobody_can_read_is_refused_when_its_class_is_made() -> None:
    with pytest.raises(TypeError, match="no words for people"):

        class _Silent(Word):
            FAX = "fax"
