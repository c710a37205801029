"""Break an operation at every single change of a file it makes, by kill or by an error of the disk."""

import ctypes
import os
import shutil
import signal
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from kqdesk import school as homes
from kqdesk.backup import container, shelf
from kqdesk.backup.policy import Reason
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.places import home_layout
from kqdesk.school import School
from kqdesk.security.kdf import CHEAPEST
from tests.faults.child import in_child, shim
from tests.faults.ground import (
    NEW,
    Ground,
    Ticking,
    enter,
    fault_in,
    make_ground,
    sealed,
    work,
)
from tests.faults.operations import OPERATIONS, PHOTO
from tests.faults.recording import migrate


def step(folder: str, faults: list[list[Any]], most: int) -> dict[str, Any]:
    """Break operations at their 1st, 2nd, 3rd … change of a file until they come through.

    faults: [operation, how, sticky] each; ``how`` 0 kills, else the errno. most: so many steps of each, evenly spread.
    """
    root, kq = Path(folder), shim()
    fresh, prepared = _prepared(root)
    totals: dict[str, int] = {}
    found: list[str] = []
    tried = 0
    for operation, how, sticky in faults:
        total = totals.setdefault(operation, 0) or _count(root, fresh, operation, prepared, kq)
        totals[operation] = total
        chosen = (
            range(1, total + 1) if total <= most else sorted({1 + n * total // most for n in range(most)})
        )
        tried += len(chosen)
        for n in chosen:
            ground = fresh.copy(root / "home")
            status = in_child(partial(_armed, kq, ground, operation, prepared, (n, how, sticky)))
            fault = _left(ground, operation, prepared)
            if status not in (-signal.SIGKILL, 0, 3) or (how == 0 and status != -signal.SIGKILL):
                fault = f"ended with {status} {fault}"
            if fault:
                found.append(f"{operation}, step {n} of {total}, {how}: {fault}")
    return {"steps": totals, "tried": tried, "faults": found}


def _prepared(root: Path) -> tuple[Ground, dict[str, Any]]:
    """A home with a backup in it and three acts after the backup."""
    fresh = make_ground(root / "fresh")
    school = enter(fresh)
    made = school.back_up(Reason.MANUAL)
    then = school.store.position()
    for _ in zip(range(3), work(school.store, school.staff.id, Random(5)), strict=False):
        pass
    now = school.store.position()
    photo = school.attachments.keep(PHOTO)
    prepared = {
        "then": then,
        "photo": photo,
        "now": now,
        "backup": made.path.name,
        "promised": sealed(school.store, now),
    }
    prepared["promised_then"] = sealed(school.store, then)
    school.close()
    shutil.rmtree(root / "db", ignore_errors=True)
    return fresh, prepared


def _count(root: Path, fresh: Ground, operation: str, prepared: dict[str, Any], kq: ctypes.CDLL) -> int:
    """Changes of files one undisturbed run makes."""
    ground = fresh.copy(root / "home")
    told = root / "steps"

    def body() -> None:
        _armed(kq, ground, operation, prepared, (0, 0, 0))
        told.write_text(str(kq.kq_steps()))

    assert in_child(body) == 0
    fault = _left(ground, operation, prepared)
    assert not fault, fault
    return int(told.read_text())


def _armed(
    kq: ctypes.CDLL, ground: Ground, operation: str, prepared: dict[str, Any], arms: tuple[int, int, int]
) -> None:
    """In the child: do the operation with the fault armed; 3 when it refused with a sentence."""
    kq.kq_below(str(ground.home).encode())
    kq.kq_arm(*arms)
    try:
        OPERATIONS[operation](ground, prepared)
    except UserError:
        os._exit(3)
    finally:
        kq.kq_below(b"")


def _left(ground: Ground, operation: str, prepared: dict[str, Any]) -> str:
    """What the next start finds: nothing lost, a person gets in, every listed backup is whole."""
    if operation == "make":
        return _made_or_not(ground.home / "new")
    if operation == "migrate":  # the next start of the newer program goes on with the migration
        try:
            migrate(ground.home, ground.key)
        except UserError as wrong:
            return str(wrong)
        return fault_in(ground, prepared["now"], prepared["promised"], pages=True, rows=True)
    try:
        school = enter(ground)
    except UserError as wrong:
        return f"does not open: {wrong}"
    try:
        return _missing(school, operation, prepared)
    except UserError as wrong:
        return str(wrong)
    finally:
        school.close()


def _made_or_not(home: Path) -> str:
    """A school that was made opens; one that was not can be made now."""
    try:
        if not home_layout(home).exists:
            homes.make(home, NEW, clock=Ticking(), rng=Random(3), profile=CHEAPEST)[0].close()
        enter(Ground(home, b"", "")).close()
    except UserError as wrong:
        return str(wrong)
    return ""


def _missing(school: School, operation: str, prepared: dict[str, Any]) -> str:
    position, store = school.store.position(), school.store
    expected = (prepared["now"], prepared["promised"])
    if operation == "restore" and position < prepared["now"]:
        expected = (prepared["then"], prepared["promised_then"])
    if sealed(store, expected[0]) != expected[1]:
        return "an acknowledged act is lost"
    if school.attachments.read(prepared["photo"]) != PHOTO:
        return "a photo is lost"
    if [path.name for path in (*school.layout.home.glob("*.next"), *school.layout.vault.glob("*.next"))]:
        return "a rotation was not cleared up"
    if school.notices:
        return f"told for no reason: {school.notices}"
    if school.layout.restoring.exists():
        return "a restore was not finished"
    for one in shelf.backups_in(school.layout.backups):
        container.open_whole(one.path)
    return store.verify_chain() or store.verify_rows() or store.integrity() or ""
