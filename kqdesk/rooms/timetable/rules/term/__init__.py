"""自动排课 of the desk: chosen cohorts as a week's problem for the planner, and its answer as dates of the term. Pure."""
