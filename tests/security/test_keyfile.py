"""The key file: what opens it, what does not, and what is said then."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.security.datakey import DataKey
from kqdesk.security.kdf import CEILING, CHEAPEST, FLOOR, MIB, PRODUCTION, Cost, Profile, calibrated, raised
from kqdesk.security.keychange import add_person, change_password
from kqdesk.security.keycopies import BadKeyFile, Source, parse, path_of
from kqdesk.security.keyfile import (
    BadPassword,
    Opened,
    create,
    look,
    open_with_password,
    open_with_recovery,
)
from kqdesk.security.keyslots import Header, Slot
from kqdesk.security.recovery import BadRecoveryCode

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "鉴湖边上第3棵柳树"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kqdesk.keys"


def made(path: Path, home: str = "home-1") -> tuple[Opened, str]:
    return create(path, home_id=home, who="p1", name="王校长", password=PASSWORD, now=NOW, profile=CHEAPEST)


def opened(path: Path, password: str = PASSWORD, who: str = "p1") -> Opened:
    return open_with_password(path, who=who, password=password, profile=CHEAPEST)


def test_password_opens_by_id_and_by_name(path: Path) -> None:
    first, _ = made(path)

    by_id, by_name = opened(path), opened(path, who="王校长")

    assert by_id.key == first.key == by_name.key
    assert by_id.signer is not None
    assert first.signer is not None
    assert by_id.signer.seed == first.signer.seed
    assert by_id.source is Source.MAIN


def test_full_width_digits_are_the_same_password(path: Path) -> None:
    first, _ = made(path)

    again = opened(path, PASSWORD.replace("3", "３"))

    assert again.key == first.key


def test_recovery_code_opens_however_it_is_typed(path: Path) -> None:
    first, code = made(path)

    plain = open_with_recovery(path, code=code)
    sloppy = open_with_recovery(
        path, code=" " + code.lower().replace("-", " — ").replace("0", "o").replace("1", "l")
    )

    assert plain.key == first.key == sloppy.key
    assert plain.signer is None
    assert [len(group) for group in code.split("-")] == [4] * 9


def test_a_wrong_secret_is_refused_with_a_sentence(path: Path, tmp_path: Path) -> None:
    _, code = made(path)
    _, foreign = made(tmp_path / "other.keys", "home-2")

    with pytest.raises(BadPassword, match="密码不对"):
        opened(path, "别的密码别的密码")
    with pytest.raises(BadPassword, match="密码不对"):
        opened(path, who="没有这个人")
    with pytest.raises(BadPassword, match="恢复码纸"):
        open_with_recovery(path, code=foreign)
    with pytest.raises(BadRecoveryCode, match="第 1、2 组"):
        open_with_recovery(path, code=("2" if code[0] != "2" else "3") + code[1:])


def test_a_second_school_in_the_same_folder_is_refused(path: Path) -> None:
    made(path)

    with pytest.raises(UserError, match="已经有一所学校"):
        made(path)


def test_look_needs_no_secret_and_shows_who_may_sign_in(path: Path) -> None:
    first, _ = made(path)
    add_person(path, key=first.key, who="p2", name="李教务", password="x" * 12, now=NOW, profile=CHEAPEST)

    header = look(path)

    assert (header.home, [slot.name for slot in header.people()]) == ("home-1", ["王校长", "李教务"])


def test_nothing_secret_stands_in_the_file(path: Path) -> None:
    first, code = made(path)

    raw = path.read_bytes()

    for secret in (PASSWORD.encode(), code.encode(), first.key.reveal(), first.key.reveal().hex().encode()):
        assert secret not in raw


# --- the floor ----------------------------------------------------------------------------------------------------


def test_the_production_floor() -> None:
    assert Cost(64 * 1024, 3, 1) == FLOOR
    assert Profile(FLOOR, 550) == PRODUCTION


def test_the_program_never_names_the_test_profile() -> None:
    program = Path(__file__).parents[2] / "kqdesk"

    naming = [file.name for file in program.rglob("*.py") if "CHEAPEST" in file.read_text("utf-8")]

    assert naming == ["kdf.py"]


def test_a_slot_below_the_floor_is_refused_even_with_the_right_password(path: Path) -> None:
    made(path)

    with pytest.raises(BadKeyFile, match="被改动过"):
        open_with_password(path, who="p1", password=PASSWORD)


def test_production_slots_open_under_production(path: Path) -> None:
    floor_only = Profile(FLOOR, None)
    first, _ = create(path, home_id="h", who="p1", name="王", password=PASSWORD, now=NOW, profile=floor_only)

    again = open_with_password(path, who="p1", password=PASSWORD)

    assert again.key == first.key
    assert again.slot.cost == FLOOR


@pytest.mark.parametrize(
    ("floor_ms", "cost"),
    [
        (600.0, FLOOR),
        (2000.0, FLOOR),
        (300.0, Cost(64 * MIB, 6, 1)),
        (110.0, Cost(256 * MIB, 3, 1)),
        (20.0, Cost(256 * MIB, 20, 1)),
        (0.0, Cost(256 * MIB, 64, 1)),
    ],
)
def test_calibration_raises_passes_then_memory_and_never_lowers(floor_ms: float, cost: Cost) -> None:
    found = raised(FLOOR, floor_ms, 550)

    assert found == cost
    assert found.at_least(FLOOR)
    assert CEILING.at_least(found)


def test_calibration_measures_once_with_the_clock_given() -> None:
    ticks = iter([10.0, 10.275])

    cost = calibrated(Profile(Cost(8, 3, 1), 550), lambda: next(ticks))

    assert cost == Cost(8, 6, 1)


# --- damage -------------------------------------------------------------------------------------------------------


def test_missing_empty_foreign_newer_and_huge_files_each_have_their_sentence(path: Path) -> None:
    with pytest.raises(BadKeyFile, match="找不到密钥文件"):
        opened(path)
    for raw, words in [
        (b"", "已损坏"),
        (b"{}", "已损坏"),
        (b"\xff\xfe\x00", "已损坏"),
        (b"[" * 100_000, "已损坏"),
        (b"x" * (1 << 20) + b"x", "大得不合常理"),
        (msgspec.json.encode(Header("other", 1, "h", 1, ())), "不是柯桥成校系统"),
        (msgspec.json.encode(Header("kqdesk.keys", 99, "h", 1, ())), "升级"),
    ]:
        path.write_bytes(raw)
        with pytest.raises(BadKeyFile, match=words):
            opened(path)


def test_any_flipped_byte_is_refused_or_means_nothing(path: Path) -> None:
    first, _ = made(path)
    add_person(path, key=first.key, who="p2", name="李", password="x" * 12, now=NOW, profile=CHEAPEST)
    whole, header = path.read_bytes(), look(path)
    path_of(path, Source.PREVIOUS).unlink()

    harmless = 0
    for at in range(0, len(whole), 3):
        path.write_bytes(whole[:at] + bytes((whole[at] ^ (1 << at // 3 % 7),)) + whole[at + 1 :])
        try:
            again = opened(path)
        except UserError:
            continue
        assert again.key == first.key
        assert look(path) == header
        harmless += 1

    assert harmless < len(whole) // 12  # blanks between fields, spare bits of base64


def test_with_the_mirror_any_flipped_byte_still_opens_and_is_mended(path: Path) -> None:
    first, _ = made(path)
    whole = path.read_bytes()

    for at in range(0, len(whole), 23):
        path.write_bytes(whole[:at] + bytes((whole[at] ^ 2,)) + whole[at + 1 :])
        again = open_with_password(path, who="p1", password=PASSWORD, fits=first.key.__eq__, profile=CHEAPEST)
        assert again.key == first.key

    path.write_bytes(whole[:100])
    again = open_with_password(path, who="p1", password=PASSWORD, fits=first.key.__eq__, profile=CHEAPEST)
    assert again.source is Source.PREVIOUS
    assert path.read_bytes() == whole
    assert path.with_name("kqdesk.keys.damaged").read_bytes() == whole[:100]


def test_every_cut_length_is_refused_or_answered_by_the_mirror(path: Path) -> None:
    first, _ = made(path)
    whole = path.read_bytes()

    for length in range(0, len(whole) - 1, 31):
        path.write_bytes(whole[:length])
        assert opened(path).key == first.key


def changed(path: Path, **fields: object) -> None:
    """Rewrite the first slot's fields, as somebody with an editor would."""
    header = parse(path.read_bytes())
    slot = msgspec.structs.replace(header.slots[0], **fields)
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(header, slots=(slot, *header.slots[1:]))))
    path_of(path, Source.PREVIOUS).unlink(missing_ok=True)


@pytest.mark.parametrize(
    "fields",
    [
        {"cost": Cost(16, 1, 1)},
        {"cost": Cost(8, 2, 1)},
        {"name": "李教务"},
        {"must_change": True},
        {"public": bytes(32)},
        {"salt": bytes(16)},
        {"nonce": bytes(12)},
        {"sealed": bytes(80)},
        {"made": "2001-01-01T00:00:00+00:00"},
        {"id": "0000000000000000"},
    ],
)
def test_no_field_of_a_slot_can_be_edited(path: Path, fields: dict[str, object]) -> None:
    made(path)

    changed(path, **fields)

    with pytest.raises((BadPassword, BadKeyFile)):
        opened(path)


def test_a_cost_that_would_eat_the_machine_is_refused_unread(path: Path) -> None:
    made(path)

    changed(path, cost=Cost(64 * 1024 * MIB, 3, 1))

    with pytest.raises(BadKeyFile, match="不合常理"):
        opened(path)


def test_slots_cannot_be_left_out_swapped_in_or_put_back(path: Path, tmp_path: Path) -> None:
    first, _ = made(path)
    old = parse(path.read_bytes())
    change_password(path, who="p1", old=PASSWORD, new="另一句很长的话呀呀", now=NOW, profile=CHEAPEST)
    new = parse(path.read_bytes())
    made(tmp_path / "other.keys", "home-2")
    foreign = parse((tmp_path / "other.keys").read_bytes())

    def planted(*slots: Slot) -> None:
        path.write_bytes(msgspec.json.encode(msgspec.structs.replace(new, slots=slots)))
        path_of(path, Source.PREVIOUS).unlink(missing_ok=True)

    planted(*(slot for slot in new.slots if slot.kind == "person"))
    with pytest.raises(BadKeyFile, match="被改动过"):
        opened(path, "另一句很长的话呀呀")
    planted(*new.slots, old.slots[0])
    with pytest.raises(BadKeyFile, match="被改动过"):
        opened(path)
    planted(foreign.slots[0], *new.slots[1:])
    with pytest.raises(BadPassword):
        opened(path)
    assert first.key.wiped is False


def test_a_key_that_does_not_fit_the_database_says_so(path: Path) -> None:
    made(path)

    with pytest.raises(BadKeyFile, match="不配套"):
        open_with_password(path, who="p1", password=PASSWORD, fits=lambda key: False, profile=CHEAPEST)


# --- the data key -------------------------------------------------------------------------------------------------


def test_data_key_derives_and_wipes() -> None:
    key = DataKey(bytes(range(32)))

    assert key.raw_pragma() == f"x'{bytes(range(32)).hex()}'"
    assert key.subkey("attach") == DataKey(bytes(range(32))).subkey("attach")
    assert key.subkey("attach") != key.subkey("mac")
    assert len(key.subkey("vault", 16)) == 16
    assert repr(key) == "<DataKey …>"

    key.wipe()
    key.wipe()

    assert key.wiped
    with pytest.raises(NotAllowed, match="已锁定"):
        key.raw_pragma()
