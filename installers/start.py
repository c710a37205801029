# -*- coding: utf-8 -*-  # noqa: UP009 -- Python 2 must be able to read this file far enough to answer
"""The one command of a fresh machine: set up .venv, then open the window, run the checks, or stop.

    python3 installers/start.py            set up, then open the window (no display: run the demo and say so)
    python3 installers/start.py test       set up with what tests need, then python -m tests.check (arguments go through)
    python3 installers/start.py setup      set up and stop; .venv/bin/kqdesk works afterwards

Standard library only. This file keeps to words that every Python since 2.7 can read (no annotations, no f-strings),
so that an unsuitable Python gets a sentence and not a SyntaxError; the work is in environment.py, machine.py, opening.py.
"""

import os
import sys

OLDEST, TOO_NEW = (3, 11), (3, 14)


def refusal(version):
    """The sentence for a Python this program does not run on; empty where it does."""
    if OLDEST <= tuple(version[:2]) < TOO_NEW:
        return ""
    found = str(version[0]) + "." + str(version[1])
    return (
        "需要 Python 3.11、3.12 或 3.13,现在用的是 "
        + found
        + ":请装好其中一个,再用它运行本命令,例如 python3.12 installers/start.py。"
        + " / kqdesk needs Python 3.11, 3.12 or 3.13 and this is "
        + found
        + ": install one of them and run this command with it.\n"
    )


def main(arguments):
    """Returns the exit code: 0 done, 1 something is missing (a sentence said what), 2 wrong Python or wrong usage."""
    sentence = refusal(sys.version_info)
    if sentence:
        sys.stderr.write(sentence)
        return 2
    root = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))  # noqa: PTH120 -- no pathlib in Python 2
    sys.path.insert(0, root)
    from installers.opening import begin

    return begin(root, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
