"""Checks: every problem of a table, with a hint."""
