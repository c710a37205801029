"""The words of 地方. Imports nothing."""

FIRM_KINDS = {"firm": "企业", "market": "市场", "stall": "市场经营户", "zone": "开发区"}
"""What a firm can be, by the code kept in its row."""
