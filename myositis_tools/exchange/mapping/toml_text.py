"""A mapping as the text of a TOML file, which the standard library reads and does not write."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def toml_of(held: Mapping[str, Any]) -> str:
    """The text of a TOML file: names and values, then the rows of ``columns`` or ``tables``."""
    return "\n".join(_toml_lines(held, "")).lstrip("\n") + "\n"


def _toml_lines(held: Mapping[str, Any], of: str) -> list[str]:
    rows = {key: value for key, value in held.items() if key in ("columns", "tables")}
    lines = [f"{key} = {_toml_value(value)}" for key, value in held.items() if key not in rows]
    for key, each in ((key, each) for key, several in rows.items() for each in several):
        lines += ["", f"[[{of}{key}]]", *_toml_lines(each, f"{of}{key}.")]
    return lines


def _toml_value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_toml_value(key)} = {_toml_value(word)}" for key, word in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml_value, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    # a text of JSON is one of TOML, but for the one sign that TOML wants escaped as well
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f") if isinstance(value, str) else repr(value)
