"""One seeded history from beginning to end, and what must be true of it."""

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from tests.sync.happenings import Happenings
from tests.sync.setting import Seat, Write, Wrong

WRITING = ("/v1/push", "/v1/incarnation", "/v1/numbers")


class World(Happenings):
    """Plays, calms down, and looks."""

    def __init__(self, seed: int, folder: Path, *, steps: int) -> None:
        super().__init__(seed, folder, steps=steps)
        for _ in range(5):
            self.add()
        for seat in self.seats:
            self.round(seat, self.line(seat))

    def play(self) -> None:
        acts: list[tuple[int, Callable[[], None]]] = [
            (16, self.add),
            (22, self.edit),
            (5, self.delete),
            (4, self.merge),
            (5, self.issue),
            (24, self.sync),
            (4, self.crash_desk),
            (4, self.crash_hub),
            (3, self.back_up),
            (2, self.restore),
            (1, self.clone),
            (2, self.back_up_hub),
            (2, self.restore_hub),
            (1, self.jump),
            (1, self.upgrade),
            (1, self.lock_out),
        ]
        weights = [weight for weight, _ in acts]
        for step in range(1, self.steps + 1):
            self.step = step
            self.rng.choices([act for _, act in acts], weights)[0]()
            self.watch()
        self.calm_down()

    # ------------------------------------------------------------------ the end

    def calm_down(self) -> None:
        self.step += 1
        self.upgrade_hub()
        self.hub_fuse.left = 0
        for seat in self.living():
            seat.fuse.left = 0
            if seat.blind:
                seat.blind = False
                self.reopen(seat)
        for _ in range(14):
            before = self.hub.rows("SELECT coalesce(max(head),0) FROM hub_school")
            reports = [self.round(seat, self.line(seat)) for seat in self.living()]
            quiet = all(one.finished and not (one.sent or one.received or one.notes) for one in reports)
            if quiet and self.hub.rows("SELECT coalesce(max(head),0) FROM hub_school") == before:
                break
        else:
            raise Wrong("it does not calm down")
        self.watch()
        self.expect_same_rows()
        self.expect_nothing_lost()
        if len(set(self.numbers)) != len(self.numbers):
            raise Wrong(f"a number was given out twice: {sorted(self.numbers)}")
        self.expect_replay_changes_nothing()

    def hub_rows(self) -> dict[str, dict[str, dict[str, Any]]]:
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for name, columns in self.hub.books.columns.items():
            quoted = ",".join(f'"{c}"' for c in columns)
            found[name] = {}
            for row in self.hub.rows(f'SELECT id,{quoted} FROM "{name}"'):
                opened = [
                    self.hub.books.opened(name, c, [value])[0]
                    for c, value in zip(columns, row[1:], strict=True)
                ]
                found[name][row[0]] = dict(zip(columns, opened, strict=True))
        return {name: rows for name, rows in found.items() if rows}

    def desk_rows(self, seat: Seat) -> dict[str, dict[str, dict[str, Any]]]:
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for name, columns in self.hub.books.columns.items():
            quoted = ",".join(f'"{c}"' for c in columns)
            rows = seat.desk.rows(f'SELECT id,{quoted} FROM "{name}"')
            if rows:
                found[name] = {row[0]: dict(zip(columns, row[1:], strict=True)) for row in rows}
        return found

    def expect_same_rows(self) -> None:
        hub = self.hub_rows()
        for seat in self.living():
            here = self.desk_rows(seat)
            if here != hub:
                raise Wrong(f"d{seat.uid} differs from the hub:\n{differences(here, hub)}")
            standing = seat.desk.client.standing()
            if standing.unsent or standing.held:
                raise Wrong(f"d{seat.uid}: {standing}")
            for told in (seat.desk.store.verify_chain(), seat.desk.store.verify_rows()):
                if told:
                    raise Wrong(f"d{seat.uid}: {told}")

    def expect_nothing_lost(self) -> None:
        """Every value shows, or was replaced by somebody who saw it, or waits for people."""
        hub = self.hub_rows()
        waiting: dict[tuple[str, str], set[Any]] = defaultdict(set)
        for row in hub.get("sync_conflict", {}).values():
            waiting[row["tbl"], row["row_id"]] |= {
                row["shown"],
                row["kept"],
                *([""] if not row["column"] else []),
            }
        seen: dict[tuple[str, str, str], dict[Any, list[Any]]] = defaultdict(lambda: defaultdict(list))
        for write in self.writes:
            seen[write.tbl, write.row_id, write.column][write.saw].append(write.value)
        for write in self.writes:
            if write.lost:
                continue
            if not self.is_accounted(write, hub, waiting, seen):
                raise Wrong(f"lost: {write}")

    def is_accounted(self, write: Write, hub: Any, waiting: Any, seen: Any) -> bool:
        row = hub.get(write.tbl, {}).get(write.row_id)
        said = waiting[write.tbl, write.row_id]
        chain, todo = set(), [write.value]
        while todo:
            value = todo.pop()
            chain.add(value)
            if row is not None and row[write.column] == value:
                return True
            if msgspec.json.encode(value).decode() in said or f'"{value}"' in said:
                return True
            if (row is None or "" in said) and any(
                (gone.tbl, gone.row_id) == (write.tbl, write.row_id) and gone.saw[write.column] == value
                for gone in self.gone
            ):
                return True
            todo += [one for one in seen[write.tbl, write.row_id, write.column][value] if one not in chain]
        return False

    def expect_replay_changes_nothing(self) -> None:
        before = self.hub_rows(), self.hub.rows("SELECT head,mark FROM hub_school")
        heard = {seat.desk.card for seat in self.living()}
        for card, ask in self.answered:
            if card in heard and ask.path in WRITING:
                self.hub.hub.answer(card, ask)
        if (self.hub_rows(), self.hub.rows("SELECT head,mark FROM hub_school")) != before:
            raise Wrong("what was said again changed something")


def differences(here: Any, hub: Any) -> str:
    lines = []
    for name in sorted({*here, *hub}):
        for row_id in sorted({*here.get(name, {}), *hub.get(name, {})}):
            left, right = here.get(name, {}).get(row_id), hub.get(name, {}).get(row_id)
            if left != right:
                lines.append(f"{name} {row_id[:6]}\n   here {left}\n   hub  {right}")
    return "\n".join(lines)
