"""Descriptions: what each table and column is, and of what a file was made."""
