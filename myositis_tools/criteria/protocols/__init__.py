"""Protocols, one file a trial."""
