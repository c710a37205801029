"""``kqdesk certificate verify TEXT``: what a certificate's square says, judged by this home's keys, without a network."""

import argparse

from kqdesk.cli.call import Call


def declare(parser: argparse.ArgumentParser, word: str) -> None:
    """The command's arguments."""
    parser.add_argument("what", choices=["verify"], metavar="verify", help="验证")
    parser.add_argument("text", metavar="TEXT", help="扫码得到的文字")


def run(call: Call, options: argparse.Namespace) -> int:
    """0 for 有效, 3 for anything else."""
    from kqdesk.rooms.certificates.queries import verdict
    from kqdesk.security.certificate_verdict import Standing

    with call.school() as school, school.store.reading() as session:
        found = verdict(session, options.text, call.clock().astimezone().date())
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
