"""Every roster beside the checkout, compared with its truth by the rules of the rosters' README."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kqdesk.excel.reading import Refused
from kqdesk.rooms.people.sheets import as_json, read_roster

ROSTERS = Path(__file__).resolve().parents[3] / "shared" / "data" / "rosters"
TODAY = date(2026, 3, 10)
KEYS = (
    "name", "id_kind", "id_number", "sex", "birth_date", "ethnicity_code", "hukou", "address", "education_code",
    "township_code", "village", "phone", "employer", "job", "wish", "path",
)  # fmt: skip
TEXTS = {"hukou", "address", "employer", "job", "wish", "path", "village"}
FILES = sorted(ROSTERS.glob("[0-9]*.truth.json")) if ROSTERS.is_dir() else []

pytestmark = pytest.mark.skipif(not FILES, reason="the rosters are not beside this checkout")


def allowed(truth: Any) -> list[Any]:
    return truth["either"] if isinstance(truth, dict) and "either" in truth else [truth]


def same(key: str, got: Any, truth: Any) -> bool:
    if key in TEXTS:
        squeeze = lambda text: "".join(str(text).split()) if text is not None else None  # noqa: E731 -- one place
        return squeeze(got) in [squeeze(one) for one in allowed(truth)]
    return got in allowed(truth)


def rows_of(entry: dict[str, Any]) -> list[Any]:
    """Text files may be counted by record or by line; this reader counts records, which the truth names first."""
    return allowed(entry["row"])[:1]


def differences(got: dict[str, Any], truth: dict[str, Any]) -> list[str]:
    """Everything in which a dry run differs from the truth, in words."""
    told: list[str] = []
    if got["rows"] not in allowed(truth["rows_seen"]):
        told.append(f"rows {got['rows']} != {truth['rows_seen']}")
    people = {(person["sheet"], person["row"]): person for person in got["people"]}
    wanted: set[tuple[Any, Any]] = set()
    for person in truth["people"]:
        places = [(person["sheet"], row) for row in rows_of(person)]
        found = next((people[place] for place in places if place in people), None)
        wanted.update(places)
        if found is None:
            if not person.get("optional"):
                told.append(f"missing {places} {person['name']}")
            continue
        told.extend(
            f"{places[0]} {key}: {found[key]!r} != {person[key]!r}"
            for key in KEYS
            if not same(key, found[key], person[key])
        )
    told.extend(
        f"not in the truth: {place} {people[place]['name']}" for place in people if place not in wanted
    )
    return told + fault_differences(got, truth)


def matches(told: dict[str, Any], truth: dict[str, Any]) -> bool:
    """Same place and kind; a duplicate may be told at either row."""
    places = [(truth["sheet"], row) for row in rows_of(truth)]
    if truth.get("other"):
        places.append((truth["other"]["sheet"], truth["other"]["row"]))
    if told["kind"] not in allowed(truth["kind"]) or (told["sheet"], told["row"]) not in places:
        return False
    column = truth.get("column")
    named = {told["column"], told.get("field"), told.get("heading")}
    return column is None or bool({column, truth.get("field"), truth.get("heading")} & named)


def fault_differences(got: dict[str, Any], truth: dict[str, Any]) -> list[str]:
    told: list[str] = []
    for fault in truth["faults"]:
        pool = got["faults"] + (got["warnings"] if fault["level"] == "either" else [])
        if not any(matches(one, fault) for one in pool) and not fault.get("optional"):
            told.append(f"fault not told: {fault['sheet']} {fault['row']} {fault['kind']}")
    for warning in truth["warnings"]:
        if not any(matches(one, warning) for one in got["warnings"] + got["faults"]):
            told.append(f"warning not told: {warning}")
    known = truth["faults"] + truth["warnings"]
    told.extend(
        f"false fault: {one['sheet']} {one['row']} {one['kind']} {one['value']!r}"
        for one in got["faults"]
        if not any(matches(one, fault) for fault in known)
    )
    return told


@pytest.mark.parametrize("truth_file", FILES, ids=lambda file: file.name[:2])
def test_a_roster_comes_out_as_its_truth_says(truth_file: Path) -> None:
    truth = json.loads(truth_file.read_text("utf-8"))
    roster = ROSTERS / truth["file"]

    if "refused" in truth:
        with pytest.raises(Refused) as refused:
            read_roster(roster, today=TODAY)

        assert refused.value.kind in [truth["refused"], *truth.get("refused_ok", [])]
        return
    got = json.loads(json.dumps(as_json(read_roster(roster, today=TODAY))))

    assert differences(got, truth) == []
