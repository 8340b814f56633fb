"""Figures of a trial: its effects, its power, and what its choices change."""
