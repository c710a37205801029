"""app — the desk's composition root: the one place that knows every page.

pages.py      which pages there are, what Ctrl+K finds, in the order of the work
window.py     from the start of the process to the window: sign-in, lock, another person at the desk
care.py       backups while nobody thinks of them
gate.py       the window before the window
first_run.py  a forgotten password; leaving the demo for one's own school in one guided step
"""
