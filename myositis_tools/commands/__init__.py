"""Commands that work on a user's files."""
