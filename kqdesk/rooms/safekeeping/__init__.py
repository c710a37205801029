"""审计与备份 safekeeping — who did what, proved; copies of everything, and the way back.

Owns      no table: the journal is the store's, the backups are files
Leans on  office (operators, settings), people and cohorts (whose entries), backup, security
Serves    home (what should be seen to)
Rules     R-SAF-01.. (who may look, what is masked, when a copy, a drill, a check is due)
Sync      nothing of its own; looks are journaled and never undone
"""
