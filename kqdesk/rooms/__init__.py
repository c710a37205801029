"""rooms — the school: one room a subject, in the order of a learner's way (see the import contracts)."""
