"""Follow-up: patients over time, their groups, and what a measure did."""
