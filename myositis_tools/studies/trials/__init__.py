"""Trials: one arm against another."""
