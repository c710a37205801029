"""``python -m kqdesk`` and the ``kqdesk`` command. A child process is dispatched before anything heavy is loaded."""

import gc
import sys


def main() -> int:
    """Run the command line and return its exit code."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["child"]:
        from kqdesk.cli.child import main as child

        return child(arguments[1:])
    gc.set_threshold(20_000, 20, 20)  # a tenth of the start is the collector looking at classes that stay
    from kqdesk.cli.frame import main as frame

    return frame(arguments)


if __name__ == "__main__":
    sys.exit(main())
