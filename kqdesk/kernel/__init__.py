"""kernel — words all trades speak: errors, progress, dates, national id, text, pinyin; and the machine itself.

Pure: errors, progress, dates, national_id, text, pinyin, resources.
Touch the machine: child (processes), places (folders), disk (space, atomic writes), homelock (one process a home).
Knows no room, no table, no window.
"""
