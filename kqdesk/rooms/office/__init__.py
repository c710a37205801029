"""办公室 office — who works here, what they may do, which rules are in force, how the school is set up.

Owns      staff, school, setting, rule_pack
Leans on  nothing
Serves    every room (who acted, which numbers apply), the guard (role of an actor)
Rules     R-OFF-01..
Sync      per column; packs come down from the hub
"""
