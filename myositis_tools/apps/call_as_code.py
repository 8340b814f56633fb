"""The call that opens an app as it is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def call_as_code(app: str, given: Sequence[str], options: Mapping[str, Any]) -> str:
    """Write the cell that opens an app: first what the caller has at hand, then the options by their values."""
    parts = [*given, *(f"{name}={value!r}" for name, value in options.items())]
    inner = "".join(f"    {part},\n" for part in parts)
    return f"import myositis_tools as mt\n\nmt.apps.{app}({chr(10) if inner else ''}{inner})"
