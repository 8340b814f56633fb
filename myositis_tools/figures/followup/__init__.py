"""Figures of a cohort that is followed over time."""
