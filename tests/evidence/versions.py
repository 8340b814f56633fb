"""Tables of evidence: a first line that says on what they were made, then a CSV."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path

import pandas as pd

_USED = ("numpy", "scipy", "statsmodels", "pandas", "narwhals")


def of_python() -> str:
    """The versions that a number may depend on."""
    return f"Python {platform.python_version()}; " + "; ".join(f"{name} {version(name)}" for name in _USED)


def write_table(table: pd.DataFrame, path: Path, made_on: str) -> None:
    """Write a table with the line that says on what it was made."""
    path.write_bytes(f"# {made_on}\n{table.to_csv(index=False, lineterminator=chr(10))}".encode())


def read_table(path: Path) -> pd.DataFrame:
    """Read a table that says on what it was made.

    Raises
    ------
    ValueError
        If it does not.
    """
    if not path.read_text(encoding="utf-8").startswith("# "):
        raise ValueError(f"{path.name} does not say on what it was made")
    return pd.read_csv(path, comment="#", keep_default_na=False, na_values=["NA", ""])
