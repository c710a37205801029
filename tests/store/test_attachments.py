"""Photos and scans: kept whole, encrypted, once; the row that names them undoes like any other."""

import pytest

from kqdesk.kernel.errors import UserError
from kqdesk.security.attachment_cipher import attachment_cipher
from kqdesk.security.file_keys import FileKeys
from kqdesk.store import attachments as trade
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import Attachments, KeptFile, attach, attached, detach, put_in, take_out

PICTURE = "签到表 王秀英 330621".encode() * 40


@action("测试放附件")
def _put(w: Writing, *, digest: str) -> str:
    return attach(
        w,
        table="person",
        row_id="p1",
        purpose="photo",
        digest=digest,
        name="a.jpg",
        media="image/jpeg",
        size=9,
    )


@action("测试撤附件")
def _take(w: Writing, *, attachment_id: str) -> None:
    detach(w, attachment_id=attachment_id)


@action("测试放入几份")
def _put_in(w: Writing, *, digests: list[str]) -> int:
    files = [KeptFile(digest, f"{digest[:4]}.jpg", "image/jpeg", 9) for digest in digests]
    return put_in(w, table="person", row_id="p1", purpose="photo", files=files)


@action("测试取出一份")
def _take_out(w: Writing, *, row_id: str, attachment_id: str) -> None:
    take_out(w, table="person", row_id=row_id, attachment_id=attachment_id)


def test_what_is_kept_is_read_back_and_lies_encrypted(attachments: Attachments) -> None:
    digest = attachments.keep(PICTURE)

    assert attachments.read(digest) == PICTURE
    assert b"330621" not in attachments.path_of(digest).read_bytes()
    assert list(attachments.kept()) == [digest]


def test_the_same_bytes_are_one_file_that_is_not_written_twice(attachments: Attachments) -> None:
    digest = attachments.keep(PICTURE)
    before = attachments.path_of(digest).read_bytes()

    again = attachments.keep(PICTURE)

    assert again == digest
    assert attachments.path_of(digest).read_bytes() == before


def test_one_flipped_bit_or_another_files_bytes_are_refused(attachments: Attachments) -> None:
    digest, other = attachments.keep(PICTURE), attachments.keep(b"another")
    path = attachments.path_of(digest)
    whole = bytearray(path.read_bytes())
    whole[40] ^= 1
    path.write_bytes(whole)

    with pytest.raises(UserError, match="已损坏"):
        attachments.read(digest)
    path.write_bytes(attachments.path_of(other).read_bytes())
    with pytest.raises(UserError, match="已损坏"):
        attachments.read(digest)


def test_a_missing_file_is_named(attachments: Attachments) -> None:
    digest = attachments.digest_of(PICTURE)

    with pytest.raises(UserError, match=r"附件「身份证\.jpg」的文件不在本机"):
        attachments.read(digest, "身份证.jpg")


def test_another_schools_key_names_it_otherwise(attachments: Attachments) -> None:
    other = Attachments(
        attachments.folder, attachment_cipher(lambda: FileKeys.fresh(lambda count: b"\x11" * count))
    )

    assert other.digest_of(PICTURE) != attachments.digest_of(PICTURE)


def test_too_large_a_file_is_refused_with_the_remedy(attachments: Attachments, monkeypatch) -> None:
    monkeypatch.setattr(trade, "LARGEST", 1 << 20)

    with pytest.raises(UserError, match="150–300 dpi"):
        attachments.keep(bytes((1 << 20) + 1))


def test_forgotten_files_are_gone(attachments: Attachments) -> None:
    digest = attachments.keep(PICTURE)

    attachments.forget([digest, "0" * 64])

    assert list(attachments.kept()) == []


def test_the_row_belongs_to_its_owner_and_undoes(store, clerk, attachments: Attachments) -> None:
    digest = attachments.keep(PICTURE)

    made = store.run(_put, clerk, digest=digest).value

    with store.reading() as session:
        rows = attached(session, "person", ["p1"], "photo")
        assert [(row.attachment_id, row.digest, row.page) for row in rows["p1"]] == [(made, digest, 1)]
        assert attached(session, "person", ["p1"], "scan") == {}
    store.run(_take, clerk, attachment_id=made)
    with store.reading() as session:
        assert attached(session, "person", ["p1"]) == {}
    store.undo(clerk)
    with store.reading() as session:
        assert [row.digest for row in attached(session, "person", ["p1"])["p1"]] == [digest]


def test_only_what_is_not_there_yet_is_put_in_and_only_the_owner_takes_it_out(store, clerk) -> None:
    one, two = "1" * 64, "2" * 64

    counts = [store.run(_put_in, clerk, digests=digests).value for digests in ([one, one], [one, two], [])]

    assert counts == [1, 1, 0]
    with pytest.raises(UserError, match="放过了"):
        store.run(_put_in, clerk, digests=[two, one])
    with store.reading() as session:
        [first, second] = attached(session, "person", ["p1"])["p1"]
    with pytest.raises(UserError, match="不在了"):
        store.run(_take_out, clerk, row_id="p2", attachment_id=first.attachment_id)
    store.run(_take_out, clerk, row_id="p1", attachment_id=first.attachment_id)
    with store.reading() as session:
        assert attached(session, "person", ["p1"])["p1"] == [second]
