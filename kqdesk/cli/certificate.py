"""``kqdesk certificate verify TEXT`` judges a certificate's square without a network; ``certificate page DIR`` writes the
verify page with this school's lists, for a website or a stick."""

import argparse

from kqdesk.cli.call import Call


def declare(parser: argparse.ArgumentParser, word: str) -> None:
    """The command's arguments."""
    parser.add_argument("what", choices=["verify", "page"], metavar="verify|page", help="验证；导出验证网页")
    parser.add_argument("text", metavar="TEXT|DIR", help="扫码得到的文字；或放网页的文件夹")


def run(call: Call, options: argparse.Namespace) -> int:
    """Verify: 0 for 有效, 3 for anything else. Page: 0 when the folder is written."""
    return _page(call, options.text) if options.what == "page" else _verify(call, options.text)


def _page(call: Call, folder: str) -> int:
    import json
    import shutil
    from pathlib import Path

    from kqdesk.kernel.disk import disk_fault
    from kqdesk.kernel.resources import resource
    from kqdesk.rooms.certificates.queries import page_lists

    with call.school() as school, school.store.reading() as session:
        lists = page_lists(session, call.clock().astimezone().date())
    out = Path(folder)
    try:
        shutil.copytree(resource("verify"), out, dirs_exist_ok=True)
        text = f"var KQ_LISTS = {json.dumps(lists, ensure_ascii=True)};\n"
        (out / "lists.js").write_text(text, "utf-8")
    except OSError as wrong:
        raise disk_fault(wrong, out) from wrong
    count = len(lists["registered"])
    call.answer(
        {"folder": str(out), "certificates": count, "list_of": lists["list_of"]},
        f"验证网页已写到 {out}，登记簿 {count} 张。把整个文件夹放到网站上，或拷到 U 盘上打开 index.html。",
    )
    return 0


def _verify(call: Call, text: str) -> int:
    from kqdesk.rooms.certificates.queries import verdict
    from kqdesk.security.certificate_verdict import Standing

    with call.school() as school, school.store.reading() as session:
        found = verdict(session, text, call.clock().astimezone().date())
    claim = found.claim
    told = {"standing": found.standing.value, "label": found.standing.label, "reason": found.reason}
    lines = [f"{found.standing.label}：{found.reason}"]
    if claim is not None:
        told |= {
            "number": claim.number,
            "name": claim.name,
            "issuer": found.issuer_name or claim.issuer,
            "issued": claim.issued.isoformat(),
            "course": claim.course,
        }
        lines.append(
            f"{claim.name}  {claim.course}  {claim.number}  {claim.issued:%Y-%m-%d}  {told['issuer']}"
        )
    call.answer(told, "\n".join(lines))
    return 0 if found.standing is Standing.VALID else 3
