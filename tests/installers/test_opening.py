"""What a start does once all is there: the window, the demo without one, or an answer to wrong usage."""

import os

import pytest

from installers import opening
from installers.environment import Environment


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {}, False),
        ("win32", {}, True),
    ],
)
def test_display_is_looked_for(platform: str, environ: dict[str, str], expected: bool) -> None:
    assert opening.has_display(platform, environ) is expected


@pytest.mark.parametrize("arguments", [["tset"], ["setup", "now"], ["--full"]])
def test_wrong_usage_is_answered(
    arguments: list[str], place: Environment, capsys: pytest.CaptureFixture[str]
) -> None:
    assert opening.begin(str(place.root), arguments) == 2
    assert "start.py test" in capsys.readouterr().err


def demo_of(place: Environment, ending: int) -> None:
    """Stands in for the program: leaves one paper and one picture, and ends with this code."""
    place.python.parent.mkdir(parents=True, exist_ok=True)
    place.python.write_text(
        f'#!/bin/sh\nmkdir -p "$5/papers" "$5/pages"\ntouch "$5/papers/a.pdf" "$5/pages/a.png"\nexit {ending}\n'
    )
    place.python.chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="there is always a display")
def test_without_a_display_the_demo_is_made_once(
    place: Environment, capsys: pytest.CaptureFixture[str]
) -> None:
    demo_of(place, 0)
    first = opening.show_demo(place), capsys.readouterr().out
    demo_of(place, 1)
    second = opening.show_demo(place), capsys.readouterr().out

    assert (first[0], second[0]) == (0, 0)
    for shown in (first[1], second[1]):
        assert "没有图形界面" in shown
        assert str(place.root / ".demo" / "papers") in shown
        assert str(place.root / ".demo" / "pages") in shown


@pytest.mark.skipif(os.name == "nt", reason="there is always a display")
def test_broken_off_demo_is_made_anew(place: Environment) -> None:
    demo_of(place, 1)
    failed = opening.show_demo(place)
    stray = place.root / ".demo" / "stray"
    stray.touch()
    demo_of(place, 0)

    assert (failed, opening.show_demo(place), stray.exists()) == (1, 0, False)
