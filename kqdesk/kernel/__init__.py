"""kernel — words all trades speak: errors, progress, child processes, dates, hours, money, national id.

Knows no room, no table, no window. Pure, but for child.py (processes) and places.py (folders).
"""
