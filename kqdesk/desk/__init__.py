"""desk — the Qt shell: window, pages' frame, table, form, jobs, theme, Ctrl+K. Knows no room."""
