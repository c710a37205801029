"""cli — the command line, one file a command group; conventions in cli/frame.py."""
