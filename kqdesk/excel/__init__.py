"""excel — sheets in and out: pre-scan, limited child, header finding, faults by cell, writing. Knows no room."""
