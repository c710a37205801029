"""The printed code: whatever was printed is read back, and a slip is found before anything is tried."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.security.recovery import BadRecoveryCode, print_code, read_code

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
codes = st.binary(min_size=20, max_size=20)


def test_a_known_code() -> None:
    assert print_code(bytes(20)) == "0000-0000-0000-0000-0000-0000-0000-0000-SSSS"


@given(code=codes)
@settings(max_examples=60)
def test_what_is_printed_is_read(code: bytes) -> None:
    printed = print_code(code)

    assert read_code(printed) == code
    assert read_code(printed.lower().replace("-", " ").replace("0", "O").replace("1", "i")) == code


@given(code=codes, at=st.integers(0, 35), sign=st.sampled_from(ALPHABET))
@settings(max_examples=150)
def test_one_wrong_character_is_always_found(code: bytes, at: int, sign: str) -> None:
    plain = print_code(code).replace("-", "")
    typed = plain[:at] + sign + plain[at + 1 :]

    if typed == plain:
        assert read_code(typed) == code
    else:
        place = at // 8 if at < 32 else at - 32
        with pytest.raises(BadRecoveryCode, match=f"第 {2 * place + 1}、{2 * place + 2} 组"):
            read_code(typed)


@pytest.mark.parametrize(
    ("typed", "words"), [("", "0 个字符"), ("XV7C-QTYQ", "8 个字符"), ("恢复码", "不会有"), ("U" * 36, "“U”")]
)
def test_what_is_no_code_is_answered(typed: str, words: str) -> None:
    with pytest.raises(BadRecoveryCode, match=words):
        read_code(typed)
