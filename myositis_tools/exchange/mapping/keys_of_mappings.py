"""What a file of a mapping may say, and has to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from myositis_tools.errors import MappingError, listed, nearest


def known_keys(held: Mapping[str, Any], made: Any, where: str) -> Mapping[str, Any]:
    """Give what stands in a file of a mapping, or in one of its columns, if it can be said and nothing is left out.

    Raises
    ------
    MappingError
        If it says what a mapping does not, or lacks what has to be there.
    """
    known = {one.name: one.default is MISSING and one.default_factory is MISSING for one in fields(made)}
    unknown = [key for key in held if key not in known]
    if unknown:
        raise MappingError(
            f"The file says what a mapping does not: {listed(unknown)}.",
            where=where,
            expected=listed(name for name in known if name != "columns"),
            hint=nearest(unknown[0], list(known)),
        )
    absent = [name for name, is_needed in known.items() if is_needed and name not in held and name != "columns"]
    if absent:
        raise MappingError(
            f"The mapping lacks {listed(absent)}.",
            where=where,
            expected='kind = "visits" and [[columns]] with heading and column',
            hint="TableMapping(...).save(path) writes one to look at",
        )
    return held
