"""Classification criteria, one file a criteria set."""
