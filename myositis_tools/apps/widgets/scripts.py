"""Pieces of JavaScript that several widgets share, put before a widget's own."""

from __future__ import annotations

from importlib import resources


def script(*names: str) -> str:
    """Give files of this folder as one script, in this order; no name in them may stand twice."""
    folder = resources.files(__package__)
    return "\n".join(folder.joinpath(name).read_text(encoding="utf-8") for name in names)
