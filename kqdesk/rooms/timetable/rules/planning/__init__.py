"""The planner of 自动排课: problem, constructor, improver, repair and explanation on one week's pattern, then its dates. Pure."""
