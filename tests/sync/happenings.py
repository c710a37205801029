"""What may happen in a simulated history: people work, lines break, PCs die, copies are put back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from kqdesk.kernel.errors import UserError
from kqdesk.store.actions import Writing, action
from kqdesk.sync.asking import Ask, Reply
from kqdesk.sync.leases import left, take
from tests.conftest import CLERK
from tests.sync.places import Desk, drive
from tests.sync.setting import CELLS, PARENT, Crash, Gone, Seat, Setting, Wrong, copy_file, put_back


@action("模拟发号")
def give_number(w: Writing, *, row_id: str) -> int | None:
    conn = w.session.connection()
    number = take(conn, "certificate", 2026)
    if number is not None:
        conn.exec_driver_sql("UPDATE person SET note=? WHERE id=?", (f"证{number}", row_id))
    return number


class Happenings(Setting):
    """Each method is one thing that happens."""

    def add(self) -> None:
        seat = self.rng.choice(self.living())
        tbl = self.rng.choice([one for one in CELLS if one not in PARENT or self.pick(seat, PARENT[one][1])])
        values: dict[str, Any] = {}
        if tbl in PARENT:
            column, target = PARENT[tbl]
            parent = self.pick(seat, target)
            if parent is None:
                return
            values[column] = parent["id"]
        cells = {name: self.fresh() for name in self.cells(seat, tbl)}
        row_id = f"{self.rng.getrandbits(128):032x}"
        every = {"id": row_id, "school": seat.desk.store.school, **values, **cells}
        sql = f"INSERT INTO {tbl}({','.join(every)}) VALUES({','.join('?' * len(every))})"
        if self.run(seat, [(sql, tuple(every.values()))]):
            self.note(f"d{seat.uid} adds {tbl} {row_id[:6]} {cells}")
            for column, value in cells.items():
                self.wrote(seat, tbl, row_id, column, value, None)

    def edit(self, seat: Seat | None = None) -> None:
        seat = seat or self.rng.choice(self.living())
        tbl = self.rng.choice(list(CELLS))
        row = self.pick(seat, tbl)
        if row is None:
            return
        column, value = self.rng.choice(self.cells(seat, tbl)), self.fresh()
        if self.run(seat, [(f"UPDATE {tbl} SET {column}=? WHERE id=?", (value, row["id"]))]):
            self.note(f"d{seat.uid} edits {tbl} {row['id'][:6]} {column}: {row[column]} → {value}")
            self.wrote(seat, tbl, row["id"], column, value, row[column])

    def delete(self) -> None:
        seat = self.rng.choice(self.living())
        tbl = self.rng.choice(list(CELLS))
        row = self.pick(seat, tbl)
        if row is None:
            return
        statements = [(f"DELETE FROM {tbl} WHERE id=?", (row["id"],))]
        children = [child for child, (_, target) in PARENT.items() if target == tbl]
        held: list[tuple[str, dict[str, Any]]] = [(tbl, row)]
        if children and self.rng.random() < 0.5:
            child = children[0]
            cells = ("id", *CELLS[child])
            for found in seat.desk.rows(
                f"SELECT {','.join(cells)} FROM {child} WHERE {PARENT[child][0]}='{row['id']}'"
            ):
                held.append((child, dict(zip(cells, found, strict=True))))
                statements.insert(0, (f"DELETE FROM {child} WHERE id=?", (found[0],)))
        if self.run(seat, statements):
            self.note(f"d{seat.uid} deletes {[(name, one['id'][:6]) for name, one in held]}")
            for name, one in held:
                self.gone.append(Gone(name, one["id"], one, seat.uid, self.step))

    def merge(self) -> None:
        seat = self.rng.choice(self.living())
        one, two = self.pick(seat, "person"), self.pick(seat, "person")
        if one is None or two is None or one["id"] == two["id"]:
            return
        winner, loser = sorted((one["id"], two["id"]))
        alias = f"{self.rng.getrandbits(128):032x}"
        made = (alias, seat.desk.store.school, loser, winner, "同一人")
        statements: list[tuple[str, tuple[Any, ...]]] = [
            (
                "INSERT INTO person_alias(id,school,loser_id,winner_id,reason) VALUES(?,?,?,?,?)",
                made,
            ),
            ("UPDATE person_document SET person_id=? WHERE person_id=?", (winner, loser)),
        ]
        if self.run(seat, statements):
            self.note(f"d{seat.uid} merges {loser[:6]} → {winner[:6]}")

    def issue(self) -> None:
        seat = self.rng.choice(self.living())
        if not seat.trusted or not self.hub_knows():
            return
        with seat.desk.store.asking() as conn:
            few = left(conn, "certificate", 2026) < 1
        row = self.pick(seat, "person")
        if few:
            self.talk(seat, lambda: drive_lease(seat.desk))
        if row is None:
            return
        try:
            number = seat.desk.store.run(give_number, CLERK, row_id=row["id"]).value
        except Crash:
            self.reopen(seat)
            return
        if number is not None:
            self.note(f"d{seat.uid} issues {number} to {row['id'][:6]}")
            self.numbers.append(number)
            self.wrote(seat, "person", row["id"], "note", f"证{number}", row["note"])

    # ------------------------------------------------------------------ the line

    def sync(self) -> None:
        seat = self.rng.choice(self.living())
        faulty = self.rng.random() < 0.5
        line = self.faulty_line(seat) if faulty else self.line(seat)
        self.talk(seat, lambda: self.round(seat, line))

    def talk(self, seat: Seat, what: Callable[[], Any]) -> None:
        try:
            what()
        except Crash:
            self.note(f"d{seat.uid} crashed while talking")
            self.reopen(seat)

    def round(self, seat: Seat, line: Callable[[Ask], Reply]) -> Any:
        report = drive(seat.desk.client, line)
        self.note(
            f"d{seat.uid} round: sent {report.sent} received {report.received} conflicts {report.conflicts}"
            f" waiting {report.waiting} {'broke' if report.broke else ''} {report.stop}{report.notes}"
        )
        asks = seat.desk.client.standing().asks
        if asks == "incarnation":
            seat.desk.client.new_incarnation()
        elif asks == "removal":
            seat.desk.client.allow_removal()
        elif report.stop:
            raise Wrong(report.stop)
        life = seat.desk.client.identity() or 0
        if life and life != seat.life:
            seat.trusted, seat.life = seat.trusted or seat.life != 0, life
        if report.finished:
            seat.last_round = self.step
        return report

    def line(self, seat: Seat) -> Callable[[Ask], Reply]:
        def send(ask: Ask) -> Reply:
            self.said.append((seat.desk.card, ask))
            if self.step <= self.steps and self.rng.random() < 0.1:
                self.edit(seat)  # people go on working while a round is under way
            try:
                reply = self.hub.hub.answer(seat.desk.card, ask)
            except Crash:
                self.note("the hub crashed")
                self.reopen_hub()
                return Reply(0)
            except UserError as wrong:
                raise Wrong(f"{ask.path}: {wrong!r}") from wrong
            self.answered.append((seat.desk.card, ask))
            return reply

        return send

    def faulty_line(self, seat: Seat) -> Callable[[Ask], Reply]:
        good = self.line(seat)

        def send(ask: Ask) -> Reply:
            fault = self.rng.random()
            if fault < 0.08:
                return Reply(0)  # never arrived
            if fault < 0.18:
                good(ask)
                return Reply(0)  # the answer never arrived
            if fault < 0.26:
                good(ask)  # arrived twice
            if fault < 0.32 and self.said:  # an old one comes late
                card, old = self.rng.choice(self.said)
                if card == seat.desk.card:
                    good(old)
            if fault < 0.36:
                self.hub_says_nothing_to_half(seat, ask)
                return Reply(0)
            reply = good(ask)
            if fault < 0.40:
                return Reply(reply.status, reply.body[: len(reply.body) // 2])
            if fault < 0.42:
                return Reply(500)
            return reply

        return send

    def hub_says_nothing_to_half(self, seat: Seat, ask: Ask) -> None:
        try:
            self.hub.hub.answer(seat.desk.card, Ask(ask.method, ask.path, ask.body[: len(ask.body) // 2]))
        except UserError:
            return
        except Crash:
            self.reopen_hub()
            return
        if ask.body:
            raise Wrong(f"half a body was answered: {ask.path}")

    # ------------------------------------------------------------------ disasters

    def crash_desk(self) -> None:
        seat = self.rng.choice(self.living())
        seat.fuse.left = self.rng.randrange(1, 60)
        self.note(f"d{seat.uid} will crash in {seat.fuse.left}")
        self.talk(seat, lambda: self.round(seat, self.line(seat)))
        seat.fuse.left = 0

    def crash_hub(self) -> None:
        seat = self.rng.choice(self.living())
        self.hub_fuse.left = self.rng.randrange(1, 40)
        self.note(f"the hub will crash in {self.hub_fuse.left}")
        self.talk(seat, lambda: self.round(seat, self.line(seat)))
        self.hub_fuse.left = 0

    def back_up(self) -> None:
        seat = self.rng.choice(self.living())
        path = self.folder / f"d{seat.uid}.backup"
        copy_file(seat.desk.store._writer, seat.desk.path, path)
        seat.backup = (path, self.step)
        self.note(f"d{seat.uid} backed up")

    def restore(self) -> None:
        seat = self.rng.choice(self.living())
        if seat.backup is None:
            return
        path, step = seat.backup
        seat.desk.close()
        put_back(path, seat.desk.path)
        seat.desk.open()
        self.dress(seat)
        told = self.rng.random() < 0.6
        self.note(f"d{seat.uid} restored to {step}{'' if told else ', nobody tells it'}")
        if told:
            seat.desk.client.note_restored()
        seat.life = seat.desk.client.identity() or 0
        seat.trusted = told or seat.life == 0
        for write in self.writes:
            if write.desk == seat.uid and write.step > step:
                write.lost = True

    def clone(self) -> None:
        if len(self.seats) >= 4:
            return
        seat = self.rng.choice(self.living())
        path = self.folder / "clone"
        copy_file(seat.desk.store._writer, seat.desk.path, path)
        made = self.seat(seat.desk.number, seat)
        made.desk.close()
        put_back(path, made.desk.path)
        made.desk.open()
        self.dress(made)
        self.note(f"d{seat.uid} cloned as d{made.uid}")

    def back_up_hub(self) -> None:
        path = self.folder / "hub.backup"
        copy_file(self.hub.engine, self.hub.path, path)
        self.hub_backup = (path, self.step)
        self.note("hub backed up")

    def restore_hub(self) -> None:
        if self.hub_backup is None:
            return
        path, step = self.hub_backup
        self.hub.close()
        put_back(path, self.hub.path)
        self.hub.open()
        self.hub_fuse.lay(self.hub.engine)
        told = self.rng.random() < 0.5
        if told:
            self.hub.books.restored(self.true_time())
        self.said.clear()
        self.answered.clear()
        self.hub_backup = None  # twice the same one would lease the same numbers twice: nobody could know
        self.hub_head = 0
        self.forgot_at = None if told else self.epoch()
        self.note(f"hub restored to {step}{'' if told else ', nobody tells it'}")

    def epoch(self) -> int:
        return int(self.hub.rows("SELECT coalesce(max(epoch),0) FROM hub_school")[0][0])

    def hub_knows(self) -> bool:
        """A hub put back by hand cannot know that it leased numbers since, until a station shows it."""
        return self.forgot_at is None or self.epoch() > self.forgot_at

    def jump(self) -> None:
        seat = self.rng.choice(self.living())
        seat.skew = timedelta(days=self.rng.choice((-730, -30, 0, 30, 730)), seconds=seat.uid)
        self.note(f"d{seat.uid} clock {seat.skew}")

    def upgrade(self) -> None:
        seat = self.rng.choice(self.living())
        if seat.blind:
            seat.blind = False
            self.reopen(seat)
            self.note(f"d{seat.uid} upgraded")

    def upgrade_hub(self) -> None:
        if self.blind_hub:
            self.blind_hub = False
            self.hub.blind = None
            self.reopen_hub()
            self.hub.books.create()

    def lock_out(self) -> None:
        if len(self.living()) < 3 or self.rng.random() < 0.5:
            return
        seat = self.rng.choice(self.living())
        seat.locked = True
        self.note(f"d{seat.uid} locked out")
        for write in self.writes:
            if write.desk == seat.uid and write.step >= seat.last_round:
                write.lost = True


def drive_lease(desk: Desk) -> None:
    """Ask for a few numbers."""
    asking = desk.client.lease("certificate", 2026, count=3)
    try:
        ask = next(asking)
        while True:
            ask = asking.send(desk.send(ask))
    except StopIteration:
        return
