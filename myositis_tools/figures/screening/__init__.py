"""Figures of what the criteria of a protocol do to a cohort."""
